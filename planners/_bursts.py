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

    That is what it spent from its fullest to its emptiest, and what the candidate earns less in all the time that the
    machine was above the candidate's baseline. Unknown credits, and surplus that was paid for, do not last.
    """
    cpu, credits_left, charged = found["cpu"], found.get("cpu_credits"), found.get("cpu_credits_charged")
    before, after = _baseline(current), _baseline(candidate)
    if credits_left is None or before is None or after is None or (charged is not None and charged.maximum > 0):
        return False
    margin = (1 + headroom) * (1 + 24 / cpu.hours)
    above = _share_above(cpu, after / (current.vcpu or 1) * 100 / margin) * cpu.hours
    spent = credits_left.maximum - credits_left.minimum
    unearned = max(0.0, before - after) * 60 * above
    return (spent + unearned) * margin <= (1 - _KEPT) * after * 60 * 24


def _baseline(type_: InstanceType) -> float | None:
    """The vCPUs that it may use for ever."""
    known = type_.vcpu is not None and type_.baseline_percent is not None
    return (type_.vcpu or 0) * (type_.baseline_percent or 0) / 100 if known else None


def _share_above(cpu: MetricSummary, level: float) -> float:
    """The largest share of the time in which it may have been above a level, in percent, as far as is known."""
    known = ((cpu.maximum, 0.0), (cpu.p99_5, 0.005), (cpu.p95, 0.05), (cpu.p50, 0.5))
    return next((share for value, share in known if value <= level), 1.0)
