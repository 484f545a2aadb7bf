"""GPU machines with more GPUs, more memory on each, or more machine around them than two weeks of use show.

AWS Compute Optimizer sizes G and P types by GPU and GPU memory utilisation
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/metrics.html). Here the GPUs in use are counted, one whose
memory is held being in use; memory is what is used over what there is, never nvidia-smi's memory utilisation, which is
the share of time the memory bus is busy. The candidate has the same model of GPU unless other families are named.

Always a ticket: a GPU machine that is stopped to be resized may not be had again at once, and what is on its local
disks is lost and not measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._opinions import against_less, with_less
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

SUMMARY = "Asks about GPU machines of which two weeks used fewer GPUs, less of their memory, or less of the machine."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)

_MEASURED = ("gpu", "gpu_memory", "gpus_used", "cpu", "memory", "network", "ebs_bytes", "ebs_ops")


@dataclass(frozen=True, slots=True)
class Settings:
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Sizes of GPU families are four GPUs apart, and so is the largest step. Less than `least_percent` of the price is not
    asked about. A machine whose GPUs stayed within `idle_gpu_percent` did no work, and shows nothing of the size it
    needs. `families` are further families to look in (`g6`).
    """

    days: float = 14.0
    coverage: float = 0.95
    memory_coverage: float = 0.995
    headroom: float = 0.20
    largest_step: float = 4.0
    least_percent: float = 10.0
    idle_gpu_percent: float = 1.0
    families: tuple[str, ...] = ()
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 63)
        check_within("coverage", self.coverage, 0.9, 1)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
        check_within("headroom", self.headroom, 0, 10)
        check_within("largest_step", self.largest_step, 1, 8)
        check_within("least_percent", self.least_percent, 0, 100)
        check_within("idle_gpu_percent", self.idle_gpu_percent, 0, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running GPU machine of its own that was measured, did work, and fits a cheaper type."""
    for seen in estate.of_kind("aws_instance"):
        resource, settings = seen.resource, context.of(seen)
        current = context.catalogue.instance_type(resource.spec.text("instance_type") or "")
        if current is None or not current.gpu_count or current.bare_metal is not False:
            continue
        if resource.spec.text("instance_state") != "running" or resource.member_of or kept(seen, settings.keep_tags):
            continue
        gpu = enough(seen.usage, "gpu", settings.days, settings.coverage)
        if gpu is None or gpu.maximum <= settings.idle_gpu_percent:
            continue
        if resource.launched_by is None or not resource.launched_by.scales:
            yield from _smaller(seen, current, context)


def _smaller(seen: Observation, current: InstanceType, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    before = context.prices.price("aws_instance", current.name, seen.resource.region)
    found: list[tuple[Saving, InstanceType]] = []
    for family in dict.fromkeys((current.family, *settings.families)):
        for candidate in context.catalogue.family(family):
            if not moves(candidate, current, settings.largest_step) or not fits(candidate, current, needs, disks=False):
                continue
            saving = saved(context.prices, current, candidate, seen.resource.region)
            if saving is not None and before is not None:
                share = 100 * (1 - _hourly(candidate, seen, context) / float(before.amount))
                if share >= settings.least_percent:
                    found.append((saving, candidate))
    if found:
        saving, candidate = max(found, key=lambda option: option[0].monthly)
        yield _change(seen, current, candidate, saving, needs, context)


def _hourly(type_: InstanceType, seen: Observation, context: Context[Settings]) -> float:
    price = context.prices.price("aws_instance", type_.name, seen.resource.region)
    return float(price.amount) if price else float("inf")


def _change(
    seen: Observation,
    current: InstanceType,
    candidate: InstanceType,
    saving: Saving,
    needs: Demand,
    context: Context[Settings],
) -> Change:
    settings = context.of(seen)
    shares = {"memory": settings.memory_coverage}
    found = {n: enough(seen.usage, n, settings.days, shares.get(n, settings.coverage)) for n in _MEASURED}
    single = current.gpu_count == 1
    return Change(
        rule="oversized_gpu",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize {where(seen)} from {current.name} to {candidate.name}",
        reason=with_less("; ".join(_reasons(current, candidate, needs)), seen, current.name),
        actions=(SetAttribute("instance_type", current.name, candidate.name),),
        evidence=tuple(summary for summary in found.values() if summary is not None),
        missing=(
            *(n for n, summary in found.items() if summary is None and not (single and n == "gpus_used")),
            offered(seen, candidate),
        ),
        doubts=(
            *_doubts(seen, current, candidate),
            *against_less(seen, current.name, candidate, context.catalogue),
        ),
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.MEDIUM,
        effect=Effect.RESTART,
        confidence=0.6,
    )


def _reasons(current: InstanceType, candidate: InstanceType, needs: Demand) -> Iterator[str]:
    """What it has more of than it used, each as a phrase."""
    if needs.gpus is not None and candidate.gpu_count < current.gpu_count:
        yield f"at most {needs.gpus:.0f} of its {current.gpu_count} {current.gpu_name} were in use at a time"
    if needs.gpu_memory_mib is not None and candidate.gpu_name != current.gpu_name:
        yield f"no GPU needs more than {needs.gpu_memory_mib / 1024:,.1f} GiB with headroom"
    if needs.vcpu is not None:
        yield f"it needs {needs.vcpu:.1f} of its {current.vcpu} vCPU with headroom"
    if needs.memory_mib is not None:
        yield f"and {needs.memory_mib / 1024:,.1f} of its {(current.memory_mib or 0) / 1024:,.0f} GiB"


def _doubts(seen: Observation, current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    yield (
        f"a {candidate.name} may not be had at once when it is started again (InsufficientInstanceCapacity); resize it "
        "when nothing waits for it"
    )
    if candidate.gpu_name != current.gpu_name:
        yield (
            f"{candidate.gpu_name} is another GPU than {current.gpu_name}: its speed, its drivers and what is compiled "
            "for it have to be tried"
        )
    if candidate.local_storage_gb < current.local_storage_gb:
        yield f"{candidate.name} has {candidate.local_storage_gb:,} GB of instance store; how much is used is not known"
    yield from blocks(seen, current)
