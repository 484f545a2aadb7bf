"""What idleness has cost, and what is no longer paid since it was stopped, between what is sure and list price."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from remediator.errors import RemediatorError
from remediator.model import Change, Layer, Outcome, Plan, Status
from remediator.planfile import load
from remediator.run.kpis.money import CENT, since

_PREPARES = "snapshot before removal"
"""The concern of what is done so that a removal may follow, and by itself stops nothing."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Money between `least`, which is what is left where commitments pay for it, and `most`, its list price."""

    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.least + other.least, self.most + other.most)


_NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Idleness:
    """What idleness costs; what a reservation pays for either way, and Spot, is in no sum.

    `accrued` is what open findings of what is not used have cost so far; `stopped_monthly` and `stopped_so_far` are
    what is no longer paid since such findings are live. `accrued_unknown` and `stopped_unknown` are the findings beside
    these whose cost is not known, or is paid for either way.
    """

    accrued: Sum = _NOTHING
    accrued_unknown: int = 0
    stopped_monthly: Sum = _NOTHING
    stopped_so_far: Sum = _NOTHING
    stopped_unknown: int = 0


def idleness(
    plans: Sequence[Plan], outcomes: Sequence[Outcome], state_dir: Path, currency: str, now: datetime
) -> Idleness:
    """The sums in one currency; what was stopped before is read from the plan files that the state folder keeps."""
    changes = [change for plan in plans for change in plan.changes if change.layer is Layer.USAGE]
    live = [(outcome, outcome.live_at) for outcome in outcomes if outcome.status is Status.LIVE]
    stopped = [(at, _saved(outcome.plan_id, state_dir, currency)) for outcome, at in live if at is not None]
    known = [(at, saved) for at, saved in stopped if saved is not None]
    return Idleness(
        accrued=_total(_accrued(change, currency) for change in changes),
        accrued_unknown=sum(map(_unknown, changes)),
        stopped_monthly=_total(saved for _, saved in known),
        stopped_so_far=_total(Sum(since(saved.least, at, now), since(saved.most, at, now)) for at, saved in known),
        stopped_unknown=len(stopped) - len(known),
    )


def _total(sums: Iterable[Sum]) -> Sum:
    return sum(sums, _NOTHING)


def _accrued(change: Change, currency: str) -> Sum:
    """What it has cost so far: at least the share that its saving is sure of, nothing where none is claimed."""
    saving = change.saving or change.prepares
    if saving is None or change.accrued is None or saving.currency != currency or not saving.monthly:
        return _NOTHING
    return Sum((change.accrued * saving.low / saving.monthly).quantize(CENT), change.accrued)


def _unknown(change: Change) -> bool:
    """Whether something is to be stopped or taken away of which nobody knows what that saves."""
    claimed = change.saving is not None or change.prepares is not None or change.saves_nothing
    return not change.asks and not claimed


def _saved(plan_id: str, state_dir: Path, currency: str) -> Sum | None:
    """What a plan said it would save, where it was about something not used; nothing for others, None if not known."""
    try:
        plan = load((state_dir / "plans" / f"{plan_id}.json").read_bytes(), plan_id)
    except (OSError, RemediatorError):
        return None
    if any(finding.layer is not Layer.USAGE or finding.concern == _PREPARES for finding in plan.findings):
        return _NOTHING
    cost = plan.cost
    if cost.monthly is None or cost.currency not in (None, currency):
        return None
    return Sum(cost.monthly if cost.low is None else cost.low, cost.monthly)
