"""RDS instances, and members of Aurora clusters, larger than two weeks of their demand: the next smaller class.

Demand is judged as that of machines (planners/_sizing.py): P99.5 of the highest values with 20 % headroom, AWS Compute
Optimizer's default, in CPU, memory, network and storage, by what the machine type of the same name offers, within the
same family (planners/_database_demand.py), whose classes Aurora offers for the same versions of its engines:
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html

Memory that was ever in use, caches and buffers that the engine keeps included, has to fit; engines take what they are
given, so that this errs on the side of the larger class, save where all the data would fit in the cache of Aurora
PostgreSQL (planners/_buffers.py). The number of connections that a class allows by default grows with its memory. A
member of a cluster also holds what it takes over where another fails (planners/_aurora.py); serverless members have no
class.

Applying it restarts the database, or fails over to its standby or a reader, for a minute or two: at once with
apply_immediately, else in the maintenance window.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._aurora import standing
from planners._database import compute
from planners._database_demand import Judged, judged, room_for
from planners._managed import Settings, resized
from planners._money import monthly
from planners._month import without_turn
from planners._opinions import against_less
from planners._seen import kept, where
from planners._sized import best, candidates
from remediator.model import Change, Context, Estate, Layer, Observation, SetAttribute

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Moves databases to the next smaller class of their family that holds two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_db_instance", "aws_rds_cluster_instance")

_ENGINES = frozenset(("mysql", "mariadb", "postgres"))
_MEASURED = ("cpu", "free_memory", "network", "storage_bytes", "storage_ops", "connections")
_REQUIRED = frozenset(("cpu", "free_memory", "connections"))


@dataclass(frozen=True, slots=True)
class _Case:
    """A database that may get another class, and what is said of it beside its figures."""

    one: Judged
    who: str
    missing: tuple[str, ...]
    doubts: tuple[str, ...]


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller class for each database whose CPU, memory and connections were measured, and which was used."""
    for case in (*_instances(estate, context), *_members(estate, context)):
        yield from best(_smaller(case, context))


def _instances(estate: Estate, context: Context[Settings]) -> Iterator[_Case]:
    for seen in estate.of_kind("aws_db_instance"):
        settings = context.of(seen)
        if seen.resource.spec.text("engine") not in _ENGINES or kept(seen, settings.keep_tags):
            continue
        one = judged(seen, _MEASURED, _REQUIRED, settings, context.catalogue)
        if one is not None and one.current.burstable is False and one.needs.connections > 0:
            missing = tuple(name for name in _MEASURED if name not in one.found)
            yield _Case(one, "needs", missing, tuple(_replicated(seen)))


def _members(estate: Estate, context: Context[Settings]) -> Iterator[_Case]:
    for cluster, one in standing(estate, context):
        members = len(cluster.resource.spec.texts("cluster_members"))
        who = "needs" if members == 1 else f"with what it takes over where another of the {members} members of its"
        who = who if members == 1 else f"{who} cluster fails, needs"
        missing = () if members > 1 else ("whether it may be away while it restarts, since no reader stands in for it",)
        yield _Case(one, who, missing, (*one.doubts, *_replicated(cluster)))


def _smaller(case: _Case, context: Context[Settings]) -> Iterator[Change]:
    one, seen, current = case.one, case.one.seen, case.one.current
    settings, needs = context.of(seen), one.needs
    before = compute(seen, context.prices)
    name = f"db.{current.name}"
    for candidate in candidates(current, needs.machine, settings.largest_step, context.catalogue):
        after = compute(seen, context.prices, f"db.{candidate.name}")
        saving = monthly(before, after, seen, f"db.{candidate.name}")
        smaller = (candidate.vcpu or 0) < (current.vcpu or 0)
        if not room_for(needs, seen.resource.spec.text("engine") or "", candidate, settings.headroom):
            continue
        if saving is None and not (before is None and after is None and smaller):
            continue
        yield resized(
            "database_class",
            seen,
            f"database {where(seen)}",
            SetAttribute("instance_class", name, f"db.{candidate.name}"),
            f"{case.who} {needs.machine.vcpu or 0:.1f} vCPU and {(needs.machine.memory_mib or 0) / 1024:,.1f} GiB with "
            f"headroom, and had at most {needs.connections:,.0f} connections; {name} has {current.vcpu} vCPU and "
            f"{(current.memory_mib or 0) / 1024:,.0f} GiB{_cached(one)}",
            evidence=tuple(one.found.values()),
            missing=(
                *case.missing,
                "its parameter group, which may set connections and buffers for the larger class",
                "whether a reserved instance pays for it",
            ),
            doubts=(
                *case.doubts,
                *without_turn(seen, settings.month_end_in),
                *against_less(seen, name, candidate, context.catalogue),
            ),
            saving=saving,
        )


def _cached(one: Judged) -> str:
    """Why memory that its cache takes is not asked for (planners/_buffers.py), where that is so."""
    data = one.found.get("data_bytes")
    return "" if data is None else f"; a smaller cache holds the {data.maximum / 2**30:,.1f} GiB of its cluster's data"


def _replicated(seen: Observation) -> Iterator[str]:
    """What another database may ask of it, whose demand is not seen here."""
    spec = seen.resource.spec
    source = spec.text("replicate_source_db") or spec.text("replication_source_identifier")
    what = "its cluster" if seen.resource.kind == "aws_rds_cluster" else "it"
    if source:
        yield f"{what} is a replica of {source}, and may have to stand in for it"
    if spec.texts("replicas"):
        yield f"{what} has replicas ({', '.join(spec.texts('replicas'))}), one of which may have to stand in for it"
    world = spec.text("global_cluster_identifier")
    if world:
        yield f"{what} is part of global database {world}, and may have to stand in for another region's"
