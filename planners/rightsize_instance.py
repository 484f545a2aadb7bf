"""Instances larger than two weeks of their demand: the next smaller type of the same family and architecture.

Demand is the P99.5 of 5-minute maxima with 20 % headroom, AWS Compute Optimizer's own default
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html), widened by (1 + 1/days); it has
to fit the candidate's baseline in every dimension. What is not measured may not shrink. One halving a step.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planners._bursts import lasts
from planners._month import without_turn
from planners._opinions import against_less
from planners._resize import blocks, by_list, resizable, saved, short, unseen
from planners._seen import check_within, kept, where
from planners._sized import Settings as Sizing
from planners._sized import best, candidates, measured, resized
from planners._sizing import Demand, demand
from remediator.model import (
    Change,
    Context,
    Estate,
    InstanceType,
    Layer,
    MetricSummary,
    Observation,
    SetAttribute,
)

SUMMARY = "Moves instances to the next smaller type of their family that holds two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


_DEMAND = ("cpu", "memory", "network", "ebs_bytes", "ebs_ops")
_CREDITS = ("cpu_credits", "cpu_credits_charged")


@dataclass(frozen=True, slots=True)
class Settings(Sizing):
    """How much evidence is enough, how much headroom is kept, and the largest step down.

    `memory_coverage` is how complete memory has to be, which an agent inside the machine tells: the default leaves out
    no more than the P99.5 does. A machine whose CPU and network stayed within `idle_cpu_percent` (AWS Compute
    Optimizer's figure) and `idle_network_mbytes_s` did no work, and shows nothing of the size it needs.

    In `month_end_in`, and where no environment is known, a person is asked unless the evidence holds the turn of a
    month, at which accounts are closed: AWS Compute Optimizer's look-back of 32 days holds one, its default of 14 days
    often none.

    `families` are further families to look in (`m7i`); without any a machine stays in its own, since a vCPU of another
    family is not the same work.
    """

    memory_coverage: float = 0.995
    idle_cpu_percent: float = 5.0
    idle_network_mbytes_s: float = 1.0
    families: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Sizing.__post_init__(self)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
        check_within("idle_cpu_percent", self.idle_cpu_percent, 0, 100)
        check_within("idle_network_mbytes_s", self.idle_network_mbytes_s, 0, 1e6)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller type for each running instance whose evidence is complete enough to tell, and what else would do."""
    for seen in estate.of_kind("aws_instance"):
        resource, settings = seen.resource, context.of(seen)
        if resource.spec.text("instance_state") != "running" or resource.member_of:
            continue
        if resource.launched_by and resource.launched_by.scales:
            continue
        current = context.catalogue.instance_type(resource.spec.text("instance_type") or "")
        if current is None or not resizable(current) or kept(seen, settings.keep_tags):
            continue
        found = measured(seen, (*_DEMAND, *_CREDITS), settings, {"memory": settings.memory_coverage})
        if "cpu" in found:
            yield from best(_smaller(seen, current, found, estate, context))


def _smaller(
    seen: Observation,
    current: InstanceType,
    found: Mapping[str, MetricSummary],
    estate: Estate,
    context: Context[Settings],
) -> Iterator[Change]:
    settings = context.of(seen)
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    for candidate in candidates(current, needs, settings.largest_step, context.catalogue, settings.families):
        saving = saved(seen, context.prices, current, candidate)
        if saving is None or estate.offered(candidate.name, seen.resource) is False:
            continue
        if candidate.burstable and not lasts(found, current, candidate, settings.headroom):
            continue
        yield resized(
            "rightsize_instance",
            seen,
            where(seen),
            SetAttribute("instance_type", current.name, candidate.name),
            _reason(current, needs),
            evidence=found.values(),
            missing=(*(n for n in _DEMAND if n not in found), *unseen(seen, candidate, estate)),
            doubts=(
                *blocks(seen, current),
                *short(seen, candidate),
                *_idle(seen, settings),
                *without_turn(seen, settings.month_end_in),
                *against_less(seen, current.name, candidate, context.catalogue),
            ),
            saving=saving if by_list(seen) else None,
        )


def _reason(current: InstanceType, needs: Demand) -> str:
    memory = f" and {needs.memory_mib / 1024:,.1f} GiB" if needs.memory_mib is not None else ""
    return (
        f"needs {needs.vcpu or 0:.1f} vCPU{memory} with headroom; {current.name} has {current.vcpu} vCPU and "
        f"{(current.memory_mib or 0) / 1024:,.0f} GiB"
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
