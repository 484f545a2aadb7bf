"""The life of a delivered plan, as a pure function of what was seen of it."""

from dataclasses import replace
from enum import StrEnum

from remediator.model import Facts, Outcome, RequestState, Route, Status


class LifecycleEffect(StrEnum):
    """What somebody should be told; carried out elsewhere."""

    SAY_MERGE_TO_KEEP = "say that it is live and must be merged to stay so"
    SAY_TICKET_SETTLED = "say that the live resource is as wanted, so that the ticket can be closed"


def transition(outcome: Outcome, facts: Facts) -> tuple[Outcome, tuple[LifecycleEffect, ...]]:
    """What an outcome becomes in the light of what this run saw, and what to tell people.

    A request that is merged, or a ticket that is done, is RequestState.MERGED; closed otherwise is declined, except a
    ticket whose resource is as wanted. What was not seen changes nothing; a step's time is recorded once; the same
    facts again change nothing more.
    """
    if outcome.status is Status.SUPERSEDED:
        return outcome, ()
    status = _status(outcome, facts)
    now = facts.now
    merged = facts.request is RequestState.MERGED
    closed = facts.request is RequestState.CLOSED and outcome.merged_at is None
    reopened = outcome.status is Status.DECLINED and status in (Status.OPENED, Status.APPLIED)
    after = replace(
        outcome,
        status=status,
        opened_at=outcome.opened_at or (now if status is not Status.PROPOSED else None),
        merged_at=outcome.merged_at or (now if merged else None),
        applied_at=outcome.applied_at or (now if status in (Status.APPLIED, Status.LIVE) else None),
        live_at=outcome.live_at or (now if status is Status.LIVE else None),
        closed_at=None if reopened else outcome.closed_at or (now if closed else None),
    )
    return after, _effects(outcome, after)


def _status(outcome: Outcome, facts: Facts) -> Status:
    was, live = outcome.status, facts.live_at_target
    if was is Status.PROPOSED and facts.request is None:
        return was
    if was is Status.LIVE:
        return Status.REGRESSED if live is False else was
    if outcome.merged_at is not None or facts.request is RequestState.MERGED:
        return _merged(outcome, live)
    if facts.request is RequestState.CLOSED or (was is Status.DECLINED and facts.request is None):
        return _closed(outcome, live)
    if live:
        return Status.APPLIED
    if was is Status.APPLIED:
        return Status.REGRESSED if live is False else was
    return Status.REGRESSED if was is Status.REGRESSED else Status.OPENED


def _merged(outcome: Outcome, live: bool | None) -> Status:
    if live:
        return Status.LIVE
    if outcome.status is Status.APPLIED and live is None:
        return Status.APPLIED
    # what regressed after its merge waits for a new request; before it, the merge is what it waited for
    if outcome.status is Status.REGRESSED and outcome.merged_at is not None:
        return Status.REGRESSED
    return Status.MERGED


def _closed(outcome: Outcome, live: bool | None) -> Status:
    if outcome.route is Route.TICKET:
        if live:
            return Status.LIVE
        if outcome.status is Status.APPLIED and live is None:
            return Status.APPLIED
    # a ticket that was closed as done and whose resource went back is a new finding, not a declined one
    if outcome.status is Status.REGRESSED and outcome.live_at is not None:
        return Status.REGRESSED
    return Status.DECLINED


def _effects(before: Outcome, after: Outcome) -> tuple[LifecycleEffect, ...]:
    if after.status is not Status.APPLIED or before.status is Status.APPLIED:
        return ()
    if after.route is Route.TICKET:
        return (LifecycleEffect.SAY_TICKET_SETTLED,)
    return (LifecycleEffect.SAY_MERGE_TO_KEEP,)
