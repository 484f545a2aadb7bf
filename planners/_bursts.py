"""Whether a burstable type earns the credits that a machine spends.

A burstable type may use its baseline for ever, and beyond that what it has saved, which is at most what it earns in a
day; a credit is one vCPU for a minute. One that has nothing left is slowed down to its baseline, or pays for more.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
"""

from collections.abc import Mapping

from remediator.model import InstanceType, MetricSummary

_KEPT = 0.2
"""The share of a day's credits that has to be left at the lowest."""


def lasts(found: Mapping[str, MetricSummary], current: InstanceType, candidate: InstanceType, headroom: float) -> bool:
    """Whether a day's credits of the candidate last for the worst that the look-back shows.

    That is what the machine spent from its fullest to its emptiest; and, where the candidate earns less, all that the
    look-back asks for beyond the candidate's baseline, as if nothing were earned again in between: what the machine
    saves between two bursts the candidate may not. Unknown credits, and surplus that was paid for, do not last.
    """
    cpu, credits_left, charged = found["cpu"], found.get("cpu_credits"), found.get("cpu_credits_charged")
    before, after = _baseline(current), _baseline(candidate)
    if credits_left is None or before is None or after is None or (charged is not None and charged.maximum > 0):
        return False
    margin = (1 + headroom) * (1 + 24 / cpu.hours)
    spent = (credits_left.maximum - credits_left.minimum) * margin
    beyond = _beyond(cpu, current.vcpu or 0, after, margin) if after < before else 0.0
    return max(spent, beyond) <= (1 - _KEPT) * after * 60 * 24


def _baseline(type_: InstanceType) -> float | None:
    """The vCPUs that it may use for ever."""
    known = type_.vcpu is not None and type_.baseline_percent is not None
    return (type_.vcpu or 0) * (type_.baseline_percent or 0) / 100 if known else None


def _beyond(cpu: MetricSummary, vcpu: float, baseline: float, margin: float) -> float:
    """The most credits that a look-back may have asked for beyond a baseline, as far as its quantiles tell."""
    parts = ((cpu.p50, 0.5), (cpu.p95, 0.45), (cpu.p99_5, 0.045), (cpu.maximum, 0.005))
    used = ((min(percent * margin, 100) / 100 * vcpu, share) for percent, share in parts)
    return sum(max(0.0, vcpus - baseline) * 60 * share * cpu.hours for vcpus, share in used)
