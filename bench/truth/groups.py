"""Auto Scaling groups: one address under which instances come and go."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, last_run, office, runs
from bench.truth.clock import Clock, Mask
from bench.truth.demand import Peaks, accelerators, machine, memory_held
from bench.truth.drafts import OLD, Draft, accelerated, draft, general
from remediator.model import InstanceType


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The members that live now, and when the group works, also through members that are gone."""

    members: tuple[Draft, ...]
    working: Mask
    most: int


GroupShape: TypeAlias = Callable[[Clock, Generator], Group]


def busy_trainers(clock: Clock, rng: Generator) -> Group:
    """Workers of a queue, replaced every few hours; none of those that live now has lived for a day."""
    busy = runs(clock, rng, 1e9, (6, 60), 3)
    return _trainers(clock, rng, busy, rng.uniform(0.3, 20, int(rng.integers(1, 4))), int(rng.integers(4, 9)))


def mixed_ages(clock: Clock, rng: Generator) -> Group:
    """Of two members the old one waits while young ones do the work."""
    busy = runs(clock, rng, 1e9, (6, 60), 3)
    group = _trainers(clock, rng, busy, np.array([OLD, rng.uniform(1, 20)]), 6)
    idle = group.members[0].demand
    waits = replace(group.members[0], demand=replace(idle, gpu=idle.gpu * 0, working=idle.working & False))
    return replace(group, members=(waits, *group.members[1:]))


def idle_trainers(clock: Clock, rng: Generator) -> Group:
    """A group left at its size after the last run."""
    busy = last_run(clock, rng, -rng.uniform(25.5, 300), (6, 60), 5)
    members = int(rng.integers(1, 4))
    return _trainers(clock, rng, busy, np.full(members, OLD), members + int(rng.choice((0, 2))))


def churned_idle(clock: Clock, rng: Generator) -> Group:
    """Idle, and replaced every night by a maximum lifetime: no member ever has a day of evidence."""
    busy = last_run(clock, rng, -rng.uniform(60, 300), (6, 60), 5)
    return _trainers(clock, rng, busy, rng.uniform(2, 22, 2), 2)


def web_servers(clock: Clock, rng: Generator) -> Group:
    """Servers that scale with the day; the youngest have seen little of it."""
    busy = office(clock, rng)
    type_ = general(rng)
    peaks = Peaks(rng.uniform(0.1, 0.6), rng.uniform(0.2, 0.7), 0.1, 0.1)
    ages = rng.uniform(1, 400, int(rng.integers(2, 4)))
    members = tuple(
        draft(clock, rng, type_, machine(clock, rng, type_, as_values(busy), peaks), hours=float(age)) for age in ages
    )
    return Group(members, busy, len(members) + 4)


GROUPS: tuple[tuple[int, GroupShape], ...] = (
    (3, busy_trainers),
    (2, mixed_ages),
    (3, idle_trainers),
    (1, churned_idle),
    (4, web_servers),
)


def drawn(rng: Generator) -> GroupShape:
    """A shape by its share."""
    total = sum(share for share, _ in GROUPS)
    return GROUPS[int(rng.choice(len(GROUPS), p=[share / total for share, _ in GROUPS]))][1]


def _trainers(clock: Clock, rng: Generator, busy: Mask, ages: "np.ndarray", most: int) -> Group:
    type_ = accelerated(rng)
    return Group(tuple(_trainer(clock, rng, type_, busy, float(age)) for age in ages), busy, most)


def _trainer(clock: Clock, rng: Generator, type_: InstanceType, busy: Mask, age: float) -> Draft:
    load = accelerators(clock, rng, type_, busy, type_.gpu_count)
    held = memory_held(type_, busy, rng.uniform(0.3, 0.9), type_.gpu_count)
    peaks = Peaks(rng.uniform(0.1, 0.5), 0.4, 0.1, 0.2, resting=0.3)
    demand = machine(clock, rng, type_, as_values(busy), peaks, busy, (load, held))
    return draft(clock, rng, type_, demand, hours=age)
