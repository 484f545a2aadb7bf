"""Machines whose accelerators the catalogue does not count as GPUs: what they do is not in CPU and network."""

from remediator.model import InstanceType

_NEURON = ("inf", "trn")
_FAMILIES = (*_NEURON, "f1", "f2", "vt1", "dl2q")
"""AWS' accelerated families without GPUs: https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html"""


def accelerated(type_: InstanceType) -> bool:
    """Whether it has Inferentia, Trainium, FPGAs or other accelerators that are no GPUs, or a part of a GPU (g6f)."""
    return not type_.gpu_count and (type_.gpu_name is not None or type_.family.startswith(_FAMILIES))


def neuron(type_: InstanceType) -> bool:
    """Whether it has NeuronCores: Inferentia or Trainium."""
    return not type_.gpu_count and type_.family.startswith(_NEURON)
