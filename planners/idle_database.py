"""Databases that nobody connected to, and caches that nobody asked, for two weeks.

AWS Compute Optimizer calls a database idle that is no replica, had no connection, and whose CPU and storage did little:
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
All are tickets. AWS starts a stopped database again after seven days
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html), Terraform's `aws_rds_instance_state`
can stop one and not start it again (https://github.com/hashicorp/terraform-provider-aws/issues/40785), and a cache that
is removed takes its data along. An Aurora cluster is stopped as a whole, for which Terraform has nothing, and one that
is Serverless pauses by itself where its least capacity is zero:
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from planners._database import compute, unstoppable
from planners._money import accrued, added, whole
from planners._quiet import Quiet, Settings, quiet
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import (
    AddResource,
    Attributes,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Observation,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Asks about databases without a connection, and caches without a command, for two weeks."
LAYER = Layer.USAGE
_CACHES = ("aws_elasticache_cluster", "aws_elasticache_replication_group")
KINDS = ("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", *_CACHES)

_CPU_PERCENT = 20.0
"""What backups and the engine's own upkeep stay below, all but a twentieth of the time, on the smallest classes too."""
_LEAST = "serverlessv2_scaling_configuration.min_capacity"
_STOP = AddResource(
    type="aws_rds_instance_state",
    arguments=Attributes({"state": "stopped"}),
    references=(("identifier", "identifier"),),
    shows=SetAttribute("status", "available", "stopped"),
)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each database and each cache that was measured and not used."""
    for seen in chain(estate.of_kind("aws_db_instance"), estate.of_kind("aws_rds_cluster")):
        if seen.resource.spec.text("status") == "available" and not kept(seen, context.of(seen).keep_tags):
            silence = quiet(seen, {"connections": 0.0}, context.of(seen))
            if silence is not None and seen.resource.kind == "aws_db_instance":
                yield _database(seen, silence, context)
            elif silence is not None and (seen.resource.spec.text("engine") or "").startswith("aurora"):
                yield from _cluster(seen, silence, estate, context)
    for kind in _CACHES:
        for seen in estate.of_kind(kind):
            # A node of a replication group is judged with its group.
            if seen.resource.member_of is None and not kept(seen, context.of(seen).keep_tags):
                silence = quiet(seen, {"commands": 0.0}, context.of(seen))
                if silence is not None:
                    yield _cache(seen, silence, context)


def _database(seen: Observation, silence: Quiet, context: Context[Settings]) -> Change:
    spec = seen.resource.spec
    paid = compute(seen, context.prices)
    return unused(
        "idle_database",
        seen,
        f"Stop database {where(seen)}, which nothing connects to",
        f"no connection to this {spec.text('instance_class')} ({spec.text('engine')}) for "
        f"{silence.days(context.now):,.0f} days",
        evidence=silence.evidence,
        missing=(
            "scheduled jobs that connect less often than the look-back",
            *(() if seen.usage.metric("cpu") else ("what its CPU does",)),
        ),
        doubts=(*asked(seen, context.of(seen)), *_at_work(seen), *_hindrances(seen)),
        accrued=accrued(paid, silence.since, context.now),
        saving=whole(paid, seen),
        action=_STOP,
        concern="running",
        effect=Effect.STOP,
    )


def _cluster(seen: Observation, silence: Quiet, estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """What stops an Aurora cluster, or lets it pause; nothing where it pauses already."""
    place = (seen.resource.account, seen.resource.region)
    instances = [
        one
        for one in estate.having("aws_rds_cluster_instance", "cluster_identifier", seen.resource.id)
        if (one.resource.account, one.resource.region) == place
    ]
    paid = added(*(one.price for one in instances)) if instances else None
    least = seen.resource.spec.number(_LEAST)
    if least == 0 or seen.resource.spec.text("engine_mode") == "serverless":
        return
    what = f"Aurora cluster {where(seen)}, which nothing connects to"
    change = unused(
        "idle_database",
        seen,
        f"Stop {what}" if least is None else f"Have {what}, pause by itself",
        f"no connection to its {len(instances)} instances for {silence.days(context.now):,.0f} days",
        evidence=silence.evidence,
        missing=("scheduled jobs that connect less often than the look-back", "how much its storage holds"),
        doubts=(*asked(seen, context.of(seen)), *_at_work(seen), *_of_clusters(seen, least)),
        accrued=accrued(paid, silence.since, context.now),
        saving=whole(paid, seen),
        concern="running",
        effect=Effect.STOP,
    )
    yield replace(change, actions=() if least is None else (SetAttribute(_LEAST, seen.resource.spec[_LEAST], 0),))


def _of_clusters(seen: Observation, least: float | None) -> Iterator[str]:
    spec = seen.resource.spec
    if least is None:
        yield (
            "AWS starts a stopped cluster again after seven days, and Terraform stops none: stop it by hand first, and "
            "remove it with a final snapshot once nobody missed it"
        )
    else:
        yield "whether its engine version can pause is not known here, nor whether a first connection may wait for it"
    if spec.text("global_cluster_identifier"):
        world = spec.text("global_cluster_identifier")
        yield f"it is part of global database {world}, and AWS stops it only where it is alone in that"
    if spec.texts("replicas") or spec.text("replication_source_identifier"):
        yield "it is replicated to or from another cluster, and may have to stand in for it"


def _at_work(seen: Observation) -> Iterator[str]:
    """What AWS asks for as well: that its CPU is low. What the engine schedules itself needs no connection."""
    cpu = seen.usage.metric("cpu")
    if cpu is not None and cpu.p95 > _CPU_PERCENT:
        yield (
            f"its CPU works (up to {cpu.maximum:.0f} %) although nothing connects, as for jobs that it schedules itself"
        )


def _hindrances(seen: Observation) -> Iterator[str]:
    yield (
        "AWS starts a stopped database again after seven days, and the provider's aws_rds_instance_state can stop one "
        "and not start it: stop it by hand first, and remove it with a final snapshot once nobody missed it"
    )
    yield from unstoppable(seen)


def _cache(seen: Observation, silence: Quiet, context: Context[Settings]) -> Change:
    spec = seen.resource.spec
    return unused(
        "idle_database",
        seen,
        f"Remove cache {where(seen)}, which nothing asks",
        f"no lookup and no write on this {spec.text('node_type')} for {silence.days(context.now):,.0f} days",
        saving=whole(seen.price, seen),
        evidence=silence.evidence,
        missing=("commands other than lookups and writes of keys",),
        doubts=(
            *asked(seen, context.of(seen)),
            "what it holds is lost with it; take a snapshot first where that matters",
            *_worldwide(seen),
        ),
        accrued=accrued(seen.price, silence.since, context.now),
        effect=Effect.DATA_LOSS,
    )


def _worldwide(seen: Observation) -> Iterator[str]:
    world = seen.resource.spec.text("global_replication_group_id")
    if world:
        yield f"it belongs to global datastore {world}, and may be there for the day that another region fails"
