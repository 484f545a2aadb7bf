"""The life of a delivered plan, as a pure function of what was seen of it."""

from dataclasses import replace
from enum import StrEnum

from remediator.model import AS_ASKED, DOUBTED, EXCEPTED, GONE, VANISHED, Facts, Outcome, RequestState, Route, Status

HELD = 3
"""Runs on end that must want the same before an open request becomes another, so that what wavers moves nothing."""

MOOT = "moot"
"""Why a request is withdrawn whose change the base has already."""

REOPENED = "reopened"
"""That a person opened again what we had closed: it is theirs, and we close it no more."""

_MEANT = frozenset({AS_ASKED, GONE, VANISHED, DOUBTED, EXCEPTED, MOOT, REOPENED})
_OPEN = frozenset({Status.OPENED, Status.APPLIED, Status.REGRESSED})


class LifecycleEffect(StrEnum):
    """What is to be done about a request or a ticket; carried out elsewhere, and before the outcome is kept."""

    SAY_MERGE_TO_KEEP = "say that it is live and must be merged to stay so"
    SETTLE = "say that a ticket's resource is as wanted, and end it"
    WITHDRAW = "close it with the reason, and delete its branch"
    SAY_GONE = "say that no rule wants it any more, and keep it from being merged by mistake"
    SAY_DOUBTED = "say why it has become a question, and keep it from being merged by mistake"
    SAY_WANTED = "say that it is wanted as it is after all"
    REBUILD = "make its branch anew from the base"
    REBUILD_OVER = "make its branch anew, over what others committed to it"
    REFRESH = "write its figures anew"


def transition(outcome: Outcome, facts: Facts) -> tuple[Outcome, tuple[LifecycleEffect, ...]]:
    """What an outcome becomes in the light of what this run saw, and what to do about it.

    A request that is merged, or a ticket that is done, is RequestState.MERGED; closed otherwise is declined, except
    what we withdrew and a ticket whose resource is as wanted. What was not seen changes nothing; a step's time is
    recorded once; the same facts again change nothing more, save that runs on end are counted to `HELD`.
    """
    if outcome.status is Status.SUPERSEDED:
        reopened = facts.request is RequestState.OPEN and facts.withdrawn
        return (replace(outcome, status=Status.OPENED, pending=REOPENED, held=0) if reopened else outcome), ()
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
        snoozed_until=None if reopened else outcome.snoozed_until,
    )
    if after.status is Status.DECLINED:
        return _declined(after, facts), ()
    after = _counted(after, facts)
    reason = _reason_to_withdraw(after, facts)
    if reason is not None:
        ended = replace(after, status=Status.SUPERSEDED, pending=reason)
        return ended, (LifecycleEffect.WITHDRAW if after.route is Route.PULL_REQUEST else LifecycleEffect.SETTLE,)
    return after, (*_news(outcome, after), *_upkeep(outcome, after, facts))


def _declined(declined: Outcome, facts: Facts) -> Outcome:
    """A decline that lasts for ever, or until its snooze ends: from then on the same finding is a new one."""
    until = declined.snoozed_until
    if until is None and facts.snooze is not None and declined.closed_at is not None:
        until = declined.closed_at + facts.snooze
    over = until is not None and until <= facts.now
    return replace(declined, snoozed_until=until, status=Status.SUPERSEDED if over else Status.DECLINED)


def _counted(outcome: Outcome, facts: Facts) -> Outcome:
    """How often on end runs wanted something else than the request says."""
    if facts.wants is None or outcome.status not in _OPEN or outcome.pending == REOPENED:
        return outcome
    if facts.wants == AS_ASKED:
        return replace(outcome, pending=None, held=0)
    held = outcome.held if outcome.pending == facts.wants else 0
    return replace(outcome, pending=facts.wants, held=min(held + 1, HELD))


def _reason_to_withdraw(outcome: Outcome, facts: Facts) -> str | None:
    """Why an open request has nothing left to ask; that something was not seen is no reason."""
    stands = outcome.status in _OPEN and facts.request is RequestState.OPEN and outcome.pending != REOPENED
    if not stands:
        return None
    if facts.moot and outcome.route is Route.PULL_REQUEST:
        return MOOT
    if outcome.pending == EXCEPTED and outcome.route is Route.PULL_REQUEST:
        return EXCEPTED  # at once: people said so
    return VANISHED if outcome.pending == VANISHED and outcome.held >= HELD else None


def _status(outcome: Outcome, facts: Facts) -> Status:
    was, live = outcome.status, facts.live_at_target
    if was is Status.PROPOSED and facts.request is None:
        return was
    if was is Status.LIVE:
        return Status.REGRESSED if live is False else was
    if outcome.merged_at is not None or facts.request is RequestState.MERGED:
        return _merged(outcome, live)
    if facts.request is RequestState.CLOSED and facts.withdrawn and outcome.pending != REOPENED:
        return Status.SUPERSEDED
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


def _news(before: Outcome, after: Outcome) -> tuple[LifecycleEffect, ...]:
    if after.status is not Status.APPLIED or before.status is Status.APPLIED:
        return ()
    return (LifecycleEffect.SETTLE if after.route is Route.TICKET else LifecycleEffect.SAY_MERGE_TO_KEEP,)


def _upkeep(before: Outcome, after: Outcome, facts: Facts) -> tuple[LifecycleEffect, ...]:
    """What an open request needs, by the rule of calm; what is live already is left as it is."""
    if after.status not in _OPEN or facts.request is not RequestState.OPEN:
        return ()
    if facts.told:
        return (LifecycleEffect.REBUILD_OVER,)
    if after.status is Status.APPLIED or facts.wants is None:
        return ()
    if after.pending in (GONE, DOUBTED):
        said = {GONE: LifecycleEffect.SAY_GONE, DOUBTED: LifecycleEffect.SAY_DOUBTED}[after.pending]
        # once: who makes it ready again, or edits it, is not answered run after run
        first = before.pending != after.pending or before.held < HELD
        return (said,) if after.held >= HELD and first else ()
    other = after.pending not in (None, *_MEANT) and after.held >= HELD
    refresh = facts.moved and after.pending in (None, REOPENED)  # other targets bring figures of their own
    steps = [LifecycleEffect.REBUILD] if facts.drifted or other else [LifecycleEffect.REFRESH] if refresh else []
    if before.pending in (GONE, DOUBTED) and before.held >= HELD and after.pending is None:
        steps.append(LifecycleEffect.SAY_WANTED)
    return tuple(steps)
