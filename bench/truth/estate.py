"""A whole estate from a seed: resources, states, series in a file, and the truth of each resource."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.random import Generator

from bench.truth import groups, recorded, replaced, shapes, trainers, volumes
from bench.truth.clock import LOOKBACK_DAYS, Clock, clock
from bench.truth.drafts import Draft, Shape
from bench.truth.pipeline import ACCOUNT, Stay
from bench.truth.truth import REGION, Truth, Waste, complete, highest, of_instance, rest, running
from bench.truth.volumes import Volume
from remediator.model import Attributes, Resource, StateAddress, StateResource, Value
from remediator.observe import prices
from remediator.observe.costs import monthly_price
from remediator.observe.queries import Dimensions
from remediator.observe.series import Series, SeriesFile

DEVELOPED = frozenset(
    {
        "service",
        "weekday service",
        "oversized",
        "nightly batch",
        "training bursts",
        "nightly training",
        "notebook",
        "inference",
        "memory bound",
        "network bound",
    }
)
"""Shapes that are also met in development: nobody closes accounts there, or keeps a standby."""
PRODUCTION = frozenset({"month end"})
"""Shapes that are met in production alone, half of them tagged so; of the others most are tagged with no
environment."""
_SAVED = 400
"""Series saved at once."""
GROUPS_OF = 0.03
LOOSE_OF = 0.08
EXPERIMENTS_OF = 0.02
REPLACED_OF = 0.05
"""Groups, volumes that nothing holds, experiments of several machines, and addresses whose machines come and go, for
each machine."""
DEVELOPMENT_OF = 0.4
"""Of the machines whose shape is met in development, those that are there."""


@dataclass(frozen=True, slots=True)
class Live:
    """A resource, the shape that it has, and what was right for it."""

    resource: Resource
    shape: str
    truth: Truth


@dataclass(slots=True)
class Estate:
    """All that is live at a time; the series of the look-back lie in the file `kept`.

    `abandoned` says of each experiment, by its module call, whether all of its machines are idle; `came` are the
    machines of addresses that had several.
    """

    clock: Clock
    now: datetime
    kept: Path
    live: dict[str, Live] = field(default_factory=dict)
    states: list[StateResource] = field(default_factory=list)
    known: dict[tuple[str, str, str], list[Dimensions]] = field(default_factory=dict)
    abandoned: dict[str, bool] = field(default_factory=dict)
    came: list[Stay] = field(default_factory=list)
    _waiting: list[Series] = field(default_factory=list)

    @property
    def resources(self) -> list[Resource]:
        """Every resource."""
        return [live.resource for live in self.live.values()]

    def add(
        self,
        shape: str,
        resource: Resource,
        truth: Truth,
        attributes: dict[str, Value] | None = None,
        module: str = "",
    ) -> None:
        """One more resource; one that is no group's member stands in a state, under a name of its own."""
        self.live[resource.id] = Live(resource, shape, truth)
        if resource.member_of is None:
            at = StateAddress(
                "infra", "estate", "s3:estate", "default", "l", 1, module, "managed", resource.kind,
                f"r{len(self.states)}", None,
            )  # fmt: skip
            self.states.append(StateResource(at, resource.id, None, Attributes(attributes or {})))

    def keep(self, series: Iterable[Series]) -> None:
        """Series to be saved, sooner or later."""
        self._waiting += series
        if len(self._waiting) >= _SAVED:
            self.save()

    def save(self) -> None:
        """Save what waits."""
        SeriesFile(self.kept).save(self._waiting, self.clock.on)
        self._waiting = []


def moment(seed: int) -> datetime:
    """A time of its own for each seed: any day of the month and the week, any hour."""
    rng = np.random.default_rng([seed, 0])
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=int(rng.integers(365 * 24 * 60)))


def empty(now: datetime, kept: Path, days: int = LOOKBACK_DAYS) -> Estate:
    """An estate of nothing, seen at a time over so many days of look-back."""
    return Estate(clock(now, days), now, kept)


