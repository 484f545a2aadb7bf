"""Groups of launch templates in an estate: resources, states, series, and what was right for each template."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from math import inf, isinf
from pathlib import Path

import boto3
import numpy as np
from numpy.random import Generator

from bench.truth import fleets, recorded, shapes
from bench.truth.estate import Estate
from bench.truth.fleets import Fleet, Slot
from bench.truth.pipeline import ACCOUNT
from bench.truth.truth import REGION, WEEKS, Load, Truth, Waste, complete, highest, largest_saving, roomy
from remediator.config import AccountConfig, RunConfig
from remediator.model import HOURS_A_MONTH, Attributes, InstanceType, Resource, Value
from remediator.observe import prices
from remediator.observe.calls import CallCounter
from remediator.observe.listing import Listing, Unit
from remediator.observe.series import Values
from remediator.observe.sessions import Clients
from remediator.run.membership import with_recent_types

FLEETS_OF = 0.04
"""Templates for each machine of an estate."""
_RUN_EVERY = 12
"""Hours between the runs that saw which machines a group had."""
_TEMPLATE, _GROUP, _MACHINE = "aws_launch_template", "aws_autoscaling_group", "aws_instance"


@dataclass(frozen=True, slots=True)
class Watched:
    """A group with the machines that it had, and from when to when in hours ago."""

    group: Resource
    machines: tuple[Resource, ...]
    lives: tuple[fleets.Life, ...]

    def there(self, hours: float) -> Iterator[Resource]:
        """The machines that it had so many hours ago."""
        for machine, (begin, end) in zip(self.machines, self.lives, strict=True):
            if begin >= hours > end:
                yield machine


def add_fleets(estate: Estate, seed: int, count: int) -> None:
    """So many templates with their groups; each depends on the seed and its own number alone."""
    watched: list[Watched] = []
    for number in range(count):
        rng = np.random.default_rng([seed, 7, number])
        shape = fleets.drawn(rng)
        environment = "dev" if number % 5 < 2 and shape not in fleets.PRODUCTION else None
        fleet = shape(estate.clock, rng)
        watched += add_fleet(estate, rng, shapes.name(shape), fleet, f"fleet-{seed}-{number}", environment)
    remember(estate, watched)
    estate.save()


def add_fleet(
    estate: Estate, rng: Generator, shape: str, fleet: Fleet, name: str, environment: str | None = None
) -> list[Watched]:
    """One template with its groups and their machines, as live, as in a state, and as measured."""
    tags = Attributes({"environment": environment} if environment else {})
    label = f"fleet, {shape}"
    version = str(int(rng.integers(1, 9)))
    asked = "$Latest" if rng.random() < 0.3 else version
    spec: dict[str, Value] = {"instance_type": fleet.type.name, "latest_version": int(version)}
    template = _resource(estate, _TEMPLATE, f"lt-{name}", 200 * 24.0, tags, spec)
    estate.add(label, template, _truth(estate, fleet))
    return [
        _add_group(estate, rng, label, fleet, slots, f"{name}-{number}", template, asked, tags)
        for number, slots in enumerate(fleet.groups)
    ]


def _add_group(
    estate: Estate,
    rng: Generator,
    label: str,
    fleet: Fleet,
    slots: Sequence[Slot],
    name: str,
    template: Resource,
    version: str,
    tags: Attributes,
) -> Watched:
    lives = [(slot, draft, life) for slot in slots for draft, life in slot.lives]
    now = sum(1 for _, _, life in lives if isinf(life[1]))
    least, most = (1, len(slots) + 4) if fleet.scales else (len(slots), len(slots))
    spec: dict[str, Value] = {
        "min_size": least,
        "max_size": most,
        "desired_capacity": now,
        "steady": "yes" if least == now else "",
        "launch_template.id": template.id,
        "launch_template.version": version,
    }
    group = _resource(estate, _GROUP, name, 300 * 24.0, tags, spec)
    truth = Truth(0.0, 0.0, highest(slots[0].demand, estate.clock.past), highest(slots[0].demand, estate.clock.future))
    machines = []
    for number, (_, draft, life) in enumerate(lives):
        own: dict[str, Value] = {"instance_type": draft.type.name, "instance_state": "running"}
        own |= {"monitoring": "disabled"}
        machine = _resource(estate, _MACHINE, f"i-{name}-{number}", life[0], tags, own, name)
        machine = replace(machine, tags=Attributes({**tags, "aws:ec2launchtemplate:id": template.id}))
        machines.append(machine)
        dimensions = (("InstanceId", machine.id), ("AutoScalingGroupName", name), ("InstanceType", draft.type.name))
        if draft.agent is not None:
            estate.known[machine.id, recorded.AGENT, "mem_used_percent"] = [dimensions]
        estate.keep(recorded.of_instance(machine, draft, estate.clock, estate.known, life))
        if isinf(life[1]):
            estate.add(f"{label}, machine", machine, truth)
    sizes = _sizes([life for _, _, life in lives], estate) if rng.random() < 0.5 else None
    estate.keep(recorded.of_group(group, [(draft, life) for _, draft, life in lives], sizes, estate.clock))
    if fleet.scales:
        policy: dict[str, Value] = {"autoscaling_group_name": name, "policy_type": "TargetTrackingScaling", "name": "p"}
        estate.add(label, _resource(estate, "aws_autoscaling_policy", f"arn:{name}", 300 * 24.0, tags, policy), truth)
    estate.add(f"{label}, group", group, truth, {"instance_refresh.strategy": "Rolling"} if rng.random() < 0.5 else {})
    return Watched(group, tuple(machines), tuple(life for _, _, life in lives))


def remember(estate: Estate, watched: Sequence[Watched]) -> None:
    """Let groups say what runs over the look-back, with a `state_dir` of their own, know of their machines."""
    unit = Unit(AccountConfig(name=ACCOUNT, regions=(REGION,)), REGION)
    unasked = Clients(boto3.session.Session(), REGION, None, CallCounter())
    days = estate.clock.on.count * estate.clock.on.period // 86_400
    with tempfile.TemporaryDirectory() as folder:
        run = RunConfig(state_dir=Path(folder), lookback_days=days)
        for hours in range((days + 2) * 24, -1, -_RUN_EVERY):
            there = [one for each in watched for one in (each.group, *each.there(hours))]
            listing = Listing(unit, unasked, tuple(there), frozenset(), (), ())
            [seen] = with_recent_types([listing], run, estate.now - timedelta(hours=hours))
    for resource in seen.resources:
        if resource.kind == _GROUP:
            estate.live[resource.id] = replace(estate.live[resource.id], resource=resource)


def _sizes(lives: Sequence[fleets.Life], estate: Estate) -> Values:
    """How many machines a group wanted, period by period: a machine that is replaced is wanted meanwhile."""
    gap = 0.2
    size: Values = np.sum([estate.clock.within([(-b, -e + gap)]) for b, e in lives], axis=0, dtype=np.float32)
    return np.minimum(size, np.float32(_most_at_once(lives)))


def _most_at_once(lives: Sequence[fleets.Life]) -> int:
    return max(sum(1 for begin, end in lives if begin >= at > end) for at, _ in lives)


def _truth(estate: Estate, fleet: Fleet) -> Truth:
    """What all machines of all groups had to hold, and what one step saves of all of them."""
    clock, slots = estate.clock, [slot for group in fleet.groups for slot in group]
    ran = np.ones(len(clock.times), dtype=np.bool_)
    past = _most(highest(slot.demand, clock.past) for slot in slots)
    following = _most(highest(slot.demand, clock.future) for slot in slots)
    found = Truth(0.0, 0.0, past, following, scales=fleet.scales)
    if fleet.scales:
        return found
    price = prices.load().price("aws_instance", fleet.type.name, REGION)
    if price is None:
        return found
    needs = _most(roomy(slot.demand, clock, ran) for slot in slots)
    each = largest_saving(fleet.type, needs, price.amount * HOURS_A_MONTH)
    if not each:
        return found
    return replace(
        found, waste=Waste.OVERSIZED_GROUP, monthly=each * len(slots), shown=_shown(slots, fleet.type, estate)
    )


def _shown(slots: Sequence[Slot], type_: InstanceType, estate: Estate) -> bool:
    """Whether 14 days of 95 % of all points are there, of machines of this type."""
    clock = estate.clock
    every = np.ones(clock.on.count, dtype=np.bool_)
    first = WEEKS if clock.on.count * clock.on.period >= WEEKS * 3600 else inf
    return all(
        complete(draft, clock, every, min(first, WEEKS), 0.95) and draft.agent is not None and draft.type == type_
        for slot in slots
        for draft, life in slot.lives
        if life[1] < first
    )


def _most(loads: Iterator[Load]) -> Load:
    found = list(loads)
    return Load(*(max(float(getattr(load, field.name)) for load in found) for field in fields(Load)))


def _resource(
    estate: Estate,
    kind: str,
    id_: str,
    hours: float,
    tags: Attributes,
    spec: dict[str, Value],
    group: str | None = None,
) -> Resource:
    began = estate.now - timedelta(hours=hours)
    return Resource("aws", ACCOUNT, REGION, kind, id_, None, Attributes(spec), tags, began, group)
