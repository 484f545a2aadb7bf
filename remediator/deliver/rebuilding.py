"""The ledger made anew from what the platform says: markers of requests, labels of tickets; declines included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from remediator.config import Config, RepositoryConfig
from remediator.deliver import onboarding
from remediator.deliver.introducing import key_of
from remediator.deliver.places import Places
from remediator.deliver.protocols import PullRequest, Ticket, Tracker
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger
from remediator.model import Failure, Outcome, RequestState, Route, Status


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was found on the platform, and where it could not be asked for; nothing was kept unless it is `whole`.

    `fresh` is how many of them the ledger did not know.
    """

    requests: int
    tickets: int
    failures: tuple[Failure, ...]
    whole: bool = True
    fresh: int = 0


def rebuild(
    repositories: Mapping[str, tuple[RepositoryConfig, Clone]],
    config: Config,
    places: Places,
    ledger: Ledger,
    now: datetime,
) -> Rebuilt:
    """Keep every request and ticket of ours that the ledger does not know; one listing a repository and a tracker.

    What they are about (addresses, targets) comes back with the next run that finds it. Of several requests for one
    plan an open one counts, else the newest. Where a tracker does not answer, nothing is kept, so that it is asked
    again: its tickets would be forgotten, and requests opened beside them. Requests of a repository that does not
    answer are looked up again before any is opened there.
    """
    known = {outcome.plan_id for outcome in ledger.outcomes()}
    found: dict[str, Outcome] = {}
    failures: list[Failure] = []
    where: dict[str, str] = {}
    whole = True
    for name, (repository, clone) in repositories.items():
        try:
            forge = places.forge(repository, clone)
            ours = forge.ours(repository.forge_slug) if forge else ()
        except RemediatorError as error:
            failures.append(Failure(f"rebuilding the ledger from {name}", str(error)))
            continue
        ours = tuple(r for r in ours if r.marker.rule != onboarding.RULE)
        found |= {o.plan_id: o for o in (_of_request(r, name, now) for r in _open_last(ours))}
        where |= {f: request.where for request in ours for f in request.marker.fingerprints}
    requests = len(found)
    # A ticket that does not say which repository it is about is asked after where it was found.
    asked: dict[Tracker | None, str | None] = {places.tracker(None): None}
    for name, (repository, _) in repositories.items():
        asked.setdefault(places.tracker(repository), name)
    for tracker, whose in asked.items():
        try:
            tickets = (
                [t for t in tracker.ours() if t.fingerprints and t.rule != onboarding.RULE]
                if tracker is not None
                else []
            )
        except RemediatorError as error:
            failures.append(Failure("rebuilding the ledger from tickets", str(error)))
            whole = False
            continue
        for ticket in sorted(tickets, key=lambda t: t.state is RequestState.OPEN):
            outcome = _of_ticket(ticket, ticket.repository if ticket.repository in repositories else whose, now)
            outcome = _beside(outcome, where)
            if outcome.plan_id not in found or not found[outcome.plan_id].is_open:
                found[outcome.plan_id] = outcome
    if not whole:
        return Rebuilt(0, 0, tuple(failures), whole=False)
    fresh = [outcome for plan_id, outcome in found.items() if plan_id not in known]
    for outcome in fresh:
        ledger.save(outcome)
    return Rebuilt(requests, len(found) - requests, tuple(failures), fresh=len(fresh))


def _open_last(ours: Iterable[PullRequest]) -> list[PullRequest]:
    return sorted(ours, key=lambda request: request.state is RequestState.OPEN)


def _of_request(request: PullRequest, repository: str, now: datetime) -> Outcome:
    marker, opened = request.marker, request.opened_at or now
    ended = request.closed_at or opened
    merged, closed = request.state is RequestState.MERGED, request.state is RequestState.CLOSED
    status = {
        RequestState.OPEN: Status.OPENED,
        RequestState.MERGED: Status.MERGED,
        RequestState.CLOSED: Status.SUPERSEDED if marker.withdrawn else Status.DECLINED,
    }[request.state]
    return Outcome(
        plan_id=marker.plan_id,
        fingerprints=marker.fingerprints,
        rule=marker.rule,
        repository=repository,
        addresses=(),
        targets=(),
        route=Route.PULL_REQUEST,
        status=status,
        reference=request.reference,
        opened_at=opened,
        merged_at=ended if merged else None,
        closed_at=ended if closed else None,
        pending=marker.withdrawn,
        owners=marker.owners,
        monthly=marker.monthly,
        beside=key_of(marker.ticket),
    )


def _beside(ticket: Outcome, where: Mapping[str, str]) -> Outcome:
    """A ticket's outcome with the request that shares its findings; whether it links to it is looked up later."""
    return replace(ticket, beside=next((where[f] for f in ticket.fingerprints if f in where), None))


def _of_ticket(ticket: Ticket, repository: str | None, now: datetime) -> Outcome:
    status = {
        RequestState.OPEN: Status.OPENED,
        RequestState.MERGED: Status.MERGED,
        RequestState.CLOSED: Status.DECLINED,
    }[ticket.state]
    opened = ticket.opened_at or now
    ended = ticket.closed_at or opened
    return Outcome(
        plan_id=ticket.plan_id or ticket.fingerprints[0],
        fingerprints=ticket.fingerprints,
        rule=ticket.rule or "",
        repository=repository,
        addresses=(),
        targets=(),
        route=Route.TICKET,
        status=status,
        reference=ticket.reference,
        opened_at=opened,
        merged_at=ended if ticket.state is RequestState.MERGED else None,
        closed_at=ended if ticket.state is RequestState.CLOSED else None,
    )
