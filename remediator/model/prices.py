"""Prices, savings, and what instance types offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

HOURS_A_MONTH = 730
"""Hours in a billed month, as AWS' own calculator counts them."""


@dataclass(frozen=True, slots=True)
class Price:
    """A price for one unit (`hour`, `GB-month`, `IOPS-month`, `MB/s-month`, `month`), where it is from and when."""

    amount: Decimal
    unit: str
    currency: str
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Saving:
    """Money a month, with its range and basis; made only from known prices.

    `net_low` is that its least, which the basis then says, follows from what this account pays after discounts.
    """

    monthly: Decimal
    low: Decimal
    high: Decimal
    currency: str
    basis: str
    source: str
    as_of: date
    net_low: bool = False


@dataclass(frozen=True, slots=True)
class GpuModel:
    """What one GPU of a model does at most, by its data sheet; None is unknown, and zero is that it cannot.

    Bandwidth of its memory, of its PCIe and of its NVLink (both directions) in GB a second; FP32, dense FP16 of its
    Tensor Cores, and FP64 in TFLOPS; the CUDA compute capability.
    """

    bandwidth_gbytes_s: float | None
    fp32_tflops: float | None
    fp16_tensor_tflops: float | None
    fp64_tflops: float | None
    pcie_gbytes_s: float | None
    nvlink_gbytes_s: float | None
    compute_capability: float | None


@dataclass(frozen=True, slots=True)
class InstanceType:
    """What one EC2 instance type offers; None is unknown, never zero.

    `baseline_percent` is the share of each vCPU that a burstable type may use for ever; `addresses` are those that each
    of its network interfaces may hold, IPv4 prefixes counted as one each; `efa` is whether it has Elastic Fabric
    Adapters; `gpu` is what each of its GPUs does. Of Trainium and Inferentia `neuron_cores` are the NeuronCores, of the
    generation `neuron_version`, on `neuron_devices` called `neuron_name`, which have `neuron_memory_mib` together.
    """

    name: str
    vcpu: int | None
    memory_mib: int | None
    architecture: str | None
    hypervisor: str | None
    current_generation: bool | None
    burstable: bool | None
    bare_metal: bool | None
    gpu_name: str | None
    gpu_count: int
    gpu_memory_mib: int | None
    local_storage_gb: int
    network_gbps: float | None
    ebs_mbytes_s: float | None
    ebs_iops: int | None
    baseline_percent: float | None = None
    interfaces: int | None = None
    addresses: int | None = None
    efa: bool | None = None
    neuron_cores: int = 0
    neuron_name: str | None = None
    neuron_devices: int = 0
    neuron_memory_mib: int | None = None
    neuron_version: int | None = None
    gpu: GpuModel | None = None

    @property
    def family(self) -> str:
        """The part before the dot: `g5` of `g5.xlarge`."""
        return self.name.partition(".")[0]

    @property
    def grouped_cores(self) -> int:
        """The NeuronCores that one which is told of may be made of: two from Trainium2 on, by default.

        https://awsdocs-neuron.readthedocs-hosted.com/en/latest/general/arch/neuron-features/logical-neuroncore-config.html
        """
        return 2 if (self.neuron_version or 0) >= 3 else 1


class PriceBook(Protocol):
    """Unit prices; None where the price is not known, and then no saving may be claimed."""

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind: (`aws_instance`, `g5.xlarge`), (`aws_ebs_volume`, `gp3:storage`)."""


class Catalogue(Protocol):
    """What instance types exist and offer."""

    def instance_type(self, name: str) -> InstanceType | None:
        """One type by name, or None where it is not known."""

    def family(self, name: str) -> Sequence[InstanceType]:
        """Every known type of a family, smallest first."""

    def every(self) -> Sequence[InstanceType]:
        """Every known type."""
