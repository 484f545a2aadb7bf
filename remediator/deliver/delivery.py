"""Delivers plans: idempotent and resumable at every instruction, held back by limits, nothing without being told to."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias

from remediator import files
from remediator.config import Config, RepositoryConfig
from remediator.deliver import accounts, onboarding, pulls, withdrawing
from remediator.deliver.basis import in_code
from remediator.deliver.dashboard import Answers
from remediator.deliver.introducing import beside, introduce, resumed, ticket_before
from remediator.deliver.lifecycle import MOOT
from remediator.deliver.limits import mixes_destruction
from remediator.deliver.places import Places
from remediator.deliver.protocols import Forge, PullRequest, Tracker
from remediator.deliver.site import ALONE, Around, Site
from remediator.deliver.standing import Delivered, Hold, recalled, remembered
from remediator.deliver.tickets import deliver_ticket
from remediator.edit.together import TogetherError
from remediator.errors import ConfigError, RemediatorError
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger
from remediator.model import Failure, Outcome, Plan, RequestState, Route, Status
from remediator.planfile import PlanFile, dump, load, targets, to_planfile

__all__ = ["Delivered", "Places", "deliver", "request_states", "write_plan_file"]

SNOOZE_DAYS = 30
"""Days that a box snoozes for where `limits.snooze_days` does not say."""

_log = logging.getLogger(__name__)


def deliver(
    plan: Plan,
    repository: RepositoryConfig | None,
    clone: Clone | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    places: Places | None = None,
    around: Around = ALONE,
) -> Delivered:
    """Make sure that a plan has its file and, where `run.deliver` is on, its one pull request or ticket.

    Never raises for what goes wrong with one plan: that is `failed`, with the reason. But of several findings as one,
    of which nothing was opened yet, it raises TogetherError where they are to be delivered alone. `places`, made once a
    run, spares asking the forge again for every plan.
    """
    try:
        for part in plan.parts:
            write_plan_file(part, config)
        path = write_plan_file(plan, config)
        places = places or Places(config)
        done = _deliver(plan, path, repository, clone, config, ledger, now, places, around)
        return introduce(done, plan, partial(places.tracker, repository), ledger) if config.run.deliver else done
    except TogetherError:
        raise
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


RequestAnswer: TypeAlias = tuple[RequestState, bool]
"""What became of a request or ticket, and whether it says of itself that we closed it."""


def request_states(
    outcomes: Sequence[Outcome], repositories: Mapping[str, tuple[RepositoryConfig, Clone]], places: Places
) -> dict[str, RequestAnswer | Failure]:
    """What became of each delivered plan's request or ticket, by plan id; a failure where that cannot be asked.

    A plan without a request, or with nowhere to ask, is left out. Tickets are asked after together.
    """
    found: dict[str, RequestAnswer | Failure] = {}
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
            answered = _request_state(forge, repository.forge_slug, outcome) if forge and repository else None
            found.update({outcome.plan_id: answered} if answered else {})
        except RemediatorError as error:
            found[outcome.plan_id] = _unasked(outcome, error)
    for tracker, asked in tickets.items():
        found |= _ticket_states(tracker, asked)
    return found


def _request_state(forge: Forge, slug: str, outcome: Outcome) -> RequestAnswer | None:
    reference = outcome.reference or ""
    listed = next((r for r in forge.ours(slug) if r.reference == reference), None)
    if listed is not None and _is_left_out(outcome, listed):
        return RequestState.CLOSED, False
    if listed is not None:
        return listed.state, listed.marker.withdrawn is not None
    state = forge.state(slug, reference)
    return None if state is None else (state, False)


def _is_left_out(outcome: Outcome, request: PullRequest) -> bool:
    """Whether people left it out of a request that goes on without it; one that they ask for again it names no more."""
    own, marker = set(outcome.fingerprints), request.marker
    if not own.isdisjoint((*marker.declined, *request.left)):
        return True
    return marker.group is not None and outcome.status is Status.DECLINED and own.isdisjoint(marker.fingerprints)


def _unasked(outcome: Outcome, error: RemediatorError) -> Failure:
    return Failure(f"following {outcome.reference or outcome.plan_id}", str(error))


def _ticket_states(tracker: Tracker, outcomes: Sequence[Outcome]) -> dict[str, RequestAnswer | Failure]:
    try:
        states = tracker.states([o.reference for o in outcomes if o.reference])
    except RemediatorError as error:
        return {o.plan_id: _unasked(o, error) for o in outcomes}
    return {o.plan_id: (states[o.reference], False) for o in outcomes if o.reference and o.reference in states}


def _deliver(
    plan: Plan,
    path: Path,
    repository: RepositoryConfig | None,
    clone: Clone | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    places: Places,
    around: Around,
) -> Delivered:
    if mixes_destruction(plan):
        raise RemediatorError(f"plan {plan.id} removes something beside other changes; they must be plans of their own")
    known, answers = ledger.outcome(plan.fingerprints), around.answers
    if plan.route is Route.REPORT and not (known and known.is_open):  # what was opened before is followed to its end
        return Delivered(plan.id, "held", where=str(path), reason="nobody is known to own it, so it is only reported")
    if not config.run.deliver:
        return remembered(plan, known, None) or Delivered(plan.id, "would open", where=str(path))
    site = _site(plan, repository, clone, config, ledger, now, places)
    if site is not None:
        owners = partial(places.owners, site.clone)
        about = replace(site, plans=around.plans, owners=owners, disclosure=around.disclosure)
        site = replace(about, seen=around.seen, confirm=around.confirm)
        known = pulls.of_group(plan, site) if plan.group else known
    known, kept = recalled(known, plan), known
    if known is not None and known is not kept:
        ledger.save(known)
    begun = known is not None and known.route is Route.TICKET and known.status is Status.PROPOSED
    if known is not None and begun and plan.route is Route.PULL_REQUEST:
        known = resumed(plan, known, places.tracker(repository), ledger)
        begun = known is not None
    has_ticket = known is not None and known.route is Route.TICKET and known.is_open
    has_ticket = has_ticket or (begun and plan.route is Route.PULL_REQUEST)
    if known is not None and site is not None and known.route is Route.PULL_REQUEST:
        known = withdrawing.finish(known, site)
    if known is not None and known.status is Status.SUPERSEDED and known.pending == MOOT and in_code(plan):
        return Delivered(plan.id, "held", reason="the code says so already; its apply is awaited", hold=Hold.WAITING)
    if (day := _snoozed(plan, answers, config, now)) is not None and not (known and known.is_open):
        return Delivered(plan.id, "held", reason=f"snoozed until {day}", hold=Hold.SNOOZED, until=day)
    if site is not None and not has_ticket and (request := pulls.standing(plan, known, site)) is not None:
        if request.state is not RequestState.CLOSED or not answers.says("ask", plan.id):
            return pulls.stands(plan, request, known, site, any(answers.says("rebuild", i) for i in plan.ids))
        withdrawing.take_back(request, plan, site)
        known = _asked_again(known, plan, ledger)
    asked = any(answers.says(verb, i) for verb in ("approve", "retry", "ask") for i in plan.ids)
    if known and known.status is Status.DECLINED and answers.says("ask", plan.id):
        known = _asked_again(known, plan, ledger)  # a ticket, or what a killed run took back from a request alone
    if plan.route is Route.TICKET or has_ticket:
        tracker = places.tracker(repository)
        wait = onboarding.reason_to_wait(plan, site) if site is not None and known is None else None
        asks = config.limits.onboarding and known is None and plan.repository is None
        if asks and tracker is not None and not places.is_onboarded(repository):
            wait = accounts.reason_to_wait(plan, around.plans, accounts.Desk(tracker, config, ledger, now))
        if wait is not None:
            return Delivered(plan.id, "held", reason=wait, hold=Hold.WAITING)
        before = beside(pulls.before(plan, site)) if site is not None and not has_ticket else None
        return deliver_ticket(plan, path, known, repository, tracker, config, ledger, now, asked, before)
    if site is None:
        return Delivered(
            plan.id, "held", where=str(path), reason="its repository has no forge; name one with forge = …"
        )
    return pulls.deliver_pull(plan, known, site, asked, ticket_before(known, partial(places.tracker, repository)))


def _snoozed(plan: Plan, answers: Answers, config: Config, now: datetime) -> date | None:
    """The day until which a person does not want to be asked for a plan, or None."""
    today = now.astimezone(UTC).date()
    if answers.says("wake", plan.id):
        return None
    if answers.says("snooze", plan.id):
        return today + timedelta(days=config.limits.snooze_days or SNOOZE_DAYS)
    until = answers.snoozed.get(plan.id)
    return until if until is not None and until > today else None


def _asked_again(known: Outcome | None, plan: Plan, ledger: Ledger) -> Outcome | None:
    """The decline that a person took back; what was declined with it in one request stays declined."""
    if known is None:
        return None
    others = tuple(f for f in known.fingerprints if f not in plan.fingerprints)
    if others:
        own = set(targets(plan))
        ledger.save(replace(known, fingerprints=others, targets=tuple(t for t in known.targets if t not in own)))
        return None
    over = replace(known, status=Status.SUPERSEDED)
    ledger.save(over)
    return over


def _site(
    plan: Plan,
    repository: RepositoryConfig | None,
    clone: Clone | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    places: Places,
) -> Site | None:
    """Where the plan's pull request stands or would be opened; None where there is no such place.

    What becomes a ticket does not need the secrets of a forge, on which nothing of it can stand then.
    """
    try:
        forge = places.forge(repository, clone) if repository else None
    except ConfigError:
        if plan.route is Route.TICKET:
            return None
        raise
    if repository is None or clone is None or forge is None:
        return None
    return Site(repository, clone, forge, config, ledger, now)
