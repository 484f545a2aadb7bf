"""What keeps the machines of a group from being resized by use alone, and what a person has to decide of it."""

from collections.abc import Iterator

from planners._constant import larger, policies, varies
from planners._launching import Around, controlled, tasks
from planners._month import without_turn_in
from planners._opinions import against_less
from planners._resize import short, tied
from planners._seen import where
from planners._template import Judged, pinned
from planners.rightsize_instance import Settings
from remediator.model import Catalogue, Estate, InstanceType, Observation

_REPLACE = frozenset({"Launch", "Terminate", "HealthCheck", "ReplaceUnhealthy"})
"""The processes without which a group's machines are not replaced.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html"""


def hindrance(
    one: Judged, template: Observation | None, estate: Estate, settings: Settings, current: str
) -> str | None:
    """Why nothing is asked of people about a group, as a phrase; None where something may be.

    `current` is the type that all of its machines have; a group of a launch configuration has no template.
    """
    spec, members = one.group.resource.spec, one.members
    if spec.flag("mixed_instances_policy") or spec.texts("weights"):
        return "its mixed instances policy chooses among types by itself"
    if any(member.resource.spec.text("instance_lifecycle") for member in members):
        return "its machines are Spot instances, which are chosen and paid otherwise"
    found = controlled(one.group, members)
    if found is None and template is not None:
        found = _otherwise(template, current) or pinned(template, one.group)
    found = found or varies(one.group, members, estate)
    if found is not None:
        return found
    was_larger, told = larger(one.group, members, settings)
    if was_larger:
        return f"{told}, each of which had less to do"
    recent = spec.texts("recent_types")
    if one.shown.replaced and set(recent) != {current}:
        types = ", ".join(recent) if recent else "not known"
        return f"of which types the machines were that it had before those that run is {types}"
    return None


def _otherwise(template: Observation, current: str) -> str | None:
    """Why what a template launches next is not what runs."""
    spec = template.resource.spec
    if spec.text("instance_market_options.market_type"):
        return "its template asks for Spot instances or a capacity block, which are paid otherwise"
    if spec.flag("instance_requirements") or spec.text("managed_by"):
        return "its template leaves the type to others"
    if spec.text("instance_type") != current:
        return f"its machines are {current}, which its template is not any more: they wait for an instance refresh"
    return None


def doubts(
    one: Judged,
    candidate: InstanceType,
    current: InstanceType,
    estate: Estate,
    around: Around,
    catalogue: Catalogue,
    settings: Settings,
) -> Iterator[str]:
    """What a person has to decide of a group, as sentences without its name."""
    group, members = one.group, one.members
    spec = group.resource.spec
    names = policies(group, estate)
    if names and spec.number("max_size") != len(members):
        yield f"{', '.join(names)} may add machines where smaller ones are busier, which it has not done so far"
    was_larger, told = larger(group, members, settings)
    if was_larger is None:
        yield told
    if spec.flag("warm_pool"):
        yield "it has a warm pool, whose machines keep their type until they are replaced too"
    held = sorted(_REPLACE & set(spec.texts("suspended_processes")))
    if held:
        yield f"its process {held[0]} is suspended, without which its machines are not replaced"
    if spec.texts("protected_instances"):
        yield "some of its instances are protected from scale-in, and an instance refresh passes them by or waits"
    yield from tasks(group, around)
    yield from _idle(one, settings)
    yield from without_turn_in(one.shown.start, one.shown.end, group, settings.month_end_in)
    yield from against_less(group, current.name, candidate, catalogue)
    found: dict[str, str] = {}
    for member in members:
        for doubt in (*tied(member), *short(member, candidate)):
            found.setdefault(doubt, member.resource.id)
    yield from (f"of its machine {id_}: {doubt}" for doubt, id_ in found.items())


def _idle(one: Judged, settings: Settings) -> Iterator[str]:
    """A group that did no work shows nothing of the size that it needs."""
    most = {name: [m.usage.metric(name) for m in one.members] for name in ("cpu", "network")}
    limits = {"cpu": settings.idle_cpu_percent, "network": settings.idle_network_mbytes_s * 1e6}
    every = {s.name: s.maximum for s in one.shown.evidence}
    if every.get("member_cpu", 0) > limits["cpu"]:
        return
    if all(s is None or s.maximum <= limits[name] for name, some in most.items() for s in some):
        yield "none of its machines did any work in this time, so what they need is not known; none would save more"


def named(judged: Judged, several: bool) -> str:
    """How a sentence on one of several groups begins."""
    return f"{where(judged.group)}: " if several else ""