def generate(
    seed: int,
    machines: int,
    kept: Path,
    now: datetime | None = None,
    only: tuple[Shape, ...] = (),
    days: int = LOOKBACK_DAYS,
) -> Estate:
    """An estate of so many machines, with groups and loose volumes beside them; `only` gives the shapes, in turn.

    A machine depends on the seed and its own number alone.
    """
    estate = empty(now or moment(seed), kept, days)
    for number in range(machines):
        rng = np.random.default_rng([seed, 1, number])
        name, shape = (shapes.name(only[number % len(only)]), only[number % len(only)]) if only else shapes.drawn(rng)
        develops = not only and name in DEVELOPED and np.random.default_rng([seed, 4, number]).random() < DEVELOPMENT_OF
        environment = "dev" if develops else "prod" if name in PRODUCTION and number % 2 else None
        add_machine(estate, rng, name, shape(estate.clock, rng), f"i-{seed:04x}{number:013x}", environment=environment)
    for number in range(0 if only else round(machines * GROUPS_OF)):
        _add_group(estate, np.random.default_rng([seed, 2, number]), f"group-{seed}-{number}")
    for number in range(0 if only else round(machines * LOOSE_OF)):
        rng = np.random.default_rng([seed, 3, number])
        type_ = shapes.SHAPES[0][1](estate.clock, rng)
        _add_volume(estate, volumes.unattached(estate.clock, rng, type_.demand), f"vol-{seed:04x}f{number:012x}", ())
    for number in range(0 if only else round(machines * REPLACED_OF)):
        rng = np.random.default_rng([seed, 6, number])
        name, shape = replaced.drawn(rng)
        add_machine(estate, rng, name, shape(estate.clock, rng), f"i-{seed:04x}c{number:012x}")
    for number in range(0 if only else round(machines * EXPERIMENTS_OF)):
        _add_experiment(estate, np.random.default_rng([seed, 5, number]), f"x-{seed}-{number}")
    estate.save()
    return estate


def add_machine(
    estate: Estate,
    rng: Generator,
    shape: str,
    draft: Draft,
    id_: str,
    module: str = "",
    environment: str | None = None,
) -> None:
    """One more machine, with the volume that is told apart from it where there is one."""
    disk = f"vol-{id_[2:]}"
    xen = draft.type.hypervisor != "nitro"
    holds = not draft.stopped and (xen or rng.random() < 0.25)
    resource = _instance(estate, draft, id_, volume_ids=(disk,) if holds else ())
    if environment is not None:
        resource = replace(resource, tags=Attributes({"environment": environment}))
    price = monthly_price(resource, prices.load())
    truth = of_instance(draft, estate.clock, price.amount if price else Decimal(0), environment == "dev")
    estate.add(shape, resource, truth, module=module)
    _record(estate, resource, draft)
    _remember(estate, resource, draft)
    if holds:
        _add_volume(estate, volumes.attached(estate.clock, rng, draft.demand), disk, (id_,), module)


def _add_experiment(estate: Estate, rng: Generator, name: str) -> None:
    """Some trainers under one module call: all left on after their runs, or one of them still at work."""
    module = f"module.{name}"
    left = rng.random() < 0.6
    drafts = [trainers.left_on(estate.clock, rng) for _ in range(int(rng.integers(2, 5)))]
    if not left:
        drafts[0] = trainers.training_bursts(estate.clock, rng)
    for number, draft in enumerate(drafts):
        shape = f"experiment, {'all of it left on' if left else 'one of it at work'}"
        add_machine(estate, rng, shape, draft, f"i-{name}-{number}", module)
    truths = [live.truth for id_, live in estate.live.items() if id_.startswith(f"i-{name}-")]
    estate.abandoned[module] = all(truth.idle for truth in truths)


def _record(estate: Estate, resource: Resource, draft: Draft, life: tuple[float, float] | None = None) -> None:
    if not draft.stopped:
        estate.known |= recorded.listed(resource, draft, estate.clock)
        own = life or (draft.hours, -math.inf)
        estate.keep(recorded.of_instance(resource, draft, estate.clock, estate.known, own))


