"""GPU machines with more GPUs, more memory on each, or more machine around them than two weeks of use show.

AWS Compute Optimizer sizes G and P types by GPU and GPU memory utilisation
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/metrics.html). Here the GPUs in use are counted, one whose
memory is held being in use; memory is what is used over what there is, never nvidia-smi's memory utilisation, which is
the share of time the memory bus is busy. The candidate has the same model of GPU unless other families are named.

Always a ticket (planners/_oversized.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from planners._oversized import Rule, asked
from planners._oversized import Settings as Oversized
from planners._seen import check_within
from planners._sizing import Demand
from remediator.model import Change, Context, Estate, InstanceType, Layer

SUMMARY = "Asks about GPU machines of which two weeks used fewer GPUs, less of their memory, or less of the machine."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings(Oversized):
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Sizes of GPU families are four GPUs apart, and so is the largest step. Less than `least_percent` of the price is not
    asked about. A machine whose GPUs stayed within `idle_gpu_percent` did no work, and shows nothing of the size it
    needs. `families` are further families to look in (`g6`).
    """

    largest_step: float = 4.0
    idle_gpu_percent: float = 1.0

    MOST_STEP: ClassVar[float] = 8.0

    def __post_init__(self) -> None:
        Oversized.__post_init__(self)
        check_within("idle_gpu_percent", self.idle_gpu_percent, 0, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running GPU machine of its own that was measured, did work, and fits a cheaper type."""
    yield from asked(_GPUS, estate, context)


def _idle(settings: Settings) -> float:
    return settings.idle_gpu_percent


def _reasons(current: InstanceType, candidate: InstanceType, needs: Demand) -> Iterator[str]:
    if needs.gpus is not None and candidate.gpu_count < current.gpu_count:
        yield f"at most {needs.gpus:.0f} of its {current.gpu_count} {current.gpu_name} were in use at a time"
    if needs.gpu_memory_mib is not None and candidate.gpu_name != current.gpu_name:
        yield f"no GPU needs more than {needs.gpu_memory_mib / 1024:,.1f} GiB with headroom"


def _doubts(current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    if candidate.gpu_name != current.gpu_name:
        yield (
            f"{candidate.gpu_name} is another GPU than {current.gpu_name}: its speed, its drivers and what is compiled "
            "for it have to be tried"
        )


_GPUS = Rule(
    name="oversized_gpu",
    devices=lambda type_: type_.gpu_count,
    measured=("gpu", "gpu_memory", "gpus_used"),
    use="gpu",
    counted="gpus_used",
    idle=_idle,
    families=lambda current, catalogue: (),
    reasons=_reasons,
    doubts=_doubts,
)
