"""GPU machines with more GPUs, more memory on each, or more machine around them than two weeks of use show.

AWS Compute Optimizer sizes G and P types by GPU and GPU memory utilisation
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/metrics.html). Here the GPUs in use are counted, one whose
memory is held being in use; memory is what is used over what there is, never nvidia-smi's memory utilisation, which is
the share of time the memory bus is busy.

The candidate has the same model of GPU, or is of a family that is named, or of a model of which each GPU, by the data
sheets in `remediator/observe/data`, does in `busy_percent` of the time all that today's can do in the time in which it
was busy. That is the most that it may have done: what is measured is the time in which anything ran, not how much of
the GPU it took (https://docs.nvidia.com/deploy/nvml-api/structnvmlUtilization__t.html).

Always a ticket: a GPU machine that is stopped to be resized may not be had again at once, and what is on its local
disks is lost and not measured.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from planners._gpus import no_slower, same_gpu, times_as_long, tried
from planners._opinions import against_less
from planners._resize import blocks, by_list, movable, saved, scarce, short, unseen, worth
from planners._seen import check_within, where
from planners._sized import Settings as Sizing
from planners._sized import best, candidates, measured, resized
from planners._sizing import Demand, demand, widened
from remediator.model import (
    Change,
    Context,
    Estate,
    InstanceType,
    Layer,
    Level,
    MetricSummary,
    Observation,
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
    needs. GPUs of another model are to be busy for at most `busy_percent` of the time; in `families` (`g6`) nothing is
    asked of their speed.
    """

    largest_step: float = 4.0
    memory_coverage: float = 0.995
    least_percent: float = 10.0
    idle_gpu_percent: float = 1.0
    busy_percent: float = 80.0
    families: tuple[str, ...] = ()

    MOST_STEP: ClassVar[float] = 8.0

    def __post_init__(self) -> None:
        Sizing.__post_init__(self)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
        check_within("least_percent", self.least_percent, 0, 100)
        check_within("idle_gpu_percent", self.idle_gpu_percent, 0, 100)
        check_within("busy_percent", self.busy_percent, 1, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running GPU machine of its own that was measured, did work, and fits a cheaper type."""
    for seen in estate.of_kind("aws_instance"):
        current = context.catalogue.instance_type(seen.resource.spec.text("instance_type") or "")
        if current is None or not current.gpu_count or current.bare_metal is not False:
            continue
        if movable(seen, context.of(seen).keep_tags):
            yield from (replace(change, instead=()) for change in best(_smaller(seen, current, estate, context)))


def _smaller(seen: Observation, current: InstanceType, estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    found = measured(seen, _MEASURED, settings, {"memory": settings.memory_coverage})
    if "gpu" not in found or found["gpu"].maximum <= settings.idle_gpu_percent:
        return
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    single = current.gpu_count == 1
    families = dict.fromkeys(type_.family for type_ in context.catalogue.every() if type_.gpu_count)
    for candidate in candidates(current, needs, settings, context.catalogue, families, disks=False):
        if candidate.family not in settings.families and not _fast_enough(candidate, current, found, settings):
            continue
        saving = saved(seen, context.prices, current, candidate)
        if saving is None or estate.offered(candidate.name, seen.resource) is False:
            continue
        if not worth(saving, current, seen, context.prices, settings.least_percent):
            continue
        yield resized(
            "oversized_gpu",
            seen,
            where(seen),
            SetAttribute("instance_type", current.name, candidate.name),
            "; ".join(_reasons(current, candidate, needs, found["gpu"])),
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


def _fast_enough(
    candidate: InstanceType, current: InstanceType, found: Mapping[str, MetricSummary], settings: Settings
) -> bool:
    """Whether each GPU does the most that one of today's can have done.

    What a machine of another size did counts for being busy, but not for memory: where the memory was measured long
    enough, so was how busy this one is.
    """
    if same_gpu(candidate, current):
        return True
    if "gpu_memory" not in found:
        return False
    busy = widened(found["gpu"], settings.headroom) / settings.busy_percent
    return no_slower(candidate, current, min(1.0, busy))


def _reasons(current: InstanceType, candidate: InstanceType, needs: Demand, gpu: MetricSummary) -> Iterator[str]:
    """What it has more of than it used, each as a phrase."""
    if candidate.gpu_name != current.gpu_name:
        yield f"its busiest {current.gpu_name} was busy for at most {gpu.maximum:.0f} % of the time"
    if needs.gpus is not None and candidate.gpu_count < current.gpu_count:
        yield f"at most {needs.gpus:.0f} of its {current.gpu_count} {current.gpu_name} were in use at a time"
    if needs.gpu_memory_mib is not None and candidate.gpu_name != current.gpu_name:
        yield f"no GPU needs more than {needs.gpu_memory_mib / 1024:,.1f} GiB with headroom"
    if needs.vcpu is not None:
        yield f"it needs {needs.vcpu:.1f} of its {current.vcpu} vCPU with headroom"
    if needs.memory_mib is not None:
        yield f"and {needs.memory_mib / 1024:,.1f} of its {(current.memory_mib or 0) / 1024:,.0f} GiB"


def _doubts(seen: Observation, current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    yield scarce(candidate)
    yield from tried(candidate, current)
    if (longer := times_as_long(candidate, current)) > 1:
        yield (
            f"by the data sheets a piece of work takes up to {longer:.1f} times as long on {candidate.gpu_name} as on "
            f"{current.gpu_name}"
        )
    if candidate.local_storage_gb < current.local_storage_gb:
        yield f"{candidate.name} has {candidate.local_storage_gb:,} GB of instance store; how much is used is not known"
    yield from blocks(seen, current)
    yield from short(seen, candidate)
