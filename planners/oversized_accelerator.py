"""Trainium and Inferentia machines with more NeuronCores, or more machine around them, than two weeks of use show.

AWS Compute Optimizer does not size them. They are sized as GPU machines are (planners/oversized_gpu.py): the
NeuronCores in use are counted, one that a process loaded a model onto being in use for as long as it holds it, and so
is the device memory that all of them hold; both have to fit what the candidate's devices have, beside every dimension
of the machine. A core that a process merely took, as it does with every core by default, is not in use
(https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/guides/configuration-guide.html). From Trainium2
on two cores may appear as one, and as many are counted.

The candidate has the same device (`Trainium`: trn1, trn1n) unless other families are named. What is compiled for one
generation of NeuronCores does not run on another, and the compiler has a target for each family
(https://awsdocs-neuron.readthedocs-hosted.com/en/latest/compiler/neuronx-cc/how-to-generate-neff.html).

Always a ticket (planners/_oversized.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from planners._oversized import Rule, asked
from planners._oversized import Settings as Oversized
from planners._seen import check_within
from planners._sizing import Demand
from remediator.model import Catalogue, Change, Context, Estate, InstanceType, Layer, MetricSummary

SUMMARY = (
    "Asks about Trainium and Inferentia machines of which two weeks used fewer NeuronCores, or less of the machine."
)
LAYER = Layer.CONFIGURATION
KINDS = ("aws_instance",)


@dataclass(frozen=True, slots=True)
class Settings(Oversized):
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Between trn1.2xlarge and trn1.32xlarge there is nothing, and so far goes the largest step. Less than `least_percent`
    of the price is not asked about. A machine whose NeuronCores stayed within `idle_core_percent` did no work, and
    shows nothing of the size it needs. `families` are further families to look in (`inf2` beside `trn1`).
    """

    largest_step: float = 16.0
    idle_core_percent: float = 1.0

    MOST_STEP: ClassVar[float] = 16.0

    def __post_init__(self) -> None:
        Oversized.__post_init__(self)
        check_within("idle_core_percent", self.idle_core_percent, 0, 100)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each running Neuron machine of its own that was measured, did work, and fits a cheaper type."""
    yield from asked(_CORES, estate, context)


def _idle(settings: Settings) -> float:
    return settings.idle_core_percent


def _step(current: InstanceType, catalogue: Catalogue, settings: Settings) -> float:
    return settings.largest_step


def _families(current: InstanceType, catalogue: Catalogue) -> tuple[str, ...]:
    """Those with the same device."""
    return tuple(sorted({type_.family for type_ in catalogue.every() if type_.neuron_name == current.neuron_name}))


def _suits(
    candidate: InstanceType, current: InstanceType, found: Mapping[str, MetricSummary], settings: Settings
) -> bool:
    return candidate.neuron_name == current.neuron_name


def _reasons(
    current: InstanceType, candidate: InstanceType, needs: Demand, found: Mapping[str, MetricSummary]
) -> Iterator[str]:
    if needs.cores is not None and candidate.neuron_cores < current.neuron_cores:
        used = min(needs.cores, current.neuron_cores)
        yield (
            f"at most {used:.0f} of its {current.neuron_cores} NeuronCores worked or held a model at a time, of the "
            f"{current.neuron_devices} {current.neuron_name} that it has"
        )
    if needs.core_memory_mib is not None and candidate.neuron_name != current.neuron_name:
        yield f"no NeuronCore needs more than {needs.core_memory_mib / 1024:,.1f} GiB with headroom"


def _doubts(current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    if candidate.neuron_cores < current.neuron_cores:
        yield (
            "a process takes every NeuronCore that it is not told to leave (NEURON_RT_VISIBLE_CORES): one that asks "
            f"for more than {candidate.neuron_cores}, or a model compiled for more, does not start on {candidate.name}"
        )
    if candidate.neuron_version != current.neuron_version:
        yield (
            f"what is compiled for {_core(current)} does not run on {_core(candidate)}: every model has to be compiled "
            "again, and its speed to be tried"
        )
    elif candidate.family != current.family:
        yield (
            f"{candidate.family} is another target of the compiler than {current.family}: what is compiled for one has "
            "to be tried on the other, or compiled again"
        )


def _core(type_: InstanceType) -> str:
    version = type_.neuron_version
    return f"the devices of {type_.family}" if version is None else f"NeuronCore-v{version}"


_CORES = Rule(
    name="oversized_accelerator",
    devices=lambda type_: type_.neuron_cores,
    measured=("accelerator", "core_memory", "device_memory", "cores_used"),
    use="accelerator",
    counted="cores_used",
    idle=_idle,
    step=_step,
    families=_families,
    suits=_suits,
    reasons=_reasons,
    doubts=_doubts,
)
