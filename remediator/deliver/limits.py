"""Why a pull request must wait: limits, freezes, and rules that people keep declining."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from remediator.config import LimitsConfig
from remediator.deliver.protocols import PullRequest
from remediator.model import Effect, Plan, RemoveResource, RequestState


def is_destructive(plan: Plan) -> bool:
    """Whether anything in a plan removes a resource or the data on it."""
    return any(_destroys(plan))


def mixes_destruction(plan: Plan) -> bool:
    """Whether a plan removes something beside something else, which never goes into one request."""
    return len(set(_destroys(plan))) > 1


def reason_to_wait(
    plan: Plan, ours: Sequence[PullRequest], opened_last_hour: int, limits: LimitsConfig, now: datetime
) -> str | None:
    """A sentence on the limit that holds a plan back, or None.

    `ours` are our requests in its repository; `opened_last_hour` counts those that the ledger knows of.
    """
    standing = [r for r in ours if r.state is RequestState.OPEN]
    recent = sum(1 for r in ours if r.opened_at is not None and r.opened_at > now - timedelta(hours=1))
    removals = sum(1 for r in standing if r.marker.removes)
    rule = plan.changes[0].rule
    declined = sum(1 for r in ours if r.marker.rule == rule and r.state is RequestState.CLOSED)
    if _is_frozen(limits, now):
        return _FROZEN
    if declined >= limits.breaker_declines:
        return f"limits.breaker_declines: {rule} was declined {declined} times in this repository, so it stops here"
    if len(standing) >= limits.open_per_repo:
        return f"limits.open_per_repo: {len(standing)} pull requests are open in this repository"
    if is_destructive(plan) and removals >= limits.open_destructive:
        return f"limits.open_destructive: {removals} pull requests that remove something are open in this repository"
    if max(recent, opened_last_hour) >= limits.opened_per_hour:
        return (
            f"limits.opened_per_hour: {max(recent, opened_last_hour)} pull requests were opened here in the last hour"
        )
    return None


def reason_to_hold_ticket(open_: int, opened_last_hour: int, limits: LimitsConfig, now: datetime) -> str | None:
    """A sentence on the limit that holds a ticket back, or None; the counts are of all our tickets."""
    if _is_frozen(limits, now):
        return _FROZEN
    if open_ >= limits.open_tickets:
        return f"limits.open_tickets: {open_} tickets are open"
    if opened_last_hour >= limits.tickets_per_hour:
        return f"limits.tickets_per_hour: {opened_last_hour} tickets were opened in the last hour"
    return None


_FROZEN = "limits.freeze: nothing is opened today"


def _is_frozen(limits: LimitsConfig, now: datetime) -> bool:
    today = now.astimezone(UTC).date()
    return any(first <= today <= last for first, last in limits.freezes)


def _destroys(plan: Plan) -> list[bool]:
    return [
        change.effect is Effect.DATA_LOSS or any(isinstance(action, RemoveResource) for action in change.actions)
        for change in plan.changes
    ]
