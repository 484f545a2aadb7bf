"""GPU machines with more GPUs, more memory on each, or more machine around them than two weeks of use show.

AWS Compute Optimizer sizes G and P types by GPU and GPU memory utilisation
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/metrics.html). Here the GPUs in use are counted, one whose
memory is held being in use; memory is what is used over what there is, never nvidia-smi's memory utilisation, which is
the share of time the memory bus is busy.

The candidate has the same model of GPU, or is of a family that is named, or of a model of which each GPU, by the data
sheets in `remediator/observe/data`, does in `busy_percent` of the time all that today's can do in the time in which it
was busy. That is the most that it may have done: what is measured is the time in which anything ran, not how much of
the GPU it took (https://docs.nvidia.com/deploy/nvml-api/structnvmlUtilization__t.html).

Always a ticket (planners/_oversized.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from planners._gpus import no_slower, same_gpu, times_as_long, tried
from planners._oversized import Rule, asked
from planners._oversized import Settings as Oversized
from planners._seen import check_within
from planners._sizing import Demand, widened
from remediator.model import Catalogue, Change, Context, Estate, InstanceType, Layer, MetricSummary

SUMMARY = "Asks about GPU machines of which two weeks used fewer GPUs, less of their memory, or less of the machine."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings(Oversized):
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Sizes of GPU families are four GPUs apart, and so is the largest step; where the next smaller size of its family
    lies further away (p5.4xlarge, of p5.48xlarge), one goes as far. Less than `least_percent` of the price is not
    asked about. A machine whose GPUs stayed within `idle_gpu_percent` did no work, and shows nothing of the size it
    needs. GPUs of another model are to be busy for at most `busy_percent` of the time; in `families` (`g6`) nothing is
    asked of their speed.
    """

    largest_step: float = 4.0
    idle_gpu_percent: float = 1.0
    busy_percent: float = 80.0

    MOST_STEP: ClassVar[float] = 8.0

    def __post_init__(self) -> None:
        Oversized.__post_init__(self)
        check_within("idle_gpu_percent", self.idle_gpu_percent, 0, 100)
        check_within("busy_percent", self.busy_percent, 1, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running GPU machine of its own that was measured, did work, and fits a cheaper type."""
    yield from asked(_GPUS, estate, context)


def _idle(settings: Settings) -> float:
    return settings.idle_gpu_percent


def _step(current: InstanceType, catalogue: Catalogue, settings: Settings) -> float:
    """The largest step, or that to the next smaller size of its family where that lies further away."""
    steps = (
        max(current.vcpu / one.vcpu, current.memory_mib / one.memory_mib)
        for one in catalogue.family(current.family)
        if current.vcpu and current.memory_mib and one.vcpu and one.memory_mib and one.vcpu < current.vcpu
    )
    return max(settings.largest_step, min(steps, default=1.0))


def _families(current: InstanceType, catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(type_.family for type_ in catalogue.every() if type_.gpu_count))


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


def _reasons(
    current: InstanceType, candidate: InstanceType, needs: Demand, found: Mapping[str, MetricSummary]
) -> Iterator[str]:
    if candidate.gpu_name != current.gpu_name:
        yield f"its busiest {current.gpu_name} was busy for at most {found['gpu'].maximum:.0f} % of the time"
    if needs.gpus is not None and candidate.gpu_count < current.gpu_count:
        yield f"at most {needs.gpus:.0f} of its {current.gpu_count} {current.gpu_name} were in use at a time"
    if needs.gpu_memory_mib is not None and candidate.gpu_name != current.gpu_name:
        yield f"no GPU needs more than {needs.gpu_memory_mib / 1024:,.1f} GiB with headroom"


def _doubts(current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    yield from tried(candidate, current)
    if (longer := times_as_long(candidate, current)) > 1:
        yield (
            f"by the data sheets a piece of work takes up to {longer:.1f} times as long on {candidate.gpu_name} as on "
            f"{current.gpu_name}"
        )


_GPUS = Rule(
    name="oversized_gpu",
    devices=lambda type_: type_.gpu_count,
    measured=("gpu", "gpu_memory", "gpus_used"),
    use="gpu",
    counted="gpus_used",
    idle=_idle,
    step=_step,
    families=_families,
    suits=_fast_enough,
    reasons=_reasons,
    doubts=_doubts,
)
