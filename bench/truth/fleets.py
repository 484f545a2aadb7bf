"""Groups that launch by a template: how many machines, when each lives, and what each does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from bench.truth import servers
from bench.truth.activity import as_values, day_and_night, office
from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand, Peaks, machine
from bench.truth.drafts import OLD, Draft, arriving, draft, general
from bench.truth.drafts import known as type_of
from remediator.model import InstanceType
from remediator.observe import catalogue
from remediator.observe.series import Values

Life: TypeAlias = tuple[float, float]
"""From so many hours ago to so many; to minus infinity of one that lives."""
BOOTING = 0.15
"""Hours at most till the agent of a new machine speaks."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """The place of one machine in a group: what is asked of whoever has it, and the machines that had it."""

    demand: Demand
    lives: tuple[tuple[Draft, Life], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Groups of one template, each by its slots; `scales` is that a policy sets how many machines they have."""

    type: InstanceType
    groups: tuple[tuple[Slot, ...], ...]
    scales: bool = False


FleetShape: TypeAlias = Callable[[Clock, Generator], Fleet]


def constant_oversized(clock: Clock, rng: Generator) -> Fleet:
    """A few machines chosen large to be safe: no peak takes more than a third."""
    type_ = general(rng)
    return Fleet(type_, (_slots(clock, rng, type_, [0.34] * int(rng.integers(1, 7))),))


def constant_anyhow(clock: Clock, rng: Generator) -> Fleet:
    """A few machines sized anyhow."""
    type_ = general(rng)
    most = float(rng.uniform(0.2, 0.95))
    return Fleet(type_, (_slots(clock, rng, type_, [most] * int(rng.integers(1, 7))),))


def one_hot(clock: Clock, rng: Generator) -> Fleet:
    """One machine has most of the work (a leader, a shard), and the others little."""
    type_ = general(rng)
    most = [0.2] * int(rng.integers(1, 8))
    hot = rng.uniform(0.55, 0.95)
    return Fleet(type_, (_slots(clock, rng, type_, [*most, hot], least=0.9),))


def scaling(clock: Clock, rng: Generator) -> Fleet:
    """As many machines as a policy finds that requests ask for, each of which does little."""
    type_ = general(rng)
    busy = office(clock, rng)
    starts, ends = _edges(busy, clock)
    lives = [(begin, end) for begin, end in zip(starts, ends, strict=True)]
    always = _slots(clock, rng, type_, [rng.uniform(0.1, 0.6)])
    more = [
        slot
        for slot in _slots(clock, rng, type_, [rng.uniform(0.1, 0.6)] * int(rng.integers(1, 4)))
        for slot in [_lived(slot, lives, clock, rng)]
        if slot.lives
    ]
    return Fleet(type_, ((*always, *more),), scales=True)


def come_and_go(clock: Clock, rng: Generator) -> Fleet:
    """A constant number of machines, each replaced after some days; sized anyhow."""
    type_ = general(rng)
    slots = _slots(clock, rng, type_, [float(rng.uniform(0.15, 0.8))] * int(rng.integers(1, 4)))
    return Fleet(type_, (tuple(_lived(s, _rolled(rng, rng.uniform(30, 120)), clock, rng) for s in slots),))


def replaced_nightly(clock: Clock, rng: Generator) -> Fleet:
    """A constant number of machines with a longest life of a day; sized anyhow, mostly too large."""
    type_ = general(rng)
    slots = _slots(clock, rng, type_, [float(rng.uniform(0.15, 0.6))] * int(rng.integers(1, 4)))
    return Fleet(type_, (tuple(_lived(s, _rolled(rng, 24.0), clock, rng) for s in slots),))


def resized_lately(clock: Clock, rng: Generator) -> Fleet:
    """Its machines were of twice the size until some days ago, and what they did then is half of it now in percent."""
    larger, type_ = _pair(rng)
    share = float(rng.uniform(0.3, 0.9))
    slots = _slots(clock, rng, type_, [share] * int(rng.integers(1, 3)))
    moved = rng.uniform(10, 300)
    made = [_lived(slot, [(OLD, moved), (moved, -inf)], clock, rng) for slot in slots]
    before = [((replace(s.lives[0][0], type=larger), s.lives[0][1]), *s.lives[1:]) for s in made]
    return Fleet(type_, (tuple(replace(s, lives=lives) for s, lives in zip(made, before, strict=True)),))


def blind_member(clock: Clock, rng: Generator) -> Fleet:
    """One machine has no agent, and its memory may be full."""
    type_ = general(rng)
    slots = _slots(clock, rng, type_, [0.3] * int(rng.integers(2, 6)))
    full = replace(slots[0].demand, memory_mib=slots[0].demand.memory_mib * np.float32(rng.uniform(1.5, 3)))
    [(made, life)] = slots[0].lives
    blind = Slot(full, ((replace(made, demand=full, agent=None), life),))
    return Fleet(type_, ((blind, *slots[1:]),))


