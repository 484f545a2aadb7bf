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

    vCPU and MiB, network and EBS in bytes a second, EBS operations a second. Each is the P99.5 with headroom, and never
    less than the highest period with a margin of its own.
    """

    vcpu: float | None
    memory_mib: float | None
    network: float | None
    ebs_bytes: float | None
    ebs_ops: float | None


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
        widened = summary.p99_5 * (1 + headroom) * (1 + 24 / summary.hours)
        return max(widened, summary.maximum * (1 + PEAK_MARGIN)) * capacity

    return Demand(
        vcpu=needed("cpu", None if current.vcpu is None else current.vcpu / 100),
        memory_mib=needed("memory", None if current.memory_mib is None else current.memory_mib / 100),
        network=needed("network", 1),
        ebs_bytes=needed("ebs_bytes", 1),
        ebs_ops=needed("ebs_ops", 1),
    )


def enough(usage: Usage, metric: str, days: float, coverage: float) -> MetricSummary | None:
    """The look-back of a metric if it is long and complete enough to size by; a period may be short at its ends."""
    summary = usage.metric(metric)
    if summary is None or summary.hours < days * 24 * 0.99 or summary.coverage < coverage:
        return None
    return summary


def fits(candidate: InstanceType, current: InstanceType, needs: Demand) -> bool:
    """Whether a candidate holds the demand in every dimension, by its baselines, never by its bursts."""
    return all(_dimensions(candidate, current, needs))


def _dimensions(candidate: InstanceType, current: InstanceType, needs: Demand) -> Iterator[bool]:
    yield _holds(candidate.vcpu, current.vcpu, needs.vcpu)
    yield _holds(candidate.memory_mib, current.memory_mib, needs.memory_mib)
    yield _holds(_bytes(candidate.network_gbps), _bytes(current.network_gbps), needs.network)
    yield _holds(_megabytes(candidate.ebs_mbytes_s), _megabytes(current.ebs_mbytes_s), needs.ebs_bytes)
    yield _holds(candidate.ebs_iops, current.ebs_iops, needs.ebs_ops)
    yield candidate.gpu_count >= current.gpu_count
    yield candidate.local_storage_gb >= current.local_storage_gb


def _holds(offered: float | None, today: float | None, needed: float | None) -> bool:
    least = today if needed is None else needed
    return offered is not None and least is not None and offered >= least


def _bytes(gbps: float | None) -> float | None:
    return None if gbps is None else gbps * 1e9 / 8


def _megabytes(mbytes: float | None) -> float | None:
    return None if mbytes is None else mbytes * 1e6
