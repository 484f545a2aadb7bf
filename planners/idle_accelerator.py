"""Trainium and Inferentia machines that have not worked for a day of running: propose a reversible stop.

No rule for them is published: AWS Compute Optimizer has none, and does not read their metrics. So they are judged as
GPU machines are (planners/idle_gpu.py), by what the Neuron monitor tells: the utilisation of each NeuronCore, and the
device memory that is held. Whatever is held is an open process, since without one nothing is:
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/tools/neuron-sys-tools/neuron-monitor-user-guide.html
A machine of which nothing tells that is a ticket to have it measured, and is never judged by its CPU, which does next
to nothing while the devices work.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._accelerated import neuron
from planners._devices import Devices
from planners._devices import Settings as Idling
from planners._idle_devices import KINDS, Rule, stops
from planners._seen import check_within
from remediator.model import Change, Context, Estate, Layer

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Stops Trainium and Inferentia instances and groups that did no work in their last 24 running hours."
LAYER = Layer.USAGE


@dataclass(frozen=True, slots=True)
class Settings(Idling):
    """What counts as idle, as for all devices; the highest percent of a NeuronCore, and MiB of memory, that is no use.

    A NeuronCore keeps no memory of its own while no process has it, so that none is the default.
    """

    core_percent: float = 1.0
    memory_mib: float = 0.0

    def __post_init__(self) -> None:
        Idling.__post_init__(self)
        check_within("core_percent", self.core_percent, 0, 100)
        check_within("memory_mib", self.memory_mib, 0, 1e6)
        self.check_required(_cores(self))


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A stop for each idle instance with NeuronCores, bounds of zero for each idle group of them."""
    yield from stops(Rule("idle_accelerator", neuron, _cores), estate, context)


def _cores(settings: Settings) -> Devices:
    return Devices(
        name="NeuronCore",
        use="accelerator",
        memory="accelerator_memory",
        unit="MiB",
        used_by="ContainerInsights node_neuroncore_utilization, or neuroncore_utilization_ratio in CWAgent/Prometheus",
        held_by="ContainerInsights node_neuroncore_memory_usage_total, or neuron_runtime_memory_used_bytes in "
        "CWAgent/Prometheus",
        agent="Container Insights with accelerated compute metrics, or let the CloudWatch agent collect "
        "neuron_hardware_info, neuroncore_utilization_ratio and neuron_runtime_memory_used_bytes by instance_id from "
        "neuron-monitor-prometheus.py,",
        quiet=settings.core_percent,
        free=settings.memory_mib,
        monitored=("neuron_hardware", "neuroncore_utilization_ratio"),
    )
