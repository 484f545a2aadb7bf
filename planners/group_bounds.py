"""Auto Scaling groups and EKS node groups whose bounds are far from what they use.

**The largest size** costs nothing by itself, and no saving is claimed: it is what a runaway policy, a retry storm or a
stolen key can make of the group. AWS calls the bounds a group's protection from unexpected load and cost:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
No threshold is published. Here it is far above any use from four times what was ever in service or asked for, and
goes down to twice that; never where the group was at its limit, and only where the evidence holds a month's turn. What
the machines above the proposal would cost a month decides whether people hear of it.

**The least size** keeps idle machines running where a group never asks for more and what it has is hardly used. The
number that is enough keeps each machine at or below what Azure Advisor leaves user-facing scale sets when it takes
instances away, 40 % of CPU and network by the P95 and 60 % of memory by the P99:
https://learn.microsoft.com/azure/advisor/advisor-cost-recommendations
It halves a group at most and leaves a machine in each of its zones. A policy that tracks a target has to be there to
take the machines away, and to bring them back.

A group's own metrics say how many it had; they are off until somebody turns them on, and are free:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil

from planners._bounds import Bounds, Settings, bounds, dearest, hindrances, types
from planners._group import POLICY, SCHEDULE, of_group
from planners._least import too_small
from planners._month import turns, without_turn
from planners._room import Room, room
from planners._seen import kept, of_nodes, where
from planners._settings import asked
from planners._sizing import enough
from remediator.model import (
    HOURS_A_MONTH,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    MetricSummary,
    Observation,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Lowers the bounds of groups that are far above any use, or that alone keep idle machines running."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_autoscaling_group", "aws_eks_node_group", "aws_instance", POLICY, SCHEDULE)


@dataclass(frozen=True, slots=True)
class _Largest:
    """A lower largest size: the action, why, what shows it, and why nobody has to hear of it."""

    action: SetAttribute
    reason: str
    evidence: tuple[MetricSummary, ...]
    withheld: str | None


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """Lower bounds for each group that was used, where one of them is far from its use."""
    for seen in chain.from_iterable(estate.of_kind(kind) for kind in KINDS[:2]):
        known = bounds(seen)
        if known is None or of_nodes(seen) or kept(seen, context.of(seen).keep_tags):
            continue
        lower = _largest(seen, known, estate, context)
        fewer = room(seen, known, estate, context)
        if fewer is not None:
            yield _change(seen, known, fewer, lower if lower and not lower.withheld else None, estate, context)
        elif lower is not None:
            yield _change(seen, known, None, lower, estate, context)


def _largest(seen: Observation, known: Bounds, estate: Estate, context: Context[Settings]) -> _Largest | None:
    settings = context.of(seen)
    names = ("in_service", "wanted_size", "allowed_size")
    found = {n: s for n in names if (s := enough(seen.usage, n, settings.days, settings.coverage)) is not None}
    unseen = [s for n in names if n not in found and (s := seen.usage.metric(n)) is not None]
    if len(found) < len(names):
        return None if unseen else _unmeasured(seen, known, settings)
    highest = max(found["in_service"].maximum, found["wanted_size"].maximum, known.wanted, known.least)
    if highest < 1 or found["in_service"].maximum < 1 or found["allowed_size"].minimum <= highest:
        return None
    scheduled = (one.resource.spec.number("desired_capacity") or 0 for one in of_group(estate, SCHEDULE, seen))
    wide = highest * (1 + settings.headroom) * (1 + 24 / found["in_service"].hours)
    target = max(ceil(wide), *map(int, scheduled), 1)
    if known.largest < settings.times * highest or target >= known.largest:
        return None
    kinds = types(seen, context)
    price = dearest(kinds, seen, context) if kinds else None
    spare = known.largest - target
    exposure = None if price is None else replace(price, unit="month", amount=price.amount * HOURS_A_MONTH * spare)
    withheld = None
    start, end = found["in_service"].start, found["in_service"].end
    if not turns(start, end):
        withheld = "the evidence for a lower largest size holds no turn of a month; it takes lookback_days = 32 or more"
    elif exposure is None or too_small(exposure.amount, exposure.currency, settings.least_exposure, settings.currency):
        told = "an unknown sum" if exposure is None else f"{exposure.amount:,.0f} {exposure.currency}"
        withheld = f"the machines that it may have beyond that would cost {told} a month, below least_exposure"
    risk = "" if exposure is None else f", at {exposure.amount:,.0f} {exposure.currency} a month by list price"
    return _Largest(
        SetAttribute(known.paths[1], known.largest, target),
        f"it had at most {highest:.0f} machines in {found['in_service'].hours / 24:,.0f} days and may have "
        f"{known.largest}: nothing but that bound keeps a runaway from starting {spare} more{risk}; the bound itself "
        "costs nothing",
        tuple(found.values()),
        withheld,
    )


def _unmeasured(seen: Observation, known: Bounds, settings: Settings) -> _Largest | None:
    """What is counted of a group that does not say how many it had: only those that it has are seen."""
    if not known.wanted or known.largest < settings.times * known.wanted:
        return None
    return _Largest(
        SetAttribute(known.paths[1], known.largest, known.wanted),
        f"it has {known.wanted} machines and may have {known.largest}",
        (),
        "how many it had is not known, since its group metrics are not all on: GroupInServiceInstances, "
        "GroupDesiredCapacity and GroupMaxSize, which cost nothing",
    )


def _change(
    seen: Observation,
    known: Bounds,
    fewer: Room | None,
    lower: _Largest | None,
    estate: Estate,
    context: Context[Settings],
) -> Change:
    settings = context.of(seen)
    doubts = (
        *asked(seen, settings),
        *hindrances(seen, estate),
        *(fewer.doubts if fewer else ()),
        *(without_turn(seen, settings.month_end_in) if fewer else ()),
    )
    actions = (*(fewer.actions if fewer else ()), *((lower.action,) if lower else ()))
    named = (("least", fewer.actions[0] if fewer else None), ("largest", lower.action if lower else None))
    what = " and its ".join(f"{name} size from {a.live} to {a.target}" for name, a in named if a is not None)
    return Change(
        rule="group_bounds",
        concern="bounds",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Have {where(seen)} lower its {what}",
        reason="; ".join(part.reason for part in (fewer, lower) if part is not None),
        actions=actions,
        evidence=(*(fewer.evidence if fewer else ()), *(lower.evidence if lower else ())),
        missing=(
            *(fewer.missing if fewer else ()),
            "whether it has to stand in for another zone, region or group",
        ),
        doubts=doubts,
        saving=fewer.saving if fewer else None,
        accrued=None,
        risk=Level.MEDIUM if fewer else Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.5 if doubts else 0.85,
        withheld=lower.withheld if lower and not fewer else None,
        saves_nothing=fewer is None,
    )
