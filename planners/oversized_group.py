"""Launch templates of Auto Scaling groups whose machines are all larger than two weeks of their demand.

Demand is that of the busiest member in each dimension, by the rules of single machines (rightsize_instance): the P99.5
of 5-minute maxima with 20 % headroom, AWS Compute Optimizer's default
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html), widened by (1 + 1/days). Members
that have ended count as well. A group that changes its size by its load would run more of a smaller type, so that only
one of a constant size saves anything; and what pods and tasks ask for, not what they use, decides whether they fit.

A template is resized for all of its groups together. A change makes a new version of it; machines that run stay until
they are replaced. Terraform replaces them by an instance refresh where the group has one in code and takes the version
from the template's `latest_version`, and not where it names `$Latest`:
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/autoscaling_group#instance_refresh

Groups with GPUs or other accelerators are left out: what a job takes of them is set by what starts it, and a type that
is not to be had leaves the group short (InsufficientInstanceCapacity).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planners._fitting import needs, options, paid_by_list, unseen
from planners._group import POLICY, SCHEDULE
from planners._group_doubts import doubts, hindrance, named
from planners._launching import (
    BATCH,
    GROUP,
    NODES,
    SERVICE,
    TEMPLATE,
    Around,
    groups_of,
    other_users,
)
from planners._members import shown
from planners._opinions import with_less
from planners._resize import resizable
from planners._seen import kept, of_nodes, where
from planners._sized import best
from planners._template import Judged, arrival, refreshes, updates
from planners.rightsize_instance import Settings
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    InstanceType,
    Layer,
    Level,
    Observation,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Moves Auto Scaling groups of a constant size to the next smaller type that holds each of their machines."
LAYER = Layer.CONFIGURATION
KINDS = (TEMPLATE, GROUP, NODES, "aws_instance", POLICY, SCHEDULE, BATCH, SERVICE)

_PODS = (
    "what its pods ask for decides what fits, and nothing here tells that; its groups are replaced by another type of "
    "machine as well"
)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller type for each template all of whose groups have room; what nobody is asked about says why."""
    around = Around.of(estate)
    for template in estate.of_kind(TEMPLATE):
        groups = groups_of(template.resource, estate)
        if not kept(template, context.of(template).keep_tags):
            for judged, current in _judged(groups, estate, context):
                yield from best(_of_template(template, judged, current, estate, around, context))
    for group in estate.of_kind(GROUP):
        if group.resource.spec.text("launch_configuration") and not of_nodes(group):
            for judged, current in _judged((group,), estate, context):
                yield from best(_of_configuration(judged, current, estate, around, context))
    for nodes in estate.of_kind(NODES):
        for judged, current in _judged((nodes,), estate, context):
            yield from best(_of_node_group(judged, current, estate, around, context))


def _judged(
    groups: Sequence[Observation], estate: Estate, context: Context[Settings]
) -> Iterator[tuple[Sequence[Judged], InstanceType]]:
    """Groups with the one type that their machines have, where all of them are measured and none is to be kept."""
    found: list[Judged] = []
    types: set[str] = set()
    for group in groups:
        own = [m for m in estate.members(group.resource) if m.resource.spec.text("instance_state") == "running"]
        if any(kept(seen, context.of(seen).keep_tags) for seen in (group, *own)):
            return
        types |= {member.resource.spec.text("instance_type") or "" for member in own}
        current = context.catalogue.instance_type(next(iter(types))) if len(types) == 1 else None
        if current is None or not resizable(current):
            return
        taken = shown(group, own, current, context.of(group))
        if taken is None:
            return
        found.append(Judged(group, own, taken))
        if len(found) == len(groups):
            yield found, current


