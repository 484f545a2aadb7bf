"""Databases that nobody connected to, and caches that nobody asked, for two weeks.

AWS Compute Optimizer calls a database idle that is no replica, had no connection, and whose CPU and storage did little:
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
Both are tickets. AWS starts a stopped database again after seven days
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html), Terraform's `aws_rds_instance_state`
can stop one and not start it again (https://github.com/hashicorp/terraform-provider-aws/issues/40785), and a cache that
is removed takes its data along.
"""

from collections.abc import Iterator

from planners._database import compute
from planners._money import accrued, whole
from planners._quiet import Quiet, Settings, asked, quiet
from planners._seen import kept, where
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
KINDS = ("aws_db_instance", "aws_elasticache_cluster", "aws_elasticache_replication_group")

_CPU_PERCENT = 20.0
"""What backups and the engine's own upkeep stay below, all but a twentieth of the time, on the smallest classes too."""
_STOP = AddResource(
    type="aws_rds_instance_state",
    arguments=Attributes({"state": "stopped"}),
    references=(("identifier", "identifier"),),
    shows=SetAttribute("status", "available", "stopped"),
)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each database and each cache that was measured and not used."""
    for seen in estate.of_kind("aws_db_instance"):
        if seen.resource.spec.text("status") == "available" and not kept(seen, context.of(seen).keep_tags):
            silence = quiet(seen, {"connections": 0.0}, context.of(seen))
            if silence is not None:
                yield _database(seen, silence, context)
    for kind in KINDS[1:]:
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


def _at_work(seen: Observation) -> Iterator[str]:
    """What AWS asks for as well: that its CPU is low. What the engine schedules itself needs no connection."""
    cpu = seen.usage.metric("cpu")
    if cpu is not None and cpu.p95 > _CPU_PERCENT:
        yield (
            f"its CPU works (up to {cpu.maximum:.0f} %) although nothing connects, as for jobs that it schedules itself"
        )


def _hindrances(seen: Observation) -> Iterator[str]:
    spec = seen.resource.spec
    yield (
        "AWS starts a stopped database again after seven days, and the provider's aws_rds_instance_state can stop one "
        "and not start it: stop it by hand first, and remove it with a final snapshot once nobody missed it"
    )
    if spec.text("replicate_source_db"):
        yield f"it is a replica of {spec.text('replicate_source_db')}, and may be there for the day that one fails"
    if spec.texts("replicas"):
        yield f"it has replicas ({', '.join(spec.texts('replicas'))}), and cannot be stopped"


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
        ),
        accrued=accrued(seen.price, silence.since, context.now),
        effect=Effect.DATA_LOSS,
    )
