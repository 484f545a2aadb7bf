"""What became of what was delivered before: each outcome meets what this run saw, and the ledger keeps the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from remediator.config import Config
from remediator.deliver.delivery import request_states
from remediator.deliver.lifecycle import LifecycleEffect, transition
from remediator.deliver.places import Places
from remediator.ledger.ledger import Ledger
from remediator.model import Estate, Facts, Failure, Outcome, RequestState, Status
from remediator.observe.sighting import Sighting, listed
from remediator.run.codebase import Codebase
from remediator.verify.outcomes import Seen, facts

_UNDER_WAY = frozenset({Status.PROPOSED, Status.OPENED, Status.MERGED, Status.APPLIED})


_SETTLED = frozenset({Status.LIVE})
"""Nothing that a person does to their request changes these."""


_NOTES = {
    LifecycleEffect.SAY_MERGE_TO_KEEP: "What pull request {} changes is live: merge it, or the next apply undoes it.",
    LifecycleEffect.SETTLE: "What ticket {} asks for is live: it can be closed.",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """What could not be followed, and what people should be told of requests, a sentence each."""

    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


def follow(
    ledger: Ledger,
    estate: Estate,
    sightings: Sequence[Sighting],
    codebases: Mapping[str, Codebase],
    places: Places,
    now: datetime,
    snooze: timedelta | None = None,
) -> Followed:
    """Move every outcome on by what was seen of it; a request that cannot be asked after is a failure and stays.

    Only what was wholly listed counts as seen.
    """
    # Of an outcome whose repository was not read in this run nothing is known.
    followed = [o for o in ledger.outcomes() if o.repository is None or o.repository in codebases]
    seen = seen_of(estate, sightings, codebases)
    failures: list[Failure] = []
    notes: list[str] = []
    repositories = {name: (codebase.config, codebase.clone) for name, codebase in codebases.items()}
    states = request_states([o for o in followed if o.status not in _SETTLED], repositories, places)
    for outcome in followed:
        request = states.get(outcome.plan_id)
        if isinstance(request, Failure):
            failures.append(request)
            continue
        state, withdrawn = request if request is not None else (None, False)
        if withdrawn and state is RequestState.CLOSED and outcome.is_open:
            continue  # a killed run left it half withdrawn, which delivering completes
        found = replace(facts(outcome, seen, state, now), withdrawn=withdrawn, snooze=snooze)
        after, effects = transition(outcome, found)
        said = (_NOTES[effect] for effect in effects if effect in _NOTES)
        notes += [note.format(outcome.reference or outcome.plan_id) for note in said]
        if after != outcome:
            ledger.revise(outcome.plan_id, partial(_moved, found))
    return Followed(tuple(failures), tuple(notes))


def _moved(found: Facts, latest: Outcome) -> Outcome:
    return transition(latest, found)[0]


def seen_of(estate: Estate, sightings: Sequence[Sighting], codebases: Mapping[str, Codebase]) -> Seen:
    """What a run saw, as outcomes are held against it; only what was wholly listed counts."""
    return Seen.of(
        listed(sightings),
        estate.observations,
        {(name, root.identity, root.workspace) for name, code in codebases.items() for root in code.read_roots},
        [state for codebase in codebases.values() for state in codebase.states],
    )


def under_way(outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The fingerprints of what was proposed and is neither live nor declined."""
    return frozenset(f for o in outcomes if o.status in _UNDER_WAY for f in o.fingerprints)


def live_since(outcomes: Sequence[Outcome]) -> Mapping[str, datetime]:
    """Since when each change that was delivered, and still is live, has been."""
    return {f: o.live_at for o in outcomes if o.status is Status.LIVE and o.live_at for f in o.fingerprints}


def awaiting(outcomes: Sequence[Outcome], config: Config, now: datetime) -> Mapping[str, str]:
    """Why each fingerprint has to wait whose last change is live: use from before it proves nothing."""
    window = timedelta(days=config.run.lookback_days)
    return {
        f: f"its last change has been live only since {o.live_at:%Y-%m-%d}; the use since then is awaited"
        for o in outcomes
        if o.status is Status.LIVE and o.live_at and now - o.live_at < window
        for f in o.fingerprints
    }
