"""Instances larger than two weeks of their demand: the next smaller type of the same family and architecture.

Demand is the P99.5 of 5-minute maxima with 20 % headroom, AWS Compute Optimizer's own default
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html), widened by (1 + 1/days); it has
to fit the candidate's baseline in every dimension. What is not measured may not shrink. One halving a step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planners._month import without_turn
from planners._opinions import against_less, with_less
from planners._quiet import Settings as Asking
from planners._resize import blocks, moves, offered, saved
from planners._seen import LEAST_DAYS, check_within, kept, where
from planners._sizing import Demand, demand, enough, fits
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    InstanceType,
    Layer,
    Level,
    Observation,
    Saving,
    SetAttribute,
)

SUMMARY = "Moves instances to the next smaller type of their family that holds two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings:
    """How much evidence is enough, how much headroom is kept, and the largest step down.

    `memory_coverage` is how complete memory has to be, which an agent inside the machine tells: the default leaves out
    no more than the P99.5 does. A machine whose CPU and network stayed within `idle_cpu_percent` (AWS Compute
    Optimizer's figure) and `idle_network_mbytes_s` did no work, and shows nothing of the size it needs.

    In `month_end_in` a person is asked unless the evidence holds the turn of a month, at which accounts are closed:
    AWS Compute Optimizer's look-back of 32 days holds one, its default of 14 days often none.

    `families` are further families to look in (`m7i`); without any a machine stays in its own, since a vCPU of another
    family is not the same work.
    """

    days: float = 14.0
    coverage: float = 0.95
    memory_coverage: float = 0.995
    idle_cpu_percent: float = 5.0
    idle_network_mbytes_s: float = 1.0
    headroom: float = 0.20
    largest_step: float = 2.0
    month_end_in: tuple[str, ...] = ("prod",)
    families: tuple[str, ...] = ()
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 63)
        check_within("coverage", self.coverage, 0.9, 1)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
        check_within("idle_cpu_percent", self.idle_cpu_percent, 0, 100)
        check_within("idle_network_mbytes_s", self.idle_network_mbytes_s, 0, 1e6)
        check_within("headroom", self.headroom, 0, 10)
        check_within("largest_step", self.largest_step, 1, 2)
        Asking(ask_in=self.month_end_in)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller type for each running instance whose evidence is complete enough to tell, and what else would do."""
    for seen in estate.of_kind("aws_instance"):
        resource, settings = seen.resource, context.of(seen)
        if resource.spec.text("instance_state") != "running" or resource.member_of:
            continue
        if resource.launched_by and resource.launched_by.scales:
            continue
        current = context.catalogue.instance_type(resource.spec.text("instance_type") or "")
        if current is None or not _resizable(current) or kept(seen, settings.keep_tags):
            continue
        if enough(seen.usage, "cpu", settings.days, settings.coverage):
            yield from _smaller(seen, current, context)


def _resizable(current: InstanceType) -> bool:
    """GPU machines, metal and burstable ones are other rules' matter: their demand is not in these metrics."""
    return current.gpu_count == 0 and current.burstable is False and current.bare_metal is False


def _smaller(seen: Observation, current: InstanceType, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    found: list[tuple[Saving, InstanceType]] = []
    for family in dict.fromkeys((current.family, *settings.families)):
        for candidate in context.catalogue.family(family):
            if not moves(candidate, current, settings.largest_step) or not fits(candidate, current, needs):
                continue
            saving = saved(context.prices, current, candidate, seen.resource.region)
            if saving is not None:
                found.append((saving, candidate))
    found.sort(key=lambda option: -option[0].monthly)
    options = [_change(seen, current, candidate, saving, needs, context) for saving, candidate in found]
    if options:
        yield replace(options[0], instead=tuple(options[1:]))


def _change(
    seen: Observation,
    current: InstanceType,
    candidate: InstanceType,
    saving: Saving,
    needs: Demand,
    context: Context[Settings],
) -> Change:
    settings = context.of(seen)
    doubts = (
        *blocks(seen, current),
        *_idle(seen, settings),
        *without_turn(seen, settings.month_end_in),
        *against_less(seen, current.name, candidate, context.catalogue),
    )
    names = ("cpu", "memory", "network", "ebs_bytes", "ebs_ops")
    shares = {"memory": settings.memory_coverage}
    found = {n: enough(seen.usage, n, settings.days, shares.get(n, settings.coverage)) for n in names}
    memory = f" and {needs.memory_mib / 1024:,.1f} GiB" if needs.memory_mib is not None else ""
    return Change(
        rule="rightsize_instance",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize {where(seen)} from {current.name} to {candidate.name}",
        reason=with_less(
            f"needs {needs.vcpu or 0:.1f} vCPU{memory} with headroom; {current.name} has {current.vcpu} vCPU and "
            f"{(current.memory_mib or 0) / 1024:,.0f} GiB",
            seen,
            current.name,
        ),
        actions=(SetAttribute("instance_type", current.name, candidate.name),),
        evidence=tuple(summary for summary in found.values() if summary is not None),
        missing=(
            *(name for name, summary in found.items() if summary is None),
            *((offered(seen, candidate),) if candidate.family != current.family else ()),
        ),
        doubts=doubts,
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.RESTART,
        confidence=0.9 if not doubts else 0.5,
    )


def _idle(seen: Observation, settings: Settings) -> Iterator[str]:
    """A standby, or what somebody forgot: its demand when it does work was not seen."""
    cpu, network = seen.usage.metric("cpu"), seen.usage.metric("network")
    quiet = network is None or network.maximum <= settings.idle_network_mbytes_s * 1e6
    if quiet and cpu is not None and cpu.maximum <= settings.idle_cpu_percent:
        yield (
            f"it did no work in this time (CPU at most {cpu.maximum:.1f} %), so what it needs is not known; "
            "a stop would save more"
        )
