"""GPU machines that have not worked for a day of running: propose a reversible stop.

The published rule (AWS Compute Optimizer's idle finding for G and P types) asks that the GPUs do no work for 99 % of
the look-back, GPU memory stays below 5 %, CPU peaks below 5 %. Idleness here has a window of its own, since a forgotten
trainer costs most in its first days: 24 running hours of evidence that is at least 99 % complete. AWS also asks for
less than 5 MB of network a day, which the monitoring agent alone exceeds; here only real traffic is a doubt.
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._devices import Devices
from planners._devices import Settings as Idling
from planners._idle_devices import KINDS, Rule, stops
from planners._seen import check_within
from remediator.model import Change, Context, Estate, InstanceType, Layer

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Stops GPU instances, and scales GPU groups to zero, that did no work in their last 24 running hours."
LAYER = Layer.USAGE


@dataclass(frozen=True, slots=True)
class Settings(Idling):
    """What counts as idle, as for all devices; the highest percent of a GPU, and of its memory, that is no use."""

    gpu_percent: float = 1.0
    gpu_memory_percent: float = 5.0

    def __post_init__(self) -> None:
        Idling.__post_init__(self)
        check_within("gpu_percent", self.gpu_percent, 0, 100)
        check_within("gpu_memory_percent", self.gpu_memory_percent, 0, 100)
        self.check_required(_gpus(self))


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A stop for each idle GPU instance, bounds of zero for each idle GPU group; members belong to their group."""
    yield from stops(Rule("idle_gpu", _has, _gpus), estate, context)


def _has(type_: InstanceType) -> bool:
    return type_.gpu_count > 0


def _gpus(settings: Settings) -> Devices:
    return Devices(
        name="GPU",
        use="gpu",
        memory="gpu_memory",
        unit="%",
        used_by="CWAgent nvidia_smi_utilization_gpu",
        held_by="CWAgent nvidia_smi_memory_used and nvidia_smi_memory_total",
        agent="the CloudWatch agent with its nvidia_gpu section",
        quiet=settings.gpu_percent,
        free=settings.gpu_memory_percent,
    )
