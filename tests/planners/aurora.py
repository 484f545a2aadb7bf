"""Clusters of Aurora as planners see them, whose members have a db.r5.2xlarge: 8 vCPU, 64 GiB."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from planners import database_class
from planners.database_class import Settings
from remediator.model import Change, Observation, Usage
from tests.planners.conftest import TYPES, Build, Types

GIB = 2**30
_BY_NAME = {type_.name: type_ for type_ in TYPES}
_R5 = tuple(
    replace(_BY_NAME[f"m5.{size}"], name=f"r5.{size}", memory_mib=gib * 1024)
    for size, gib in (("large", 16), ("xlarge", 32), ("2xlarge", 64), ("4xlarge", 128))
)
_R5D = tuple(replace(type_, name=type_.name.replace("r5", "r5d"), local_storage_gb=150 * type_.vcpu) for type_ in _R5)
BUILD = Build(types=Types((*TYPES, *_R5, *_R5D)))
CALM = {"cpu": 15, "network": 1e6, "connections": 40}
FREE = {"free_memory": 48.0, "free_local_storage": 155.0}
"""GiB of the 64 and of the 160 that the class has with MySQL."""


def usage(without: Collection[str] = (), days: float = 14, coverage: float = 1.0, **over: float) -> Usage:
    """Two weeks, in which at least so many GiB of memory and of local storage were free."""
    left = {name: over.pop(name, gib) for name, gib in FREE.items()}
    known = {name: value for name, value in {**CALM, **over}.items() if name not in without}
    measured = BUILD.lookback(days=days, coverage=coverage, **known)
    free = [
        replace(BUILD.metric(name, gib * GIB, hours=days * 24, coverage=coverage), minimum=gib * GIB)
        for name, gib in left.items()
        if name not in without
    ]
    return Usage((*measured.summaries, *free))


def member(
    name: str = "one",
    measured: Usage | None = None,
    class_: str = "db.r5.2xlarge",
    engine: str = "aurora-mysql",
    **over: object,
) -> Observation:
    """A member of the cluster `orders`."""
    spec = {"cluster_identifier": "orders", "instance_class": class_, "engine": engine, "status": "available"}
    spec |= {"promotion_tier": 1, "storage_type": "aurora", **over.pop("spec", {})}
    over.setdefault("declared", {})
    return BUILD.seen("aws_rds_cluster_instance", name, spec, measured or usage(), **over)


def changes(*members: Observation, cluster=None, unseen=(), without=(), tags=None, **measured: float) -> list[Change]:
    """What is wanted of a cluster whose first member writes."""
    engine = members[0].resource.spec.text("engine")
    names = (*(one.resource.id for one in members), *unseen)
    spec = {"engine": engine, "engine_mode": "provisioned", "status": "available", "cluster_members": names}
    spec |= {"writer": names[0], **(cluster or {})}
    seen = BUILD.seen("aws_rds_cluster", "orders", spec, BUILD.lookback(**measured), declared={}, tags=tags)
    return list(database_class.plan(BUILD.estate(seen, *members), BUILD.context(Settings(), without)))


def lowered(found: Iterable[Change]) -> list[str]:
    """The members that get a smaller class."""
    return sorted(change.resource.id for change in found)
