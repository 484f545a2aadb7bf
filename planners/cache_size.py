"""Redis and Valkey caches larger than two weeks of their demand: the next smaller node of the same family.

Demand is judged as that of machines (planners/_sizing.py), with 20 % headroom, AWS Compute Optimizer's default, in CPU
and network by what the machine type of the same name offers, since a node type is that type with `cache.` before it:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html

Memory is what the keys took of what a node gives them, at most; of a group, that of its fullest node. A node of any
size keeps the same share for itself, a quarter unless the parameter reserved-memory-percent says otherwise, and
ElastiCache refuses a type whose rest is less than what the keys take:
https://repost.aws/knowledge-center/elasticache-cluster-fix-scale-down
It makes the new nodes beside the old ones and copies the data over while it goes on answering, with a short
interruption:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-cluster-vertical-scaling.html
Where a shard has replicas that answer reads, those of a node that fails go to the others of its shard; whether they
would hold them is asked where they would not, since metrics do not say who reads from replicas:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
A global datastore has one node type for all its groups, which is changed there:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastores-Getting-Started.html
Memcached is left alone: the provider replaces such a cluster, and what it holds is lost.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from planners._managed import Settings, resized
from planners._money import as_month, monthly
from planners._month import without_turn
from planners._opinions import against_less
from planners._seen import kept, where
from planners._sized import candidates, measured
from planners._sizing import Demand, fits, widened
from remediator.model import (
    Change,
    Context,
    Estate,
    InstanceType,
    Layer,
    MetricSummary,
    Observation,
    Price,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Moves Redis and Valkey caches to the next smaller node of their family that holds two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_elasticache_replication_group", "aws_elasticache_cluster")

_MEASURED = ("cpu", "memory", "network", "commands")
_USABLE = 0.9
"""The share of a smaller node's memory that keys may take. Smaller nodes give them a little less than half of what the
next larger does, and memory is fragmented."""


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller node for each cache that was measured and asked; a node of a group is its group's matter."""
    for seen in chain.from_iterable(map(estate.of_kind, KINDS)):
        spec, settings = seen.resource.spec, context.of(seen)
        current = context.catalogue.instance_type((spec.text("node_type") or "").removeprefix("cache."))
        if spec.text("engine") not in ("redis", "valkey") or seen.resource.member_of is not None:
            continue
        if current is None or current.burstable is not False or kept(seen, settings.keep_tags):
            continue
        found = measured(seen, _MEASURED, settings)
        # What nobody asks anything did no work, and shows nothing of the size it needs.
        if len(found) == len(_MEASURED) and found["commands"].maximum > 0:
            yield from islice(_smaller(seen, current, found, context), 1)


def _smaller(
    seen: Observation, current: InstanceType, found: dict[str, MetricSummary], context: Context[Settings]
) -> Iterator[Change]:
    """Each smaller node that would do, the smallest first."""
    settings = context.of(seen)
    needs = Demand(
        vcpu=None if current.vcpu is None else widened(found["cpu"], settings.headroom) * current.vcpu / 100,
        memory_mib=None
        if current.memory_mib is None
        else widened(found["memory"], settings.headroom) * current.memory_mib / 100 / _USABLE,
        network=widened(found["network"], settings.headroom),
        ebs_bytes=0,  # its keys are in memory
        ebs_ops=0,
    )
    before = _price(seen, current, context)
    smaller = (
        c
        for c in candidates(current, needs, settings.largest_step, context.catalogue)
        if (c.vcpu or 0) < (current.vcpu or 0)
    )
    for candidate in smaller:
        after = _price(seen, candidate, context)
        saving = monthly(before, after, seen, f"cache.{candidate.name}")
        if saving is None and (before is not None or after is not None):
            continue
        yield resized(
            "cache_size",
            seen,
            f"cache {where(seen)}",
            SetAttribute("node_type", f"cache.{current.name}", f"cache.{candidate.name}"),
            f"its keys took at most {found['memory'].maximum:.0f} % of the memory of a node, and it needs "
            f"{needs.vcpu or 0:.1f} of {current.vcpu} vCPU with headroom",
            evidence=tuple(found.values()),
            missing=(
                "whether reserved nodes pay for it",
                "what a snapshot takes of a node's memory while it is written",
            ),
            doubts=(
                *_replaced(seen),
                *_without_one(seen, current, candidate, needs),
                *without_turn(seen, settings.month_end_in),
                *against_less(seen, f"cache.{current.name}", candidate, context.catalogue),
            ),
            saving=saving,
        )


def _without_one(seen: Observation, current: InstanceType, candidate: InstanceType, needs: Demand) -> Iterator[str]:
    """That the other nodes of a shard might not hold what one of them answers, were it to fail."""
    spec = seen.resource.spec
    nodes = spec.number("nodes_per_shard") or (2 if len(spec.texts("member_clusters")) > 1 else 1)
    if nodes < 2:
        return
    more = nodes / (nodes - 1)
    failed = replace(needs, vcpu=(needs.vcpu or 0) * more, network=(needs.network or 0) * more)
    if not fits(candidate, current, failed):
        yield (
            f"if its replicas answer reads, a node has to take those of one that fails as well, up to "
            f"{failed.vcpu or 0:.1f} vCPU and {(failed.network or 0) / 1e6:,.0f} MB/s with headroom, more than "
            f"cache.{candidate.name} holds for good; look whether clients read from replicas"
        )


def _price(seen: Observation, type_: InstanceType, context: Context[Settings]) -> Price | None:
    """The list price a month of all its nodes, were they of a type."""
    spec = seen.resource.spec
    nodes = len(spec.texts("member_clusters")) or spec.number("num_cache_nodes")
    if not nodes:
        return None
    item = f"cache.{type_.name}:{spec.text('engine')}"
    return as_month(context.prices.price("aws_elasticache_cluster", item, seen.resource.region), nodes)


def _replaced(seen: Observation) -> Iterator[str]:
    world = seen.resource.spec.text("global_replication_group_id")
    if world:
        yield f"it belongs to global datastore {world}, which sets the node type of all its groups: change it there"
    if seen.resource.kind == "aws_elasticache_cluster" and seen.resource.spec.text("engine") == "valkey":
        yield (
            "versions of the provider that know only Redis replace a Valkey cluster that is in no group, and what it "
            "holds is lost; look for a replacement in its plan"
        )
