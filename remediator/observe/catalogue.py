"""The embedded catalogue of EC2 instance types, and of what their GPUs do."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from remediator.model import GpuModel, InstanceType


@dataclass(frozen=True, slots=True)
class EmbeddedCatalogue:
    """The instance types of the embedded table, by name and by family."""

    types: Mapping[str, InstanceType]
    families: Mapping[str, tuple[InstanceType, ...]]

    def instance_type(self, name: str) -> InstanceType | None:
        """One type by name, or None where it is not known."""
        return self.types.get(name)

    def family(self, name: str) -> Sequence[InstanceType]:
        """Every known type of a family, smallest first."""
        return self.families.get(name, ())

    def every(self) -> Sequence[InstanceType]:
        """Every known type."""
        return tuple(self.types.values())


@cache
def load() -> EmbeddedCatalogue:
    """The catalogue, read once."""
    gpus = {(row["gpu"], int(row["memory_mib"])): _gpu_model(row) for row in rows("gpu_models")}
    types = {row["instance_type"]: _instance_type(row, gpus) for row in rows()}
    families: dict[str, list[InstanceType]] = {}
    for instance_type in sorted(types.values(), key=lambda t: (t.vcpu or 0, t.memory_mib or 0, t.name)):
        families.setdefault(instance_type.family, []).append(instance_type)
    return EmbeddedCatalogue(types, {name: tuple(members) for name, members in families.items()})


def rows(table: str = "instance_types") -> Sequence[Mapping[str, str]]:
    """The rows of an embedded table, as text."""
    text = files("remediator.observe.data").joinpath(f"{table}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _gpu_model(row: Mapping[str, str]) -> GpuModel:
    return GpuModel(**{column.name: _number(row[column.name]) for column in fields(GpuModel)})


def _instance_type(row: Mapping[str, str], gpus: Mapping[tuple[str, int], GpuModel]) -> InstanceType:
    count, memory = _integer(row["gpu_count"]) or 0, _integer(row["gpu_mem_mib"])
    return InstanceType(
        name=row["instance_type"],
        vcpu=_integer(row["vcpu"]),
        memory_mib=_integer(row["mem_mib"]),
        architecture=row["arch"] or None,
        hypervisor=row["hypervisor"] or None,
        current_generation=_flag(row["current_gen"]),
        burstable=_flag(row["burstable"]),
        bare_metal=_flag(row["bare_metal"]),
        gpu_name=row["gpu"] or None,
        gpu_count=count,
        gpu_memory_mib=memory,
        local_storage_gb=_integer(row["local_storage_gb"]) or 0,
        network_gbps=_number(row["net_baseline_gbps"]),
        ebs_mbytes_s=_number(row["ebs_base_mbytes_s"]),
        ebs_iops=_integer(row["ebs_base_iops"]),
        baseline_percent=_number(row["base_cpu_percent"]),
        interfaces=_integer(row["interfaces"]),
        addresses=_integer(row["addresses"]),
        efa=_flag(row["efa"]),
        neuron_cores=_integer(row["neuron_cores"]) or 0,
        neuron_name=row["neuron"] or None,
        neuron_devices=_integer(row["neuron_devices"]) or 0,
        neuron_memory_mib=_integer(row["neuron_mem_mib"]),
        neuron_version=_integer(row["neuron_version"]),
        gpu=gpus.get((row["gpu"], memory // count)) if count and memory else None,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _integer(text: str) -> int | None:
    return int(float(text)) if text else None


def _flag(text: str) -> bool | None:
    return {"1": True, "0": False}.get(text)
