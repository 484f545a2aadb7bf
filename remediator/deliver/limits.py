"""Why a pull request must wait: limits, freezes, and rules that people keep declining."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from remediator.config import LimitsConfig
from remediator.deliver.protocols import PullRequest
from remediator.model import Effect, Plan, RemoveResource, RequestState


def is_destructive(plan: Plan) -> bool:
    """Whether anything in a plan removes a resource or the data on it."""
    return any(_destroys(plan))


def mixes_destruction(plan: Plan) -> bool:
    """Whether a plan removes something beside something else, which never goes into one request."""
    return len(set(_destroys(plan))) > 1


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted beyond one repository's listing.

    `in_repository` are those that the ledger has as open there: one that could not be labelled no listing shows.
    `failing` are open requests of the rule, from the newest on, whose checks fail.
    `asked` is that a person asked for this one on the dashboard.
    """

    opened_last_hour: int = 0
    in_repository: int = 0
    of_owner: int = 0
    in_all: int = 0
    failing: int = 0
    asked: bool = False


def reason_to_wait(
    plan: Plan, ours: Sequence[PullRequest], counts: Counts, limits: LimitsConfig, now: datetime
) -> str | None:
    """A sentence on the limit that holds a plan back, or None; `ours` are our requests in its repository, oldest first.

    What a person asked for waits for breakers, freezes and the limit of removals alone.
    """
    standing = [r for r in ours if r.state is RequestState.OPEN]
    declined = {rule: declined_in_a_row(ours, rule) for rule in plan.rules}
    stopped = next((rule for rule, times in declined.items() if times >= limits.breaker_declines), None)
    removals = sum(1 for r in standing if r.marker.removes)
    if limits.is_frozen(now):
        return FROZEN
    if stopped is not None:
        return _declined(stopped, declined[stopped])
    if counts.failing >= limits.breaker_failures:
        return (
            f"limits.breaker_failures: the checks of the last {counts.failing} pull requests of "
            f"{' or '.join(plan.rules)} fail in this repository, so it stops here"
        )
    if is_destructive(plan) and removals >= limits.open_destructive:
        return f"limits.open_destructive: {removals} pull requests that remove something are open in this repository"
    if counts.asked:
        return None
    recent = sum(1 for r in ours if r.opened_at is not None and r.opened_at > now - timedelta(hours=1))
    recent = max(recent, counts.opened_last_hour)
    if not limits.is_open(now):
        return OUT_OF_HOURS
    here = max(len(standing), counts.in_repository)
    if here >= limits.open_per_repo:
        return f"limits.open_per_repo: {here} pull requests are open in this repository"
    if counts.of_owner >= limits.open_per_owner:
        return f"limits.open_per_owner: {counts.of_owner} pull requests are open that ask the same owner"
    if counts.in_all >= limits.open_total:
        return f"limits.open_total: {counts.in_all} pull requests are open in all repositories"
    if recent >= limits.opened_per_hour:
        return f"limits.opened_per_hour: {recent} pull requests were opened here in the last hour"
    return None


def declined_in_a_row(ours: Sequence[PullRequest], rule: str) -> int:
    """How many requests of a rule people closed since they last merged one; what we withdrew ourselves counts not."""
    count = 0
    for request in ours:
        if rule not in request.marker.rules or request.marker.withdrawn:
            continue
        if request.state is RequestState.MERGED:
            count = 0
        elif request.state is RequestState.CLOSED:
            count += 1
    return count


def reason_to_hold_ticket(
    rule: str,
    declined: int,
    open_: int,
    opened_last_hour: int,
    limits: LimitsConfig,
    now: datetime,
    asked: bool = False,
) -> str | None:
    """A sentence on the limit that holds a ticket back, or None; `declined` counts those of its rule in a row there.

    The other counts are of all our tickets. What a person asked for waits for breakers and freezes alone.
    """
    if limits.is_frozen(now):
        return FROZEN
    if declined >= limits.breaker_declines:
        return _declined(rule, declined)
    if asked:
        return None
    if not limits.is_open(now):
        return OUT_OF_HOURS
    if open_ >= limits.open_tickets:
        return f"limits.open_tickets: {open_} tickets are open"
    if opened_last_hour >= limits.tickets_per_hour:
        return f"limits.tickets_per_hour: {opened_last_hour} tickets were opened in the last hour"
    return None


FROZEN = "limits.freeze: nothing is opened today"
OUT_OF_HOURS = "limits.schedule: nothing is opened at this hour"


def _declined(rule: str, count: int) -> str:
    return f"limits.breaker_declines: {rule} was declined {count} times on end in this repository, so it stops here"


def _destroys(plan: Plan) -> list[bool]:
    return [
        change.effect is Effect.DATA_LOSS or any(isinstance(action, RemoveResource) for action in change.actions)
        for change in plan.changes
    ]
