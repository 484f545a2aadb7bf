"""Machines, alone or in groups, whose GPUs or NeuronCores did no work: propose a reversible stop."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from planners._devices import RUNNING_HOURS, Devices, Settings, Verdict, judge
from planners._group import ENDED, EVICTED, POLICY, SCHEDULE, SIZES, against_zero, unknown_return
from planners._money import accrued, whole
from planners._opinions import against_stopping, with_idle
from planners._seen import LEAST_DAYS, counted_with, kept, of_nodes, unseen_members, where
from planners._stop import STOP, attended, given_up, paid, paid_by_group, protections, reservations, unattended
from remediator.model import (
    Action,
    Change,
    Context,
    Effect,
    Estate,
    InstanceType,
    Layer,
    Level,
    Observation,
    Price,
    SetAttribute,
    Window,
)

KINDS = ("aws_instance", "aws_autoscaling_group", "aws_eks_node_group", POLICY, SCHEDULE)

SettingsT = TypeVar("SettingsT", bound=Settings)


@dataclass(frozen=True, slots=True)
class Rule(Generic[SettingsT]):
    """A rule on machines with some kind of device: which types have it, and how it is judged."""

    name: str
    has: Callable[[InstanceType], bool]
    devices: Callable[[SettingsT], Devices]


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be stopped: its machines and types, how, why not, what is not known, what is lost, and what it costs."""

    machines: tuple[Observation, ...]
    types: tuple[InstanceType, ...]
    actions: tuple[Action, ...]
    protections: tuple[str, ...]
    missing: tuple[str, ...]
    lost: str
    price: Price | None


def stops(rule: Rule[SettingsT], estate: Estate, context: Context[SettingsT]) -> Iterator[Change]:
    """A stop for each idle machine, bounds of zero for each idle group; members belong to their group."""
    for seen in estate.of_kind("aws_instance"):
        spec = seen.resource.spec
        types = _types(context, (spec.text("instance_type") or "",))
        if spec.text("instance_state") == "running" and seen.resource.member_of is None:
            unknown = tuple(given_up((seen,)))
            found = _Found((seen,), types, (STOP,), tuple(protections(seen)), unknown, _stored(types), paid(seen))
            yield from _change(rule, seen, found, context)
    for kind, sizes in SIZES.items():
        for seen in estate.of_kind(kind):
            if seen.resource.spec.number(sizes[-1]) and not of_nodes(seen):
                yield from _group(rule, seen, sizes[::2], estate, context)


def _group(
    rule: Rule[SettingsT], seen: Observation, bounds: tuple[str, ...], estate: Estate, context: Context[SettingsT]
) -> Iterator[Change]:
    spec, members = seen.resource.spec, tuple(estate.members(seen.resource))
    zero = tuple(SetAttribute(name, spec[name], 0) for name in bounds if spec.number(name))
    running = tuple(m.resource.spec.text("instance_type") or "" for m in members)
    types = _types(context, spec.texts("instance_types") or running)
    unseen = unseen_members(seen, members, context.now - timedelta(hours=RUNNING_HOURS))
    doubts = (*_group_protections(rule, seen, estate, types, context), *((unseen,) if unseen else ()))
    unknown = (*unknown_return(seen, estate), *((EVICTED,) if seen.resource.kind == "aws_eks_node_group" else ()))
    found = _Found(members, types, zero, doubts, unknown, ENDED, paid_by_group(seen, members))
    yield from _change(rule, seen, found, context)


def _types(context: Context[SettingsT], names: tuple[str, ...]) -> tuple[InstanceType, ...]:
    return tuple(known for name in names if (known := context.catalogue.instance_type(name)) is not None)


