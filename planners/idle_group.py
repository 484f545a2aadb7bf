"""Auto Scaling groups without GPUs all of whose instances did nothing for two weeks: propose bounds of zero.

AWS Compute Optimizer calls a group idle none of whose instances peaked above 5 % of CPU and moved 5 MB a day for 14
days (https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html); agents move more, so
that here no period may have moved more than a steady trickle. Groups with GPUs are idle_gpu's, those that EKS made for
a node group are sized there.
"""

from collections.abc import Iterator
from datetime import datetime

from planners._accelerated import accelerated
from planners._group import ENDED, POLICY, SCHEDULE, against_zero, unknown_return
from planners._money import accrued, whole
from planners._month import without_month
from planners._opinions import against_stopping, with_idle
from planners._quiet import quiet
from planners._seen import kept, of_nodes, unseen_members, where
from planners._settings import asked
from planners._stop import attended, briefly_at_work, disks_at_work, paid_by_group, reservations, unattended
from planners.idle_instance import Settings
from remediator.model import Change, Context, Effect, Estate, Layer, Level, Observation, SetAttribute

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Scales Auto Scaling groups to zero whose instances' CPU and network did nothing for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_autoscaling_group", "aws_instance", POLICY, SCHEDULE)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """Bounds of zero for each group with instances, none with GPUs, that were measured and quiet."""
    for seen in estate.of_kind("aws_autoscaling_group"):
        settings, spec = context.of(seen), seen.resource.spec
        names = (*spec.texts("member_types"), *spec.texts("instance_types"))
        types = [context.catalogue.instance_type(name) for name in names]
        if not names or not spec.number("desired_capacity") or of_nodes(seen) or kept(seen, settings.keep_tags):
            continue
        if any(type_ is None or type_.gpu_count or accelerated(type_) for type_ in types):
            continue
        limits = {"cpu": settings.cpu_percent, "network": settings.network_mbytes_s * 1e6}
        silence = quiet(seen, limits, settings, briefly=True)
        if silence is None:
            continue
        doubts = (
            *asked(seen, settings),
            *without_month(seen, settings.ask_in, silence.evidence),
            *briefly_at_work(silence.evidence, limits),
            *disks_at_work(seen, settings.disk_ops),
            *_protections(seen, estate, context, silence.since),
            *against_stopping(seen, silence.since),
        )
        price = paid_by_group(seen, tuple(estate.members(seen.resource)))
        yield Change(
            rule="idle_group",
            concern="running",
            layer=LAYER,
            resource=seen.resource,
            declared=seen.declared,
            title=f"Scale idle group {where(seen)} to zero",
            reason=with_idle(
                f"the CPU of its {len(spec.texts('member_types'))} instances stayed at or below "
                f"{silence.evidence[0].p99_5:.1f} % and their network all but silent for "
                f"{silence.days(context.now):,.0f} days; {ENDED}",
                seen,
            ),
            actions=tuple(
                SetAttribute(name, spec[name], 0) for name in ("min_size", "desired_capacity") if spec.number(name)
            ),
            evidence=silence.evidence,
            missing=(
                *unknown_return(seen, estate),
                "whether it waits for something rare (a failover, a month's end)",
                *unattended(estate.members(seen.resource)),
            ),
            doubts=doubts,
            saving=whole(price, seen),
            accrued=accrued(price, silence.since, context.now),
            risk=Level.MEDIUM,
            effort=Level.LOW,
            effect=Effect.STOP,
            confidence=0.5 if doubts else 0.9,
        )


def _protections(seen: Observation, estate: Estate, context: Context[Settings], since: datetime) -> Iterator[str]:
    members = tuple(estate.members(seen.resource))
    unseen = unseen_members(seen, members, since)
    if unseen:
        yield unseen
    if (by := seen.resource.launched_by) and by.scales:
        yield f"{by} made it and sets its size; change it there"
    for member in members:
        yield from attended(member)
        if kept(member, context.of(member).keep_tags):
            yield f"its member {member.resource.id} is tagged to be kept"
    yield from reservations(members)
    yield from against_zero(seen, estate)
