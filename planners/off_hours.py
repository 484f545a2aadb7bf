"""Development machines that nobody uses at night and at weekends: a schedule that has them on when they are used.

A week has 168 hours and a working week some 50; AWS' Instance Scheduler, whose tag is offered here, names 70 % saved
for machines that are on in office hours (https://aws.amazon.com/solutions/implementations/instance-scheduler-on-aws/).
The hours in which anything was used in two weeks are kept, with an hour before and after for days that are not alike
and for summer time, since the schedule is in UTC.
Where machines come and go under one address of Terraform, all of them together are judged; what they are not on for
already saves nothing more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from planners._accelerated import accelerated
from planners._database import compute, unstoppable
from planners._group import ENDED, EVICTED, POLICY, SCHEDULE, SIZES, against_zero, unknown_return
from planners._hours import WEEK, Window, window
from planners._money import whole
from planners._seen import check_within, held_on, kept, of_nodes, remade, unseen_members, where
from planners._settings import Evidence, check_environments
from planners._stop import given_up, paid, paid_by_group, reservations, waits
from remediator.model import (
    Action,
    AddResource,
    Attributes,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    MetricSummary,
    Observation,
    Price,
    SetAttribute,
    Value,
)

SUMMARY = "Puts development machines, groups and databases that rest at night and at weekends on a schedule."
LAYER = Layer.USAGE
KINDS = ("aws_instance", "aws_autoscaling_group", "aws_eks_node_group", "aws_db_instance", POLICY, SCHEDULE)


_SCHEDULED = ("min_size", "max_size", "desired_capacity")
_NAMED = {"aws_autoscaling_group": "name", "aws_eks_node_group": "resources[0].autoscaling_groups[0].name"}
"""Where a group's name stands; a node group's schedule is that of the Auto Scaling group which EKS made for it.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_node_group#attribute-reference"""
_METRICS = {"aws_db_instance": ("connections",)}
_RUNS = {
    "aws_instance": ("instance_state", "running"),
    "aws_db_instance": ("status", "available"),
}


