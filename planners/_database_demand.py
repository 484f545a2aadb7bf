"""What a database asks of its class, as far as it was measured, and whether a class gives that.

A class is the machine type of the same name with `db.` before it:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log2

from planners._sized import Settings, measured
from planners._sizing import Demand, widened
from remediator.model import Catalogue, InstanceType, MetricSummary, Observation

_BYTES_A_CONNECTION = {
    "mysql": 12_582_880,
    "mariadb": 25_165_760,
    "postgres": 9_531_392,
    "aurora-postgresql": 9_531_392,
}
"""Bytes of memory for each connection that the default parameters allow; of MariaDB those of 10.6 and later."""
_MOST_CONNECTIONS = {"postgres": 5_000, "aurora-postgresql": 5_000}
_USABLE = 0.9
"""The share of a class' memory that its parameters count with, at least: the rest is the system's."""
USABLE_BY_AURORA = 0.88
"""The least by which AWS' tables of connections come out: 1,600 for the 16 GiB of a db.r5.large with PostgreSQL."""
_LOCAL = {"aurora-mysql": (2.5, 2.0), "aurora-postgresql": (2.0, 1.9)}
"""GiB of local storage for each GiB of memory, at most and at least, of the classes that AWS lists; those of x2g have
less, and look fuller here than any smaller class is large.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
"""
_GIB = 2**30


@dataclass(frozen=True, slots=True)
class Needs:
    """The demand on a machine, the most connections at once, and GiB of temporary tables and logs.

    Headroom is in all but the connections. Local storage that comes with the class is Aurora's alone.
    """

    machine: Demand
    connections: float
    local_gib: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A database of a known class, the metrics that are long and complete enough to size by, and what they ask for.

    `doubts` are what was taken for granted there.
    """

    seen: Observation
    current: InstanceType
    found: Mapping[str, MetricSummary]
    needs: Needs
    doubts: tuple[str, ...] = ()


def judged(
    seen: Observation, names: Iterable[str], required: frozenset[str], settings: Settings, catalogue: Catalogue
) -> Judged | None:
    """What a database needs; None where its class or what is required of its metrics is not known.

    More free memory than its class has was that of a larger one, whose use says nothing of this one.
    """
    current = catalogue.instance_type((seen.resource.spec.text("instance_class") or "").removeprefix("db."))
    found = measured(seen, names, settings)
    if current is None or seen.resource.spec.text("status") != "available" or not required <= set(found):
        return None
    if found["free_memory"].maximum > (current.memory_mib or 0) * 2**20:
        return None
    return Judged(seen, current, found, _needs(seen, current, found, settings.headroom))


def _needs(seen: Observation, current: InstanceType, found: Mapping[str, MetricSummary], headroom: float) -> Needs:
    """Of memory, and of local storage, what was in use when least was free."""
    free, total = found["free_memory"], current.memory_mib
    used = None if total is None else max(0.0, total - free.minimum / 2**20)
    parts = {n: widened(found[n], headroom) for n in ("cpu", "network", "storage_bytes", "storage_ops") if n in found}
    machine = Demand(
        vcpu=None if current.vcpu is None else parts["cpu"] * current.vcpu / 100,
        memory_mib=None if used is None else used * (1 + headroom) * (1 + 24 / free.hours),
        network=parts.get("network"),
        ebs_bytes=parts.get("storage_bytes"),
        ebs_ops=parts.get("storage_ops"),
    )
    needs = Needs(machine, found["connections"].maximum)
    local = _LOCAL.get(seen.resource.spec.text("engine") or "")
    if local is None:
        return needs
    room = found["free_local_storage"]
    most = max((total or 0) / 1024 * local[0], room.maximum / _GIB)
    filled = max(0.0, most - room.minimum / _GIB) * (1 + headroom) * (1 + 24 / room.hours)
    # The data of a cluster lies on its volume, which is reached by network.
    return replace(needs, machine=replace(machine, ebs_bytes=0.0, ebs_ops=0.0), local_gib=filled)


def room_for(needs: Needs, engine: str, candidate: InstanceType, headroom: float) -> bool:
    """Whether a class allows the connections by default, and has the local storage."""
    local = _LOCAL.get(engine)
    offered = (candidate.memory_mib or 0) / 1024 * (local[1] if local else 0.0)
    return allowed(engine, candidate) >= needs.connections * (1 + headroom) and offered >= needs.local_gib


def allowed(engine: str, candidate: InstanceType) -> float:
    """How many connections a class allows by default, at least; Aurora MySQL's grow by 1,000 as memory doubles.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
    """
    usable = (candidate.memory_mib or 0) * 2**20 * (USABLE_BY_AURORA if engine in _LOCAL else _USABLE)
    if not usable:
        return 0.0
    if engine == "aurora-mysql":
        return max(log2(usable / 805_306_368) * 45, log2(usable / 8_187_281_408) * 1_000)
    return min(usable / _BYTES_A_CONNECTION[engine], _MOST_CONNECTIONS.get(engine, usable))
