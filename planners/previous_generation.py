"""Machines of an earlier generation for which a current type of at least the same capacity costs less.

Prices decide, never the names of families: m5 to m7i costs 5 % more, c4 to c5 less. What is current is what EC2 says
of each type (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html). The candidate has no
less of anything, so that how busy the machine is does not matter; that a vCPU of another family is other work, does.
Machines with GPUs are compared by more (planners/gpu_generation.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._accelerated import accelerated
from planners._resize import blocks, by_list, cheapest, movable, no_less, saved, short, unseen, worth
from planners._seen import check_within, where
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

SUMMARY = "Moves machines of an earlier generation to a cheaper current type with no less of anything."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is worth a move, in percent of the price, and the families that need no question.

    There is no published least; for less than `least_percent` nobody tries another processor.

    A move to a family that `families` does not name is a ticket, since only its owner can say whether another processor
    does the same work.
    """

    least_percent: float = 15.0
    families: tuple[str, ...] = ()
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("least_percent", self.least_percent, 0, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """The cheapest current type for each running machine of an earlier generation, where there is a cheaper one."""
    found: dict[tuple[str, str, str, str], InstanceType | None] = {}
    for seen in estate.of_kind("aws_instance"):
        spec, region = seen.resource.spec, seen.resource.region
        current = context.catalogue.instance_type(spec.text("instance_type") or "")
        if current is None or current.current_generation is not False or current.gpu_count or current.burstable:
            continue
        if accelerated(current) or not movable(seen, context.of(seen).keep_tags):
            continue
        at = (current.name, seen.resource.account, region, spec.text("availability_zone") or "")
        if at not in found:
            successors = (one for one in context.catalogue.every() if _succeeds(one, current))
            found[at] = cheapest(seen, current, successors, estate, context.prices)
        candidate = found[at]
        saving = saved(seen, context.prices, current, candidate) if candidate else None
        if candidate is None or saving is None:
            continue
        if worth(saving, current, seen, context.prices, context.of(seen).least_percent):
            yield _change(seen, current, saving, candidate, estate, context.of(seen))


def _succeeds(candidate: InstanceType, current: InstanceType) -> bool:
    """Whether a type without GPUs is current, of the same architecture, and has no less of anything."""
    return not candidate.gpu_count and no_less(candidate, current)


def _change(
    seen: Observation,
    current: InstanceType,
    saving: Saving,
    candidate: InstanceType,
    estate: Estate,
    settings: Settings,
) -> Change:
    doubts = tuple(_doubts(seen, current, candidate, settings))
    return Change(
        rule="previous_generation",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Move {where(seen)} from {current.name} to {candidate.name}",
        reason=f"{current.name} is of an earlier generation, and {candidate.name} has no less of anything "
        f"({candidate.vcpu} vCPU, {(candidate.memory_mib or 0) / 1024:,.0f} GiB) and costs less",
        actions=(SetAttribute("instance_type", current.name, candidate.name),),
        evidence=(),
        missing=tuple(unseen(seen, candidate, estate)),
        doubts=doubts,
        saving=saving if by_list(seen) else None,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.MEDIUM if doubts else Level.LOW,
        effect=Effect.RESTART,
        confidence=0.5 if doubts else 0.8,
    )


def _doubts(seen: Observation, current: InstanceType, candidate: InstanceType, settings: Settings) -> Iterator[str]:
    if candidate.family not in settings.families:
        yield (
            f"{candidate.family} has another processor than {current.family}; try the work on it first, or name it in "
            "families"
        )
    if candidate.hypervisor != current.hypervisor:
        ena = (
            "" if seen.resource.spec.flag("ena_support") else ", and this machine's image does not say that it has ENA"
        )
        yield f"it goes from {current.hypervisor} to {candidate.hypervisor}, which needs ENA and NVMe drivers{ena}"
    yield from blocks(seen, current)
    yield from short(seen, candidate)
