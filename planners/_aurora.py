"""What a member of an Aurora cluster has to hold: its own demand, and that of any other member it may stand in for.

Where the writer fails, Aurora promotes the reader of the lowest promotion tier, and of several the largest; clients of
the reader endpoint go to the readers that are left, and to the writer where there is none:
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Reader.html
So of two members each has to hold both. Of more, the load of a lost reader is shared by the others; the writer, and who
may become it (tiers 0 and 1, and the lowest of all), hold the highest of either role. Memory, which is mostly cache and
holds the same data everywhere, counts by the highest alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from planners._buffers import memory_for_all
from planners._database_demand import Judged, Needs, judged
from planners._managed import Settings
from planners._seen import kept
from planners._sizing import Demand
from remediator.model import Context, Estate, Observation

ENGINES = frozenset(("aurora-mysql", "aurora-postgresql"))
MEASURED = ("cpu", "free_memory", "network", "connections", "free_local_storage")
"""Each of them is asked for: what one member shows, others may have to hold."""
_HEIRS = 1
"""The tier up to which AWS itself keeps readers as large as the writer, where Serverless v2 sizes them:
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html"""
_CLUSTER_PARAMETERS, _PARAMETERS = "db_cluster_parameter_group_name", "db_parameter_group_names"
_AUTO_SCALED = "application-autoscaling-"
"""How the readers that Auto Scaling adds are named; their class is the writer's.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html"""


def standing(estate: Estate, context: Context[Settings]) -> Iterator[tuple[Observation, Judged]]:
    """Each member that may get another class, after its cluster; its needs are those that it may have to hold.

    One member that cannot be judged leaves its whole cluster alone.
    """
    for cluster in estate.of_kind("aws_rds_cluster"):
        if _provisioned(cluster) and not kept(cluster, context.of(cluster).keep_tags):
            for one in _of_cluster(cluster, _members(estate, cluster), context):
                yield cluster, one


def _members(estate: Estate, cluster: Observation) -> list[Observation]:
    of = cluster.resource
    found = estate.having("aws_rds_cluster_instance", "cluster_identifier", of.id)
    return [one for one in found if (one.resource.account, one.resource.region) == (of.account, of.region)]


def _provisioned(cluster: Observation) -> bool:
    spec = cluster.resource.spec
    mode = spec.text("engine_mode") or "provisioned"
    return spec.text("engine") in ENGINES and mode == "provisioned" and spec.text("status") == "available"


def _of_cluster(cluster: Observation, found: Sequence[Observation], context: Context[Settings]) -> Iterator[Judged]:
    spec = cluster.resource.spec
    if {seen.resource.id for seen in found} != set(spec.texts("cluster_members")):
        return
    known = [judged(seen, MEASURED, frozenset(MEASURED), context.of(seen), context.catalogue) for seen in found]
    members = [_by_data(one, cluster, context.of(one.seen)) for one in known if one is not None]
    writers = [one for one in members if one.seen.resource.id == spec.text("writer")]
    used = any(one.needs.connections > 0 for one in members)
    if len(members) < len(found) or len(writers) != 1 or not used:
        return
    [writer] = writers
    readers = [one for one in members if one is not writer]
    scaled = [one for one in readers if one.seen.resource.id.startswith(_AUTO_SCALED)]
    doubts = tuple(dict.fromkeys(doubt for one in members for doubt in one.doubts))
    if scaled:
        doubts += ("Auto Scaling adds readers to its cluster, and smaller ones reach its target sooner",)
    for one in members:
        left = one in scaled or kept(one.seen, context.of(one.seen).keep_tags)
        if one.current.burstable is False and not left:
            yield replace(one, needs=_held(one, writer, readers), doubts=doubts)


def _by_data(one: Judged, cluster: Observation, settings: Settings) -> Judged:
    """What PostgreSQL needs where its cluster's volume holds little (planners/_buffers.py), as far as that is known."""
    data, used, total = cluster.usage.metric("data_bytes"), one.needs.machine.memory_mib, one.current.memory_mib
    if one.seen.resource.spec.text("engine") != "aurora-postgresql" or data is None or used is None or total is None:
        return one
    if one.current.burstable is not False:  # the small ones have no huge pages
        return one
    enough = memory_for_all(data.maximum, one.found["free_memory"], total, settings.headroom)
    if enough is None or enough >= used:
        return one
    machine = replace(one.needs.machine, memory_mib=enough)
    names = (cluster.resource.spec.text(_CLUSTER_PARAMETERS), *(one.seen.resource.spec.texts(_PARAMETERS) or (None,)))
    own = ", ".join(dict.fromkeys(name or "not known" for name in names if not (name or "").startswith("default.")))
    doubt = f"its data would fit in the shared buffers that it has by default, which its parameters ({own}) may change"
    found = {**one.found, data.name: data}
    return replace(one, found=found, needs=replace(one.needs, machine=machine), doubts=(doubt,) if own else ())


def _held(one: Judged, writer: Judged, readers: Sequence[Judged]) -> Needs:
    if len(readers) < 2:
        return _together((writer, *readers))
    if one is writer:
        return _highest((writer.needs, *(reader.needs for reader in readers)))
    heir = _tier(one) <= max(_HEIRS, min(map(_tier, readers)))
    shared = _together(readers, len(readers) - 1)
    return _highest((one.needs, shared, *((writer.needs,) if heir else ())))


def _tier(one: Judged) -> float:
    """A member whose tier is not known may be the first."""
    return one.seen.resource.spec.number("promotion_tier") or 0


def _together(members: Sequence[Judged], among: int = 1) -> Needs:
    return _combined([one.needs for one in members], lambda loads: sum(loads) / among)


def _highest(needs: Sequence[Needs]) -> Needs:
    return _combined(needs, max)


def _combined(needs: Sequence[Needs], by: Callable[[list[float]], float]) -> Needs:
    """The load of several, combined; of memory always the highest. What is not known of one is not known of all."""
    machines = [each.machine for each in needs]
    return Needs(
        Demand(
            vcpu=_known([m.vcpu for m in machines], by),
            memory_mib=_known([m.memory_mib for m in machines], max),
            network=_known([m.network for m in machines], by),
            ebs_bytes=_known([m.ebs_bytes for m in machines], by),
            ebs_ops=_known([m.ebs_ops for m in machines], by),
        ),
        by([each.connections for each in needs]),
        by([each.local_gib for each in needs]),
    )


def _known(values: Sequence[float | None], by: Callable[[list[float]], float]) -> float | None:
    known = [value for value in values if value is not None]
    return by(known) if len(known) == len(values) else None