def _of_template(
    template: Observation,
    judged: Sequence[Judged],
    current: InstanceType,
    estate: Estate,
    around: Around,
    context: Context[Settings],
) -> Iterator[Change]:
    others = ", ".join(other_users(template.resource, [one.group for one in judged], around, estate))
    reasons = (
        f"{where(one.group)}: {reason}"
        for one in judged
        if (reason := hindrance(one, template, estate, context.of(one.group), current.name)) is not None
    )
    withheld = f"{where(template)} is also used by {others}" if others else next(reasons, None)
    live = template.resource.spec.get("instance_type")
    effect = Effect.ROLLING if any(refreshes(one.group) for one in judged) else Effect.IN_PLACE
    for change, candidate in _changes(template, judged, current, estate, around, context):
        yield replace(
            change,
            reason=f"{change.reason}; {'; '.join(arrival(judged))}",
            actions=(SetAttribute("instance_type", live, candidate.name),),
            effect=effect,
            updates=updates(template, judged),
            withheld=withheld,
        )


def _of_configuration(
    judged: Sequence[Judged], current: InstanceType, estate: Estate, around: Around, context: Context[Settings]
) -> Iterator[Change]:
    """A question about a group whose launch configuration cannot be changed, only replaced by another.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html
    """
    [one] = judged
    withheld = hindrance(one, None, estate, context.of(one.group), current.name)
    name = one.group.resource.spec.text("launch_configuration")
    for change, candidate in _changes(one.group, judged, current, estate, around, context):
        old = f"launch configuration {name} cannot be changed, and AWS gives new types to launch templates alone"
        yield replace(
            change,
            doubts=(*change.doubts, old),
            asks=f"give {where(one.group)} a launch template of {candidate.name} in place of its launch configuration",
            withheld=None if withheld is None else f"{where(one.group)}: {withheld}",
        )


def _of_node_group(
    judged: Sequence[Judged], current: InstanceType, estate: Estate, around: Around, context: Context[Settings]
) -> Iterator[Change]:
    """What is counted of node groups, and asked of nobody."""
    [one] = judged
    for change, candidate in _changes(one.group, judged, current, estate, around, context):
        path = "instance_types"
        live = one.group.resource.spec.texts(path)
        yield replace(change, actions=(SetAttribute(path, live, (candidate.name,)),), withheld=_PODS)


def _changes(
    seen: Observation,
    judged: Sequence[Judged],
    current: InstanceType,
    estate: Estate,
    around: Around,
    context: Context[Settings],
) -> Iterator[tuple[Change, InstanceType]]:
    """What is the same of every change, one for each type that would do; its actions are for who wants them."""
    count = sum(len(one.members) for one in judged)
    what = "the machine" if count == 1 else f"the {count:,} machines"
    for candidate, saving in options(judged, current, estate, context):
        asked = tuple(
            f"{named(one, len(judged) > 1)}{doubt}"
            for one in judged
            for doubt in doubts(one, candidate, current, estate, around, context.catalogue, context.of(one.group))
        )
        yield (
            Change(
                rule="oversized_group",
                concern="size",
                layer=LAYER,
                resource=seen.resource,
                declared=seen.declared,
                title=f"Resize {what} of {where(seen)} from {current.name} to {candidate.name}",
                reason=with_less(_reason(judged, current, count), judged[0].group, current.name),
                actions=(),
                evidence=tuple(summary for one in judged for summary in one.shown.evidence),
                missing=tuple(unseen(judged, candidate, estate)),
                doubts=asked,
                saving=saving if paid_by_list(judged) else None,
                accrued=None,
                risk=Level.MEDIUM,
                effort=Level.LOW,
                effect=Effect.IN_PLACE,
                confidence=0.5 if asked else 0.85,
            ),
            candidate,
        )


def _reason(judged: Sequence[Judged], current: InstanceType, count: int) -> str:
    taken = needs(judged)
    memory = f" and {taken.memory_mib / 1024:,.1f} GiB" if taken.memory_mib is not None else ""
    which = "its machine" if count == 1 else f"the busiest of its {count} machines"
    return (
        f"{which} needs {taken.vcpu or 0:.1f} vCPU{memory} with headroom; {current.name} has {current.vcpu} vCPU and "
        f"{(current.memory_mib or 0) / 1024:,.0f} GiB"
    )