def _remember(estate: Estate, resource: Resource, draft: Draft) -> None:
    """What was at its address before it: the machines with their series, and when each was there."""
    at = estate.states[-1]
    for number, (begin, end) in enumerate(draft.lives):
        created = estate.now - timedelta(hours=begin)
        before = replace(resource, id=f"{resource.id}-{number}", created_at=created, spec=_spec(draft))
        _record(estate, before, draft, (begin, end))
        estate.came.append(Stay(before, at, created, estate.now - timedelta(hours=end)))
    if draft.lives:
        estate.came.append(Stay(resource, at, estate.now - timedelta(hours=draft.hours), None))


def _instance(estate: Estate, draft: Draft, id_: str, group: str | None = None, **spec: Value) -> Resource:
    began = estate.now - timedelta(hours=draft.hours)
    return replace(_resource("aws_instance", id_, began, group), spec=_spec(draft, **spec))


def _spec(draft: Draft, **more: Value) -> Attributes:
    state = "stopped" if draft.stopped else "running"
    return Attributes({"instance_type": draft.type.name, "instance_state": state, **more})


def _resource(kind: str, id_: str, created: datetime, group: str | None = None, **spec: Value) -> Resource:
    return Resource("aws", ACCOUNT, REGION, kind, id_, None, Attributes(spec), Attributes(), created, group)


def _add_volume(estate: Estate, volume: Volume, id_: str, holders: tuple[str, ...], module: str = "") -> None:
    created = estate.now - timedelta(hours=volume.hours)
    state = "in-use" if holders else "available"
    iops = volumes.capability(volume.size)[0] if volume.type == "gp2" else 3000
    spec: dict[str, Value] = {"type": volume.type, "size": volume.size, "state": state, "iops": iops}
    resource = _resource("aws_ebs_volume", id_, created, None, attached_to=holders, **spec)
    estate.add(volume.shape, resource, volume.truth, {"final_snapshot": True} if volume.snapshot else {}, module)
    estate.keep(recorded.of_volume(resource, volume.demand, volume.emits, estate.clock))


def _add_group(estate: Estate, rng: Generator, name: str) -> None:
    shape = groups.drawn(rng)
    group = shape(estate.clock, rng)
    ids = tuple(f"i-{name}-{n}" for n in range(len(group.members)))
    names = tuple(member.type.name for member in group.members)
    resource = _resource(
        "aws_autoscaling_group", name, estate.now - timedelta(days=300), min_size=1, max_size=group.most,
        desired_capacity=len(ids), instance_ids=ids, member_types=names, instance_types=names,
    )  # fmt: skip
    label = f"group, {shapes.name(shape)}"
    estate.add(label, resource, _group_truth(estate.clock, group, resource))
    for id_, member in zip(ids, group.members, strict=True):
        found = of_instance(member, estate.clock, Decimal(0))
        own = replace(found, waste=None, monthly=Decimal(0), shown=False)
        member_resource = _instance(estate, member, id_, name)
        estate.add(f"{label}, member", member_resource, own)
        _record(estate, member_resource, member)


def _group_truth(axis: Clock, group: groups.Group, resource: Resource) -> Truth:
    """A group works while any of its members does, also those that are gone."""
    quiet, back = rest(group.working, np.ones_like(group.working), axis)
    demand = group.members[0].demand
    truth = Truth(quiet, back, highest(demand, axis.past), highest(demand, axis.future))
    gpus = len(group.members[0].demand.gpu) > 0
    price = monthly_price(resource, prices.load())
    if back is not None or quiet < (24 if gpus else 24 * 14) or price is None:
        return truth
    shown = all(complete(member, axis, running(member, axis), 24, 0.99) for member in group.members)
    return replace(truth, waste=Waste.IDLE_GPU if gpus else Waste.IDLE, monthly=price.amount, shown=shown)