@dataclass(frozen=True, slots=True)
class Settings(Evidence):
    """Where schedules are proposed, how complete the evidence is, and how machines without a group are scheduled.

    `least_off_hours` of a week are not worth a schedule. `margin_hours` are kept on either side of what was used.
    With `schedule_tag` a machine or database is given that tag with the value `schedule`, which Instance Scheduler on
    AWS obeys (its own default is `Schedule`); without it there is a ticket.
    """

    environments: tuple[str, ...] = ("dev", "staging")
    margin_hours: int = 1
    least_off_hours: int = 60
    schedule_tag: str = ""
    schedule: str = "office-hours"

    def __post_init__(self) -> None:
        Evidence.__post_init__(self)
        check_within("margin_hours", self.margin_hours, 0, 6)
        check_within("least_off_hours", self.least_off_hours, 1, WEEK - 1)
        check_environments("environments", self.environments)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A schedule for each development resource that is on all week and used in some hours of it alone."""
    for kind in KINDS[:4]:
        for seen in estate.of_kind(kind):
            settings = context.of(seen)
            if seen.environment not in settings.environments or kept(seen, settings.keep_tags):
                continue
            if seen.resource.member_of is None and _runs(seen) and not of_nodes(seen):
                yield from _scheduled(seen, estate, context)


def _runs(seen: Observation) -> bool:
    spec = seen.resource.spec
    if seen.resource.kind in SIZES:
        return bool(spec.number(SIZES[seen.resource.kind][-1]))
    attribute, running = _RUNS[seen.resource.kind]
    return spec.text(attribute) == running


def _scheduled(seen: Observation, estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(seen)
    evidence = _evidence(seen, context)
    if evidence is None:
        return
    used = {hour for summary in evidence for hour in summary.active_hours or ()}
    on = window(used, settings.margin_hours)
    if on is None:
        return
    ran = WEEK * max(s.hours * 3600 / (s.end - s.start).total_seconds() for s in evidence)
    spared = round(ran) - (WEEK - on.off)
    if spared < settings.least_off_hours:
        return
    off = f"off for {on.off} of {WEEK}" if round(ran) == WEEK else f"off for {spared} of the {ran:.0f} that it runs now"
    doubts = (*_hindrances(seen, estate, evidence, context), *remade(seen))
    yield Change(
        rule="off_hours",
        concern="schedule",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Have {where(seen)} on when it is used: {on}",
        reason=f"in {evidence[0].hours / 24:,.0f} days it did no work outside {len(used)} hours of the week; with "
        f"{settings.margin_hours} more on either side it can be {off}"
        + (f"; every evening {ENDED}" if seen.resource.kind in SIZES else ""),
        actions=_actions(seen, on, settings),
        evidence=evidence,
        missing=tuple(_missing(seen, estate)),
        doubts=doubts,
        saving=whole(_paid(seen, estate, context), seen, share=Decimal(spared) / WEEK),
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.STOP,
        confidence=0.5 if doubts else 0.85,
    )


def _evidence(seen: Observation, context: Context[Settings]) -> tuple[MetricSummary, ...] | None:
    """What shows when it is used, complete; None where any of it is not measured."""
    settings = context.of(seen)
    spec = seen.resource.spec
    names = _METRICS.get(seen.resource.kind, ("cpu", "network"))
    types = spec.texts("instance_types") or spec.texts("member_types") or (spec.text("instance_type") or "",)
    if "cpu" in names:
        known = [context.catalogue.instance_type(name) for name in types]
        if None in known:
            return None
        if any(type_ and type_.gpu_count for type_ in known):
            names = (*names, "gpu")
        if any(type_ and accelerated(type_) for type_ in known):
            names = (*names, "accelerator")
    found = tuple(summary for name in names if (summary := seen.usage.metric(name)) is not None)
    short = [s for s in found if s.coverage < settings.coverage or not _long(s, settings.days)]
    unknown = [s for s in found if s.active_hours is None]
    return None if len(found) < len(names) or short or unknown else found


def _long(summary: MetricSummary, days: float) -> bool:
    """Whether it is about so many days, of which the first may have begun before a machine came to the address."""
    least = days * 24 * 0.99 if summary.ran is None else (days - 1) * 24
    return (summary.end - summary.start).total_seconds() >= least * 3600


def _actions(seen: Observation, on: Window, settings: Settings) -> tuple[Action, ...]:
    spec = seen.resource.spec
    if seen.resource.kind not in SIZES:
        tag = settings.schedule_tag or "Schedule"
        return (SetAttribute(f"tags.{tag}", seen.resource.tags.get(tag), settings.schedule),)
    live = zip(_SCHEDULED, SIZES[seen.resource.kind], strict=True)
    sizes = {name: spec[path] for name, path in live if spec.number(path)}
    group = _NAMED[seen.resource.kind]
    return (
        _schedule("office_hours_end", on.stop, {**sizes, "min_size": 0, "desired_capacity": 0}, group),
        _schedule("office_hours_begin", on.start, sizes, group),
    )


def _schedule(name: str, recurrence: str, sizes: Mapping[str, Value], group: str) -> AddResource:
    when: dict[str, Value] = {"scheduled_action_name": name, "recurrence": recurrence, "time_zone": "Etc/UTC"}
    return AddResource(
        type="aws_autoscaling_schedule",
        arguments=Attributes({**when, **sizes}),
        references=(("autoscaling_group_name", group),),
        shows=SetAttribute(f"schedule.{name}", None, recurrence),
        name=name,
    )


def _missing(seen: Observation, estate: Estate) -> Iterator[str]:
    yield "what needs it at night without using it (backups, people elsewhere), and jobs of a month's end"
    if seen.usage.earlier:
        yield "who replaces the machine of its address, and whether that brings one back while it is to be off"
    if seen.resource.kind == "aws_instance":
        yield from given_up((seen,))
    if seen.resource.kind == "aws_eks_node_group":
        yield EVICTED
    if seen.resource.kind in SIZES:
        yield from unknown_return(seen, estate)
        yield "whether Terraform is applied at night, which puts the sizes in its code back until the morning"


def _paid(seen: Observation, estate: Estate, context: Context[Settings]) -> Price | None:
    """What it costs a month that a stop saves: a stopped database goes on paying for its storage."""
    if seen.resource.kind == "aws_db_instance":
        return compute(seen, context.prices)
    if seen.resource.kind in SIZES:
        return paid_by_group(seen, tuple(estate.members(seen.resource)))
    return paid(seen)


def _hindrances(
    seen: Observation, estate: Estate, evidence: tuple[MetricSummary, ...], context: Context[Settings]
) -> Iterator[str]:
    spec, settings = seen.resource.spec, context.of(seen)
    type_ = context.catalogue.instance_type(spec.text("instance_type") or "")
    if type_ and type_.local_storage_gb:
        yield f"every stop empties its {type_.local_storage_gb:,} GB of instance store"
    if seen.resource.kind in SIZES:
        if seen.resource.kind == "aws_eks_node_group":
            yield "while its pods wait, an autoscaler brings nodes back: have its workloads go down at the same hours"
        unseen = unseen_members(seen, estate.members(seen.resource), evidence[0].start)
        if unseen:
            yield unseen
        yield from reservations(estate.members(seen.resource))
        yield from _of_group(seen, estate)
        return
    yield from waits(seen)
    yield from held_on(seen)
    if not settings.schedule_tag:
        yield (
            "Terraform has no schedule for it by itself; set schedule_tag to the tag of your Instance Scheduler, or "
            "give it an aws_scheduler_schedule that stops and starts it"
        )
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')}, which is paid for either way"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which a stop may end for good"
    yield from unstoppable(seen)


def _of_group(seen: Observation, estate: Estate) -> Iterator[str]:
    """What of a group a schedule would meet: another schedule, or what keeps it from acting."""
    yield from against_zero(seen, estate)
    suspended = seen.resource.spec.texts("suspended_processes")
    halted = [name for name in ("ScheduledActions", "Launch") if name in suspended]
    if halted:
        yield f"its processes {', '.join(halted)} are suspended, so that no schedule would stop and start it"
