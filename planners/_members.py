"""What the machines of a group ask for, each by itself, and those that have ended since."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from planners._seen import where
from planners._sizing import Demand, enough, widened
from planners.rightsize_instance import Settings
from remediator.model import InstanceType, MetricSummary, Observation

DIMENSIONS = ("cpu", "memory", "network", "ebs_bytes", "ebs_ops")
_ALL = {
    "cpu": "member_cpu",
    "memory": "member_memory",
    "network": "member_network",
    "ebs_bytes": "member_ebs_bytes",
    "ebs_ops": "member_ebs_ops",
}
"""What is measured of the busiest of all that were members."""
_COUNTED = ("network", "ebs_bytes", "ebs_ops")
_SAMPLE = 60
"""Seconds that what EC2 counts is counted over, with basic monitoring too, where a sum of 300 seconds is of five: of
these samples a maximum is one. https://github.com/awsdocs/amazon-ec2-user-guide/pull/177"""
_FEW = 3
"""Points that may be missing of a machine of any age: the newest is late, and an agent starts after its machine."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a look-back shows of a group's machines: what one of its type has to hold, and by which summaries.

    `replaced` is whether machines of that time may be no more, whose evidence is that of the group.
    """

    needs: Demand
    evidence: tuple[MetricSummary, ...]
    start: datetime
    end: datetime
    replaced: bool

    @property
    def unknown(self) -> tuple[str, ...]:
        """The dimensions that are not measured well enough, of which there has to be no less."""
        known = {summary.name for summary in self.evidence}
        return tuple(name for name in DIMENSIONS if name not in known and _ALL[name] not in known)


def shown(
    group: Observation, members: Sequence[Observation], current: InstanceType, settings: Settings
) -> Shown | None:
    """What all members ask for; None where what they do is not measured for so long, or so completely.

    Demand is that of the busiest member in each dimension: its P99.5 with headroom, widened by the days that are seen
    of the group, and never less than its highest period with a margin. A member that lacks a metric leaves that
    unknown. Where members came and went, what EC2 says of all of the group stands for those that are no more.
    """
    whole = enough(group.usage, "member_cpu", settings.days, settings.coverage)
    running = [summary for member in members if (summary := member.usage.metric("cpu")) is not None]
    if not members or len(running) < len(members):
        return None
    longest = whole or max(running, key=lambda summary: summary.hours)
    if longest.hours < settings.days * 24 * 0.99:
        return None
    replaced = any(m.resource.created_at is None or m.resource.created_at > longest.start for m in members)
    found = {name: tuple(_of(name, group, members, settings, replaced)) for name in DIMENSIONS}
    if not found["cpu"]:
        return None

    def needed(name: str, capacity: float | None) -> float | None:
        if not found[name] or capacity is None:
            return None
        return capacity * max(widened(summary, settings.headroom, longest.hours) for summary in found[name])

    needs = Demand(
        vcpu=needed("cpu", None if current.vcpu is None else current.vcpu / 100),
        memory_mib=needed("memory", None if current.memory_mib is None else current.memory_mib / 100),
        network=needed("network", 1),
        ebs_bytes=needed("ebs_bytes", 1),
        ebs_ops=needed("ebs_ops", 1),
    )
    return Shown(
        needs, tuple(busiest(s for some in found.values() for s in some)), longest.start, longest.end, replaced
    )


def busiest(summaries: Iterable[MetricSummary]) -> Iterator[MetricSummary]:
    """The highest of each dimension, whoever's it is."""
    found: dict[str, MetricSummary] = {}
    for one in summaries:
        name = one.name.removeprefix("member_")
        if name not in found or _height(found[name]) < _height(one):
            found[name] = one
    yield from found.values()


def _height(summary: MetricSummary) -> tuple[float, float, float]:
    return summary.p99_5, summary.maximum, summary.hours


def _of(
    name: str, group: Observation, members: Sequence[Observation], settings: Settings, replaced: bool
) -> Iterator[MetricSummary]:
    """A summary of each member and, where there were others, of all; nothing where one of them is not known."""
    share = settings.memory_coverage if name == "memory" else settings.coverage
    own = [(member.resource.id, member.usage.metric(name)) for member in members]
    known = [_by(summary, id_) for id_, summary in own if summary is not None and _whole(summary, share)]
    every = enough(group.usage, _ALL[name], settings.days, settings.coverage)
    if every is not None and name in _COUNTED:
        every = _rate(every)
    if len(known) < len(members) or (replaced and (every is None or not _told(name, group, members, share))):
        return
    yield from known
    if every is not None and (replaced or name == "cpu"):
        yield _by(every, f"all machines of {where(group)}")


def _by(summary: MetricSummary, whose: str) -> MetricSummary:
    """A summary that says whose it is, since a template has none of its own."""
    return replace(summary, source=f"{summary.source}; of {whose}")


def _rate(summary: MetricSummary) -> MetricSummary:
    """What was counted in the busiest minute of any machine, a second."""
    figures = (summary.minimum, summary.p50, summary.p95, summary.p99_5, summary.maximum)
    least, p50, p95, p99_5, most = (figure / _SAMPLE for figure in figures)
    unit = summary.unit.replace(" a sample", "/s")
    return replace(summary, unit=unit, minimum=least, p50=p50, p95=p95, p99_5=p99_5, maximum=most, mean=None)


def _whole(summary: MetricSummary, share: float) -> bool:
    return summary.expected - summary.points <= max(_FEW, (1 - share) * summary.expected)


def _told(name: str, group: Observation, members: Sequence[Observation], share: float) -> bool:
    """Whether machines that are no more had an agent too: of all no more is missing than may be of one machine.

    Of each machine that there was, its first points may be missing as well.
    """
    if name != "memory":
        return True
    told = group.usage.metric("members_with_memory")
    if told is None or told.mean is None:
        return False
    missing = (len(members) - told.mean) * told.expected
    return missing <= (1 - share) * told.expected + _FEW * (group.resource.spec.number("recent_machines") or 0)
