"""What stands already for a plan's findings, and what that means for delivering it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from remediator.deliver.basis import owner_digests
from remediator.model import Outcome, Plan, RequestState, Route, Status
from remediator.planfile import targets

_DONE = frozenset({Status.LIVE, Status.REGRESSED, Status.SUPERSEDED})
"""States after which the same finding is a new one."""


class Hold(StrEnum):
    """Why a plan is held, as people know it."""

    LIMITED = "limited"
    WAITING = "waiting"
    DECLINED = "declined"
    SNOOZED = "snoozed"


Action: TypeAlias = Literal["opened", "kept", "refreshed", "rebuilt", "closed", "would open", "held", "failed"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one plan: `reference` is a number or key, `where` a URL or path, `reason` a sentence.

    `hold` says of what is held, and of no other, which kind of reason that is; `until` ends a snooze.
    """

    plan_id: str
    action: Action
    reference: str | None = None
    where: str | None = None
    reason: str | None = None
    hold: Hold | None = None
    until: date | None = None


def is_over(known: Outcome | None) -> bool:
    """Whether what the ledger knows is finished, so that only an open request counts."""
    return known is not None and known.status in _DONE and not known.is_open


def answer(plan: Plan, state: RequestState, reference: str, where: str | None) -> Delivered:
    """What a request that is there already means."""
    if state is RequestState.OPEN:
        return Delivered(plan.id, "kept", reference, where)
    if state is RequestState.CLOSED:
        reason = f"declined: {reference} was closed, so it is not opened again"
        return Delivered(plan.id, "held", reference, where, reason, Hold.DECLINED)
    reason = f"{reference} is done or merged; waiting for it to be live"
    return Delivered(plan.id, "held", reference, where, reason, Hold.WAITING)


def remembered(plan: Plan, known: Outcome | None, where: str | None) -> Delivered | None:
    """What the ledger alone says, or None where it says nothing that stands."""
    if known is None or known.reference is None or is_over(known) or known.status is Status.PROPOSED:
        return None
    state = {Status.MERGED: RequestState.MERGED, Status.DECLINED: RequestState.CLOSED}.get(known.status)
    return answer(plan, state or RequestState.OPEN, known.reference, where)


def recalled(known: Outcome | None, plan: Plan) -> Outcome | None:
    """What the ledger knows, with what it is about where it was rebuilt from a platform that does not say that."""
    if known is None or known.targets or not known.reference:
        return known
    fresh = outcome(plan, known.route, None, known.reference, known.opened_at or plan.created_at)
    return replace(
        known, repository=fresh.repository, addresses=fresh.addresses, targets=fresh.targets, rule=fresh.rule
    )


def outcome(
    plan: Plan,
    route: Route,
    state: RequestState | None,
    reference: str | None,
    at: datetime,
    beside: str | None = None,
) -> Outcome:
    """What the ledger keeps of a plan; `state` None is proposed, and `at` is when the state was first seen.

    `beside` is the ticket, or the request, that asked for the same before.
    """
    fresh = Outcome(
        plan_id=plan.id,
        fingerprints=plan.fingerprints,
        rule=",".join(plan.rules),
        repository=plan.repository,
        addresses=tuple(c.declared.at.address if c.declared else c.resource.id for c in plan.changes),
        targets=targets(plan),
        route=route,
        status=Status.PROPOSED,
        reference=reference,
        owners=owner_digests(plan),
        monthly=plan.monthly_saving,
        beside=beside,
    )
    if state is None:
        return fresh
    if state is RequestState.OPEN:
        return replace(fresh, status=Status.OPENED, opened_at=at)
    if state is RequestState.MERGED:
        return replace(fresh, status=Status.MERGED, opened_at=at, merged_at=at)
    return replace(fresh, status=Status.DECLINED, opened_at=at, closed_at=at)