def shared_template(clock: Clock, rng: Generator) -> Fleet:
    """Two groups of one template, the other of which may be busier."""
    type_ = general(rng)
    shares = (0.3, float(rng.uniform(0.2, 0.9)))
    return Fleet(type_, tuple(_slots(clock, rng, type_, [share] * int(rng.integers(1, 4))) for share in shares))


def hot_for_a_day(clock: Clock, rng: Generator) -> Fleet:
    """Replaced nightly; every few days one has much work for a day, which those that live now may not have had."""
    type_ = general(rng)
    slots = []
    for slot in _slots(clock, rng, type_, [0.25] * int(rng.integers(1, 4))):
        day = ((clock.times - clock.times[0]) // 86_400).astype(int)
        hot = day % int(rng.integers(3, 8)) == int(rng.integers(3))
        factor = np.where(hot, np.float32(rng.uniform(2, 3.5)), np.float32(1))
        cpu = np.minimum(slot.demand.vcpu * factor, np.float32(type_.vcpu or 0))
        memory = np.minimum(slot.demand.memory_mib * factor, np.float32((type_.memory_mib or 0) * 0.98))
        demand = replace(slot.demand, vcpu=cpu, memory_mib=memory)
        made = replace(slot.lives[0][0], demand=demand)
        slots.append(_lived(Slot(demand, ((made, slot.lives[0][1]),)), _rolled(rng, 24.0), clock, rng))
    return Fleet(type_, (tuple(slots),))


def month_end(clock: Clock, rng: Generator) -> Fleet:
    """Machines that close accounts at the turn of the month; for weeks they look far too large."""
    made = servers.month_end(clock, rng)
    return Fleet(made.type, ((Slot(made.demand, ((made, (OLD, -inf)),)),),))


PRODUCTION = (month_end,)
"""Shapes that are met in production alone."""

FLEETS: tuple[tuple[int, FleetShape], ...] = (
    (5, constant_oversized),
    (4, constant_anyhow),
    (3, one_hot),
    (3, scaling),
    (2, come_and_go),
    (2, replaced_nightly),
    (2, resized_lately),
    (1, blind_member),
    (2, shared_template),
    (1, hot_for_a_day),
    (1, month_end),
)


def drawn(rng: Generator) -> FleetShape:
    """A shape by its share."""
    total = sum(share for share, _ in FLEETS)
    return FLEETS[int(rng.choice(len(FLEETS), p=[share / total for share, _ in FLEETS]))][1]


def _slots(
    clock: Clock, rng: Generator, type_: InstanceType, most: Sequence[float], least: float = 0.5
) -> tuple[Slot, ...]:
    """Machines that have lived long, with a wave of days and nights in common; `most` is what peaks may take of each.

    Of that a machine takes at least a share of `least` in its CPU.
    """
    wave: Values = day_and_night(clock, rng, float(rng.uniform(0.1, 0.6)), float(rng.uniform(0.3, 1)))
    made = []
    for share in most:
        peaks = Peaks(*(share * rng.uniform(low, 1) for low in (least, 0.1, 0.02, 0.02)))
        one = draft(clock, rng, type_, machine(clock, rng, type_, wave, peaks))
        made.append(Slot(one.demand, ((one, (OLD, -inf)),)))
    return tuple(made)


def _lived(slot: Slot, lives: Sequence[Life], clock: Clock, rng: Generator) -> Slot:
    """The same with machines that have it one after the other, whose agents need some minutes to start."""
    made: list[tuple[Draft, Life]] = []
    for begin, end in lives:
        booting = clock.within([(-begin, -begin + rng.uniform(0, BOOTING))])
        agent: Mask = arriving(clock, rng) & ~booting
        made.append((replace(slot.lives[0][0], agent=agent, metered=arriving(clock, rng), hours=begin), (begin, end)))
    return replace(slot, lives=tuple(made))


def _rolled(rng: Generator, every: float) -> list[Life]:
    """Machines that take over from each other, each a minute or so after the one before it ended."""
    starts = [rng.uniform(0.5, every)]
    while starts[-1] < 1000:
        starts.append(starts[-1] + every * rng.uniform(0.95, 1.05))
    ends = [-inf, *(start + rng.uniform(0.02, 0.1) for start in starts[:-1])]
    return list(reversed(list(zip(starts, ends, strict=True))))


def _edges(mask: Mask, clock: Clock) -> tuple[list[float], list[float]]:
    """The hours ago at which spans of a mask begin and end in the look-back."""
    steps = np.diff(as_values(mask[clock.past]), prepend=0, append=0)
    starts = [-float(clock.relative[at]) for at in np.flatnonzero(steps > 0)]
    ends = [-float(clock.relative[at]) if at < clock.on.count else -inf for at in np.flatnonzero(steps < 0)]
    return starts, ends


def _pair(rng: Generator) -> tuple[InstanceType, InstanceType]:
    """A type and the one of half its size in its family."""
    while True:
        larger = general(rng)
        half = [
            one
            for one in catalogue.load().family(larger.family)
            if one.vcpu and one.vcpu * 2 == larger.vcpu and not one.bare_metal
        ]
        if half:
            return larger, type_of(half[0].name)
