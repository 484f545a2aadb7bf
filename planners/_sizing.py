"""Whether an instance type holds a measured demand, dimension by dimension; what is unknown may not shrink."""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.model import InstanceType, MetricSummary, Usage

PEAK_MARGIN = 0.10
"""Kept above the highest period. What happens for less than 0.5 % of the time, an hour a week, lies above the P99.5 and
would have no headroom at all; `bench.truth` has estates where the month after exceeds such a peak by some percent."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a machine needs in absolute terms; None is unknown.

    vCPU and MiB, network and EBS in bytes a second, EBS operations a second, GPUs in use, MiB of each GPU's memory,
    NeuronCores in use, MiB that each holds and that all do. Each is the P99.5 with headroom, and never less than the
    highest period with a margin of its own; GPUs, NeuronCores and what all of these hold are counted as they are.
    """

    vcpu: float | None
    memory_mib: float | None
    network: float | None
    ebs_bytes: float | None
    ebs_ops: float | None
    gpus: float | None = None
    gpu_memory_mib: float | None = None
    cores: float | None = None
    core_memory_mib: float | None = None
    device_memory_mib: float | None = None


def demand(
    usage: Usage, current: InstanceType, headroom: float, days: float, coverage: float, memory_coverage: float
) -> Demand:
    """The demand as far as `days` of evidence, a share of `coverage` of it complete, show it.

    Memory asks for a share of its own: it is told by an agent inside the machine, which gets no time just when the
    machine is at its limit, and what is missing may be the very periods that a P99.5 is about.

    The safety margin grows by (1 + 1/days), as the Vertical Pod Autoscaler's does, so that little history is trusted
    less (https://github.com/kubernetes/autoscaler, recommender/logic).
    """

    def needed(metric: str, capacity: float | None) -> float | None:
        summary = enough(usage, metric, days, memory_coverage if metric == "memory" else coverage)
        if summary is None or capacity is None:
            return None
        return widened(summary, headroom) * capacity

    def counted(metric: str, each: int = 1) -> float | None:
        summary = enough(usage, metric, days, coverage)
        return None if summary is None else summary.maximum * each

    each = _each(current.gpu_memory_mib, current.gpu_count)
    return Demand(
        vcpu=needed("cpu", None if current.vcpu is None else current.vcpu / 100),
        memory_mib=needed("memory", None if current.memory_mib is None else current.memory_mib / 100),
        network=needed("network", 1),
        ebs_bytes=needed("ebs_bytes", 1),
        ebs_ops=needed("ebs_ops", 1),
        gpus=counted("gpus_used"),
        gpu_memory_mib=needed("gpu_memory", None if each is None else each / 100),
        cores=counted("cores_used", current.grouped_cores),
        core_memory_mib=needed("core_memory", 1),
        device_memory_mib=counted("device_memory"),
    )


def widened(summary: MetricSummary, headroom: float, hours: float | None = None) -> float:
    """What a metric asks for: its P99.5 with headroom, wider the less history there is, and the highest period.

    `hours` of history are those of the summary itself, where it is not one of several that show the same.
    """
    history = summary.hours if hours is None else hours
    return max(summary.p99_5 * (1 + headroom) * (1 + 24 / history), summary.maximum * (1 + PEAK_MARGIN))


def enough(usage: Usage, metric: str, days: float, coverage: float) -> MetricSummary | None:
    """The look-back of a metric if it is long and complete enough to size by; a period may be short at its ends."""
    summary = usage.metric(metric)
    if summary is None or summary.hours < days * 24 * 0.99 or summary.coverage < coverage:
        return None
    return summary


def fits(candidate: InstanceType, current: InstanceType, needs: Demand, disks: bool = True) -> bool:
    """Whether a candidate holds the demand in every dimension, by its baselines, never by its bursts.

    What is on local disks is not measured; without `disks` it is not asked for, and somebody else has to be.
    """
    return all(_dimensions(candidate, current, needs)) and (
        not disks or candidate.local_storage_gb >= current.local_storage_gb
    )


def _dimensions(candidate: InstanceType, current: InstanceType, needs: Demand) -> Iterator[bool]:
    yield _holds(candidate.vcpu, current.vcpu, needs.vcpu)
    yield _holds(candidate.memory_mib, current.memory_mib, needs.memory_mib)
    yield _holds(_bytes(candidate.network_gbps), _bytes(current.network_gbps), needs.network)
    yield _holds(_megabytes(candidate.ebs_mbytes_s), _megabytes(current.ebs_mbytes_s), needs.ebs_bytes)
    yield _holds(candidate.ebs_iops, current.ebs_iops, needs.ebs_ops)
    if current.gpu_count:
        yield _holds(candidate.gpu_count, current.gpu_count, needs.gpus)
        offered, today = (_each(type_.gpu_memory_mib, type_.gpu_count) for type_ in (candidate, current))
        yield _holds(offered, today, needs.gpu_memory_mib)
    if current.neuron_cores:
        yield _holds(candidate.neuron_cores, current.neuron_cores, needs.cores)
        yield _holds(candidate.neuron_memory_mib, current.neuron_memory_mib, needs.device_memory_mib)
        offered, today = (_each(type_.neuron_memory_mib, type_.neuron_cores) for type_ in (candidate, current))
        yield _holds(offered, today, needs.core_memory_mib)


def _each(memory: int | None, count: int) -> float | None:
    """MiB of memory of each device."""
    return memory / count if count and memory is not None else None


def _holds(offered: float | None, today: float | None, needed: float | None) -> bool:
    """As much as is needed, or as there is today: a busy machine may move to where nothing is less."""
    known = [least for least in (today, needed) if least is not None]
    return offered is not None and bool(known) and offered >= min(known)


def _bytes(gbps: float | None) -> float | None:
    return None if gbps is None else gbps * 1e9 / 8


def _megabytes(mbytes: float | None) -> float | None:
    return None if mbytes is None else mbytes * 1e6
