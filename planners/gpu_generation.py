"""GPU machines for which a type of no less in any dimension costs less, by today's prices, never by names.

The candidate has as many GPUs, and each of them as much memory, bandwidth and speed in FP32, in the FP16 of its Tensor
Cores and in FP64, as much PCIe and NVLink, by the data sheets in `remediator/observe/data`; and no less of vCPUs,
memory, network, EBS, instance store, network interfaces and EFA. So how busy it is does not matter. A figure that is
not known is never enough.

Always a ticket: drivers, CUDA and image have to be tried, and a GPU machine that is stopped may not be had again at
once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._gpus import no_slower, same_gpu, tried
from planners._resize import blocks, by_list, cheapest, movable, no_less, saved, scarce, short, unseen, worth
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

SUMMARY = "Asks about GPU machines for which a cheaper type has no less of anything, its GPUs' speed included."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is worth a trial, in percent of the price: as with `oversized_gpu`, nothing is published."""

    least_percent: float = 10.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("least_percent", self.least_percent, 0, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running GPU machine of its own for which there is a cheaper type with no less of anything."""
    found: dict[str, tuple[InstanceType, ...]] = {}
    for seen in estate.of_kind("aws_instance"):
        settings = context.of(seen)
        current = context.catalogue.instance_type(seen.resource.spec.text("instance_type") or "")
        if current is None or not current.gpu_count or not movable(seen, settings.keep_tags):
            continue
        if current.name not in found:
            found[current.name] = tuple(one for one in context.catalogue.every() if _succeeds(one, current))
        candidate = cheapest(seen, current, found[current.name], estate, context.prices)
        saving = saved(seen, context.prices, current, candidate) if candidate else None
        if candidate is None or saving is None:
            continue
        if worth(saving, current, seen, context.prices, settings.least_percent):
            yield _change(seen, current, saving, candidate, estate)


def _succeeds(candidate: InstanceType, current: InstanceType) -> bool:
    """Whether a type that is current has no less of anything that is known of the one of today."""
    return (
        no_less(candidate, current)
        and candidate.gpu_count >= current.gpu_count
        and _no_fewer(candidate.interfaces, current.interfaces)
        and _no_fewer(candidate.addresses, current.addresses)
        and _no_fewer(candidate.efa, current.efa)
        and no_slower(candidate, current)
    )


def _no_fewer(offered: int | None, today: int | None) -> bool:
    return today is None or (offered is not None and offered >= today)


def _change(
    seen: Observation, current: InstanceType, saving: Saving, candidate: InstanceType, estate: Estate
) -> Change:
    return Change(
        rule="gpu_generation",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Move {where(seen)} from {current.name} to {candidate.name}",
        reason=f"{candidate.name} costs less than {current.name} and has no less of anything: {_shown(candidate)} "
        f"against {_shown(current)}",
        actions=(SetAttribute("instance_type", current.name, candidate.name),),
        evidence=(),
        missing=tuple(unseen(seen, candidate, estate)),
        doubts=tuple(_doubts(seen, current, candidate)),
        saving=saving if by_list(seen) else None,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW if same_gpu(candidate, current) else Level.MEDIUM,
        effect=Effect.RESTART,
        confidence=0.5,
    )


def _shown(type_: InstanceType) -> str:
    """What people compare GPU machines by."""
    each = (type_.gpu_memory_mib or 0) / max(1, type_.gpu_count) / 1024
    bandwidth = type_.gpu.bandwidth_gbytes_s if type_.gpu else None
    fast = "" if bandwidth is None else f" at {bandwidth:,.0f} GB/s"
    return (
        f"{type_.gpu_count} {type_.gpu_name} with {each:,.0f} GiB each{fast}, {type_.vcpu} vCPU, "
        f"{(type_.memory_mib or 0) / 1024:,.0f} GiB"
    )


def _doubts(seen: Observation, current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    yield scarce(candidate)
    yield from tried(candidate, current)
    if candidate.hypervisor != current.hypervisor:
        yield f"it goes from {current.hypervisor} to {candidate.hypervisor}, which needs ENA and NVMe drivers"
    yield from blocks(seen, current)
    yield from short(seen, candidate)
