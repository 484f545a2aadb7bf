"""GPU machines with more GPUs, more memory on each, or more machine around them than two weeks of use show.

AWS Compute Optimizer sizes G and P types by GPU and GPU memory utilisation
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/metrics.html). Here the GPUs in use are counted, one whose
memory is held being in use; memory is what is used over what there is, never nvidia-smi's memory utilisation, which is
the share of time the memory bus is busy. The candidate has the same model of GPU unless other families are named.

Always a ticket: a GPU machine that is stopped to be resized may not be had again at once, and what is on its local
disks is lost and not measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from planners._money import as_month
from planners._opinions import against_less
from planners._resize import blocks, by_list, saved, short, unseen
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
class Settings(Sizing):
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Sizes of GPU families are four GPUs apart, and so is the largest step. Less than `least_percent` of the price is not
    asked about. A machine whose GPUs stayed within `idle_gpu_percent` did no work, and shows nothing of the size it
    needs. `families` are further families to look in (`g6`).
    """

    largest_step: float = 4.0
    memory_coverage: float = 0.995
    least_percent: float = 10.0
    idle_gpu_percent: float = 1.0
    families: tuple[str, ...] = ()

    MOST_STEP: ClassVar[float] = 8.0

    def __post_init__(self) -> None:
        Sizing.__post_init__(self)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
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
        if resource.launched_by is None or not resource.launched_by.scales:
            yield from (replace(change, instead=()) for change in best(_smaller(seen, current, estate, context)))


def _smaller(seen: Observation, current: InstanceType, estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    found = measured(seen, _MEASURED, settings, {"memory": settings.memory_coverage})
    if "gpu" not in found or found["gpu"].maximum <= settings.idle_gpu_percent:
        return
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    single = current.gpu_count == 1
    for candidate in candidates(current, needs, settings, context.catalogue, settings.families, disks=False):
        saving = saved(seen, context.prices, current, candidate)
        if saving is None or estate.offered(candidate.name, seen.resource) is False:
            continue
        if not _worth(saving, current, seen, context):
            continue
        yield resized(
            "oversized_gpu",
            seen,
            where(seen),
            SetAttribute("instance_type", current.name, candidate.name),
            "; ".join(_reasons(current, candidate, needs)),
            evidence=found.values(),
            missing=(
                *(n for n in _MEASURED if n not in found and not (single and n == "gpus_used")),
                *unseen(seen, candidate, estate),
            ),
            doubts=(
                *_doubts(seen, current, candidate),
                *against_less(seen, current.name, candidate, context.catalogue),
            ),
            saving=saving if by_list(seen) else None,
            effort=Level.MEDIUM,
            confidence=0.6,
        )


def _worth(saving: Saving, current: InstanceType, seen: Observation, context: Context[Settings]) -> bool:
    before = as_month(context.prices.price("aws_instance", current.name, seen.resource.region))
    least = Decimal(str(context.of(seen).least_percent))
    return before is not None and 100 * saving.monthly >= before.amount * least


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
    yield from short(seen, candidate)
