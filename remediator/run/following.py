"""What became of what was delivered before: each outcome meets what this run saw, and the ledger keeps the result."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from remediator.deliver.delivery import request_state
from remediator.deliver.lifecycle import transition
from remediator.deliver.places import Places
from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger
from remediator.model import Estate, Failure, Outcome, Status
from remediator.observe.sighting import Sighting
from remediator.run.codebase import Codebase
from remediator.verify.outcomes import Seen, facts

_UNDER_WAY = frozenset({Status.PROPOSED, Status.OPENED, Status.MERGED, Status.APPLIED})


def follow(
    ledger: Ledger,
    estate: Estate,
    sightings: Sequence[Sighting],
    codebases: Mapping[str, Codebase],
    places: Places,
    now: datetime,
) -> tuple[Failure, ...]:
    """Move every outcome on by what was seen of it; a request that cannot be asked after is a failure and stays.

    Only units that were wholly observed count as seen.
    """
    units = {tuple(s.unit.split("/", 1)) for s in sightings if s.complete}
    seen = Seen.of({(account, region) for account, region in units}, estate.observations)
    failures: list[Failure] = []
    for outcome in ledger.outcomes():
        codebase = codebases.get(outcome.repository or "")
        if outcome.repository is not None and codebase is None:
            continue  # its repository was not read in this run, so nothing is known of it
        try:
            _follow(outcome, seen, codebase, ledger, places, now)
        except RemediatorError as error:
            failures.append(Failure(f"following {outcome.reference or outcome.plan_id}", str(error)))
    return tuple(failures)


def _follow(
    outcome: Outcome, seen: Seen, codebase: Codebase | None, ledger: Ledger, places: Places, now: datetime
) -> None:
    repository, clone = (codebase.config, codebase.clone) if codebase else (None, None)
    request = request_state(outcome, repository, clone, places)
    found = facts(outcome, seen, request, now)
    if transition(outcome, found)[0] != outcome:
        ledger.revise(outcome.plan_id, lambda latest: transition(latest, found)[0])


def under_way(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The fingerprints of what was proposed and is neither live nor declined."""
    return frozenset(f for o in outcomes if o.status in _UNDER_WAY for f in o.fingerprints)


def settled(outcomes: Sequence[Outcome]) -> Mapping[str, datetime]:
    """Since when what was wanted for a fingerprint has been live, for those that still are."""
    return {f: o.live_at for o in outcomes if o.status is Status.LIVE and o.live_at for f in o.fingerprints}