def _change(
    rule: Rule[SettingsT],
    seen: Observation,
    found: _Found,
    context: Context[SettingsT],
) -> Iterator[Change]:
    settings, types = context.of(seen), found.types
    devices = rule.devices(settings)
    if not any(map(rule.has, types)) or kept(seen, settings.keep_tags):
        return
    verdict = judge(seen.usage, devices, settings)
    if verdict is None:
        return
    group = seen.resource.kind in SIZES
    stored = _stored(types)
    refused = (stored,) if stored and not settings.stop_with_instance_store else ()
    doubts = (*verdict.doubts, *found.protections, *refused, *against_stopping(seen, verdict.idle_since))
    what = f"{devices.name} {'group' if group else 'instance'} {where(seen)}"
    idle = verdict.idle_since is not None and not verdict.working
    reason = _reason(types, devices, verdict, context)
    yield Change(
        rule=rule.name,
        concern="running",
        layer=Layer.USAGE,
        resource=seen.resource,
        declared=seen.declared,
        title=_title(what, devices, verdict),
        reason=with_idle(
            "; ".join(part for part in (reason, *counted_with(seen), "" if verdict.asks else found.lost) if part), seen
        ),
        actions=() if verdict.asks else found.actions,
        evidence=verdict.evidence,
        missing=(
            *verdict.missing,
            *unattended(found.machines),
            *(found.missing if verdict.idle_since is not None else ()),
            *((_capacity(types),) if verdict.idle_since is not None else ()),
        ),
        doubts=doubts,
        saving=whole(found.price, seen, ran=_ran(seen, verdict, context)) if idle else None,
        accrued=accrued(found.price, verdict.counted_since, context.now) if idle else None,
        risk=Level.MEDIUM if doubts or stored or group else Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE if verdict.asks else Effect.STOP,
        confidence=0.5 if doubts else 0.85 if verdict.missing else 0.95,
        saves_nothing=bool(verdict.asks),
        asks=verdict.asks,
    )


def _ran(seen: Observation, verdict: Verdict, context: Context[SettingsT]) -> Decimal:
    """The share of two weeks in which it is known to have run: a machine may be one that people stop by themselves.

    Of a group whose own metrics say how many it had, it is their mean; else it is as of one that began when it fell
    idle. Of an address that had several machines it is the time that any of them ran.
    """
    had = seen.usage.metric("in_service")
    wanted = seen.resource.spec.number("desired_capacity") or seen.resource.spec.number("scaling_config.desired_size")
    if had is not None and had.mean is not None and wanted:
        return min(Decimal(1), Decimal(str(had.mean)) / Decimal(str(wanted)))
    spans = [s.ran for s in seen.usage.summaries if s.window is Window.LOOKBACK and s.ran is not None]
    starts = [verdict.idle_since, None if seen.resource.kind in SIZES else seen.usage.running_since]
    starts = [context.now - max(spans)] if spans else starts
    began = min((at for at in starts if at is not None), default=context.now)
    return min(Decimal(1), Decimal((context.now - began) / timedelta(days=LEAST_DAYS)).quantize(Decimal("0.01")))


def _title(what: str, devices: Devices, verdict: Verdict) -> str:
    """What is asked for; a stop of nothing that may be at work."""
    if verdict.idle_since is None:
        return f"Measure {what}, whose CPU is idle"
    return f"Ask what {what} does without its {devices.name}s" if verdict.working else f"Stop idle {what}"


def _reason(types: tuple[InstanceType, ...], devices: Devices, verdict: Verdict, context: Context[SettingsT]) -> str:
    names = ", ".join(sorted({t.name for t in types}))
    if verdict.idle_since is None:
        return f"{names} has run at an idle CPU, and nothing measures its {devices.name}s all the time"
    hours = (context.now - verdict.idle_since).total_seconds() / 3600
    return f"no {devices.name} of this {names} has done any work for {hours:,.0f} hours"


def _capacity(types: tuple[InstanceType, ...]) -> str:
    """What nobody can know of a type that is hard to come by.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html#troubleshooting-launch-capacity
    """
    names = ", ".join(sorted({type_.name for type_ in types}))
    return f"whether a {names} can be had in its zone when it is started again (InsufficientInstanceCapacity)"


def _stored(types: tuple[InstanceType, ...]) -> str:
    most = max((t.local_storage_gb for t in types), default=0)
    return f"a stop empties its {most:,} GB of instance store" if most else ""


def _group_protections(
    rule: Rule[SettingsT],
    seen: Observation,
    estate: Estate,
    types: tuple[InstanceType, ...],
    context: Context[SettingsT],
) -> Iterator[str]:
    without = sorted({t.name for t in types if not rule.has(t)})
    if without:
        name = rule.devices(context.of(seen)).name
        yield f"it also holds types without {name}s ({', '.join(without)}), whose work is not judged here"
    if (by := seen.resource.launched_by) and by.scales:
        yield f"{by} made it and sets its size; change it there"
    for member in estate.members(seen.resource):
        yield from attended(member)
        if kept(member, context.of(member).keep_tags):
            yield f"its member {member.resource.id} is tagged to be kept"
    yield from reservations(estate.members(seen.resource))
    yield from against_zero(seen, estate)
