"""Delivers plans: idempotent and resumable at every instruction, held back by limits, nothing without being told to."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from remediator import files
from remediator.config import Config, RepositoryConfig
from remediator.deliver.limits import mixes_destruction
from remediator.deliver.places import Places
from remediator.deliver.protocols import Tracker
from remediator.deliver.pulls import deliver_pull
from remediator.deliver.standing import Delivered, remembered
from remediator.deliver.tickets import deliver_ticket
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger
from remediator.model import Failure, Outcome, Plan, RequestState, Route
from remediator.planfile import PlanFile, dump, load, to_planfile

__all__ = ["Delivered", "Places", "deliver", "request_states", "write_plan_file"]

_log = logging.getLogger(__name__)


def deliver(
    plan: Plan,
    repository: RepositoryConfig | None,
    clone: Clone | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    places: Places | None = None,
) -> Delivered:
    """Make sure that a plan has its file and, where `run.deliver` is on, its one pull request or ticket.

    Never raises for what goes wrong with one plan: that is `failed`, with the reason. `places`, made once a run,
    spares asking the forge again for every plan.
    """
    try:
        path = write_plan_file(plan, config)
        return _deliver(plan, path, repository, clone, config, ledger, now, places or Places(config))
    except RemediatorError as error:
        return Delivered(plan.id, "failed", reason=str(error))
    except Exception as error:
        _log.exception("delivering plan %s failed unexpectedly", plan.id)
        return Delivered(plan.id, "failed", reason=f"an unexpected {type(error).__name__}: {error}; report it")


def write_plan_file(plan: Plan, config: Config) -> Path:
    """Write `STATE_DIR/plans/<plan_id>.json`, whole or not at all.

    A file that says the same already is left as it is, with the time it was made.
    """
    path = config.run.state_dir / "plans" / f"{plan.id}.json"
    there = _read_plan_file(path)
    if there is None or dump(to_planfile(replace(plan, created_at=there.created_at))) != dump(there):
        files.write(path, dump(to_planfile(plan)))
    return path


def _read_plan_file(path: Path) -> PlanFile | None:
    try:
        return load(path.read_bytes(), str(path))
    except (OSError, RemediatorError):
        return None  # missing, or of another version: it is written anew


def request_states(
    outcomes: Sequence[Outcome], repositories: Mapping[str, tuple[RepositoryConfig, Clone]], places: Places
) -> dict[str, RequestState | Failure]:
    """What became of each delivered plan's request or ticket, by plan id; a failure where that cannot be asked.

    A plan without a request, or with nowhere to ask, is left out. Tickets are asked after together.
    """
    found: dict[str, RequestState | Failure] = {}
    tickets: dict[Tracker, list[Outcome]] = {}
    for outcome in outcomes:
        repository, clone = repositories.get(outcome.repository or "", (None, None))
        try:
            if outcome.reference is None:
                continue
            if outcome.route is Route.TICKET:
                tracker = places.tracker(repository)
                tickets.setdefault(tracker, []).append(outcome) if tracker else None
                continue
            forge = places.forge(repository, clone) if repository else None
            state = forge.state(repository.forge_slug, outcome.reference) if forge and repository else None
            found.update({outcome.plan_id: state} if state else {})
        except RemediatorError as error:
            found[outcome.plan_id] = _unasked(outcome, error)
    for tracker, asked in tickets.items():
        found |= _ticket_states(tracker, asked)
    return found


def _unasked(outcome: Outcome, error: RemediatorError) -> Failure:
    return Failure(f"following {outcome.reference or outcome.plan_id}", str(error))


def _ticket_states(tracker: Tracker, outcomes: Sequence[Outcome]) -> dict[str, RequestState | Failure]:
    try:
        states = tracker.states([o.reference for o in outcomes if o.reference])
    except RemediatorError as error:
        return {o.plan_id: _unasked(o, error) for o in outcomes}
    return {o.plan_id: states[o.reference] for o in outcomes if o.reference is not None and o.reference in states}


def _deliver(
    plan: Plan,
    path: Path,
    repository: RepositoryConfig | None,
    clone: Clone | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    places: Places,
) -> Delivered:
    if mixes_destruction(plan):
        raise RemediatorError(f"plan {plan.id} removes something beside other changes; they must be plans of their own")
    if plan.route is Route.REPORT:
        return Delivered(plan.id, "held", where=str(path), reason="nobody is known to own it, so it is only reported")
    known = ledger.outcome(plan.fingerprints)
    if not config.run.deliver:
        return remembered(plan, known, None) or Delivered(plan.id, "would open", where=str(path))
    if plan.route is Route.TICKET:
        return deliver_ticket(plan, path, known, repository, places.tracker(repository), config.limits, ledger, now)
    forge = places.forge(repository, clone) if repository else None
    if repository is None or clone is None or forge is None:
        return Delivered(
            plan.id, "held", where=str(path), reason="its repository has no forge; name one with forge = …"
        )
    return deliver_pull(plan, known, repository, clone, forge, config, ledger, now)
