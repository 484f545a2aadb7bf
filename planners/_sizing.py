"""Whether an instance type holds a measured demand, dimension by dimension; what is unknown may not shrink."""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.model import InstanceType, MetricSummary, Usage


@dataclass(frozen=True, slots=True)
class Demand:
    """What a machine needs in absolute terms, headroom included; None is unknown.

    vCPU and memory in their units, network and EBS in bytes a second, EBS operations a second. `peak_*` is the highest
    period without headroom, which must fit too.
    """

    vcpu: float | None
    peak_vcpu: float | None
    memory_mib: float | None
    peak_memory_mib: float | None
    network: float | None
    ebs_bytes: float | None
    ebs_ops: float | None


def demand(usage: Usage, current: InstanceType, headroom: float) -> Demand:
    """The P99.5 of each metric, turned into units of the current type and widened.

    The safety margin grows by (1 + 1/days), as the Vertical Pod Autoscaler's does, so that little history is trusted
    less (https://github.com/kubernetes/autoscaler, recommender/logic).
    """
    cpu, memory = usage.metric("cpu"), usage.metric("memory")
    return Demand(
        vcpu=_share(cpu, current.vcpu, headroom),
        peak_vcpu=_peak(cpu, current.vcpu),
        memory_mib=_share(memory, current.memory_mib, headroom),
        peak_memory_mib=_peak(memory, current.memory_mib),
        network=_absolute(usage.metric("network"), headroom),
        ebs_bytes=_absolute(usage.metric("ebs_bytes"), headroom),
        ebs_ops=_absolute(usage.metric("ebs_ops"), headroom),
    )


def _widened(summary: MetricSummary, headroom: float) -> float:
    days = max(summary.hours / 24, 1.0)
    return summary.p99_5 * (1 + headroom) * (1 + 1 / days)


def _share(summary: MetricSummary | None, capacity: int | None, headroom: float) -> float | None:
    return None if summary is None or capacity is None else _widened(summary, headroom) / 100 * capacity


def _peak(summary: MetricSummary | None, capacity: int | None) -> float | None:
    return None if summary is None or capacity is None else summary.maximum / 100 * capacity


def _absolute(summary: MetricSummary | None, headroom: float) -> float | None:
    return None if summary is None else _widened(summary, headroom)


def fits(candidate: InstanceType, current: InstanceType, needs: Demand) -> bool:
    """Whether a candidate holds the demand in every dimension, by its baselines, never by its bursts."""
    return all(_dimensions(candidate, current, needs))


def _dimensions(candidate: InstanceType, current: InstanceType, needs: Demand) -> Iterator[bool]:
    yield _holds(candidate.vcpu, current.vcpu, needs.vcpu) and _holds(candidate.vcpu, current.vcpu, needs.peak_vcpu)
    yield _holds(candidate.memory_mib, current.memory_mib, needs.memory_mib)
    yield _holds(candidate.memory_mib, current.memory_mib, needs.peak_memory_mib)
    yield _holds(_bytes(candidate.network_gbps), _bytes(current.network_gbps), needs.network)
    yield _holds(_megabytes(candidate.ebs_mbytes_s), _megabytes(current.ebs_mbytes_s), needs.ebs_bytes)
    yield _holds(candidate.ebs_iops, current.ebs_iops, needs.ebs_ops)
    yield candidate.gpu_count >= current.gpu_count
    yield candidate.local_storage_gb >= current.local_storage_gb


def _holds(offered: float | None, today: float | None, needed: float | None) -> bool:
    if needed is None:
        return today is None or (offered is not None and offered >= today)
    return offered is not None and offered >= needed


def _bytes(gbps: float | None) -> float | None:
    return None if gbps is None else gbps * 1e9 / 8


def _megabytes(mbytes: float | None) -> float | None:
    return None if mbytes is None else mbytes * 1e6
