"""Whether fewer machines of a group hold what all of them do, and what speaks against having fewer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil

from planners._accelerated import accelerated
from planners._bounds import Bounds, Settings, types
from planners._group import scaled_in
from planners._money import whole
from planners._seen import unseen_members
from planners._sizing import enough, widened
from planners._stop import reservations, reserved
from remediator.model import (
    Context,
    Estate,
    InstanceType,
    MetricSummary,
    Observation,
    Saving,
    SetAttribute,
)

_LARGEST_STEP = 2
"""One reviewed step halves a group at most."""


@dataclass(frozen=True, slots=True)
class Room:
    """A smaller least size, why it is enough, and what is not known of it."""

    actions: tuple[SetAttribute, ...]
    reason: str
    evidence: tuple[MetricSummary, ...]
    missing: tuple[str, ...]
    doubts: tuple[str, ...]
    saving: Saving | None


@dataclass(frozen=True, slots=True)
class _Load:
    """What a dimension shows of the busiest machine, and the share of all machines that would hold that."""

    summary: MetricSummary
    share: float


def room(seen: Observation, known: Bounds, estate: Estate, context: Context[Settings]) -> Room | None:
    """A smaller least size for a group that holds just that many all the time; None where they are used or not known.

    Of machines that share their load, fewer have each so much more of it.
    """
    settings, kinds = context.of(seen), types(seen, context)
    if known.least < 2 or known.wanted != known.least or kinds is None or len(kinds) != 1:
        return None
    [type_] = kinds
    wanted = enough(seen.usage, "wanted_size", settings.days, settings.coverage)
    if type_.burstable is not False or accelerated(type_) or (wanted is not None and wanted.maximum > known.least):
        return None
    loads = dict(_loads(seen, type_, settings))
    if "cpu" not in loads or (type_.gpu_count and "gpu" not in loads):
        return None
    members = tuple(estate.members(seen.resource))
    zones = {m.resource.spec.text("availability_zone") for m in members} - {None}
    zones |= set(seen.resource.spec.texts("availability_zones"))
    needed = max(load.share for load in loads.values())
    fewer = max(ceil(known.least * needed), ceil(known.least / _LARGEST_STEP), len(zones), 1)
    if fewer >= known.least:
        return None
    scales = scaled_in(estate, seen)
    # What nothing takes away has to be asked for no longer; EKS leaves that to the cluster's own autoscaler.
    paths = (known.paths[0],) if scales or seen.resource.kind != "aws_autoscaling_group" else known.paths[::2]
    return Room(
        actions=tuple(SetAttribute(path, known.least, fewer) for path in paths),
        reason=f"its least size keeps {known.least} {type_.name} running, the busiest of which came to "
        f"{loads['cpu'].summary.maximum:.0f} % of its CPU; {fewer} keep each at or below "
        f"{settings.load_percent:.0f} % of its load and {settings.memory_percent:.0f} % of its memory; the others are "
        "ended, and what is on their disks goes with them",
        evidence=(*(load.summary for load in loads.values()), *((wanted,) if wanted else ())),
        missing=("whether its code sets how many it wants, which every apply then brings back",) if scales else (),
        doubts=tuple(_doubts(seen, members, type_, loads, wanted, scales)),
        saving=_saved(seen, known.least, fewer, members),
    )


def _loads(seen: Observation, type_: InstanceType, settings: Settings) -> Iterator[tuple[str, _Load]]:
    capacities = {
        "cpu": 100.0,
        "network": None if type_.network_gbps is None else type_.network_gbps * 1e9 / 8,
        "ebs_bytes": None if type_.ebs_mbytes_s is None else type_.ebs_mbytes_s * 1e6,
        "ebs_ops": None if type_.ebs_iops is None else float(type_.ebs_iops),
        "memory": 100.0,
        **({"gpu": 100.0, "gpu_memory": 100.0} if type_.gpu_count else {}),
    }
    for name, capacity in capacities.items():
        summary = enough(seen.usage, name, settings.days, settings.coverage)
        if summary is not None and capacity:
            most = settings.memory_percent if name.endswith("memory") else settings.load_percent
            yield name, _Load(summary, widened(summary, 0) / (capacity * most / 100))


def _doubts(
    seen: Observation,
    members: Sequence[Observation],
    type_: InstanceType,
    loads: Mapping[str, _Load],
    wanted: MetricSummary | None,
    scales: bool,
) -> Iterator[str]:
    asked = ("network", "memory", "ebs_bytes", "ebs_ops", *(("gpu_memory",) if type_.gpu_count else ()))
    unknown = [name for name in asked if name not in loads]
    if unknown:
        yield f"what the machines do is not measured in every dimension ({', '.join(unknown)} missing)"
    since = loads["cpu"].summary.start
    if wanted is None:
        yield (
            unseen_members(seen, members, since)
            or "its group metrics are off, so that only the machines that it has now are counted"
        )
    elif young := _young(members, since):
        yield f"{young} of its machines are younger than the time that is judged; those before are not measured"
    yield from reservations(members)
    if seen.resource.kind == "aws_eks_node_group":
        yield "how many nodes its pods ask for is not known here, nor whether an autoscaler takes any away"
    elif not scales:
        yield (
            "no policy that tracks a target is known to take machines away and bring them back: the number may be by "
            "design (a quorum, shards)"
        )


def _young(members: Sequence[Observation], since: datetime) -> int:
    return sum(1 for m in members if m.resource.created_at is None or m.resource.created_at > since)


def _saved(seen: Observation, now: int, fewer: int, members: Sequence[Observation]) -> Saving | None:
    """The price of the machines that go, where that of all of them is known.

    Those that a capacity reservation pays for go on being paid; whether it is those that go is not known.
    """
    gone, bound = now - fewer, len(reserved(members))
    most = min(gone, now - bound)
    if seen.price is None or len(members) != now or most <= 0:
        return None
    each = seen.price.amount / now
    return whole(seen.price, seen, least=each * (most - max(0, gone - bound)), share=Decimal(most) / now)
