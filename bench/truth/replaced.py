"""Addresses whose machines come and go, each the shape of something real."""

from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from bench.truth import servers, trainers
from bench.truth.activity import last_run, runs
from bench.truth.clock import Clock, Mask
from bench.truth.drafts import Draft, Shape, accelerated, draft
from bench.truth.trainers import training

Lives: TypeAlias = tuple[tuple[float, float], ...]

BOOTING = 0.15
"""Hours at most till the agent of a new machine speaks."""


def rolled_at_work(clock: Clock, rng: Generator) -> Draft:
    """A trainer with experiments one after the other, whose machine gets a new image every few days."""
    return _with(
        trainers.training_bursts(clock, rng), _rolled(rng, rng.uniform(1, 100), rng.uniform(20, 160)), clock, rng
    )


def rolled_left_on(clock: Clock, rng: Generator) -> Draft:
    """A trainer that was left on, and whose machine gets a new image every few days all the same."""
    return _with(trainers.left_on(clock, rng), _rolled(rng, rng.uniform(1, 100), rng.uniform(20, 160)), clock, rng)


def rolled_just_ended(clock: Clock, rng: Generator) -> Draft:
    """A trainer whose last run ended within the day, on a machine that was replaced since, or before."""
    return _with(trainers.just_ended(clock, rng), _rolled(rng, rng.uniform(0.5, 30), 2000.0), clock, rng)


def made_for_a_run(clock: Clock, rng: Generator) -> Draft:
    """A machine that is made for each experiment and destroyed after it; the last one, or the next, may be waiting."""
    type_ = accelerated(rng)
    lives, present = _come_and_go(clock, rng, (5, 60), (2, 30))
    there = clock.within([*((-begin, -end) for begin, end in lives), (-present, 1e9)])
    busy = runs(clock, rng, 1e9, (2, 20), 3) & there
    return _with(draft(clock, rng, type_, training(clock, rng, type_, busy)), (lives, present), clock, rng)


def made_and_forgotten(clock: Clock, rng: Generator) -> Draft:
    """A machine that a schedule makes every morning and destroys at night, long after the last experiment."""
    type_ = accelerated(rng)
    lives, present = _come_and_go(clock, rng, (8, 30), (5, 14))
    there = clock.within([*((-begin, -end) for begin, end in lives), (-present, 1e9)])
    busy = last_run(clock, rng, -rng.uniform(90, 300), (4, 30), 5) & there
    return _with(draft(clock, rng, type_, training(clock, rng, type_, busy)), (lives, present), clock, rng)


def rolled_service(clock: Clock, rng: Generator) -> Draft:
    """A service whose machine gets a new image every few days; sized anyhow."""
    made = servers.service(clock, rng) if rng.random() < 0.5 else servers.oversized(clock, rng)
    return _with(made, _rolled(rng, rng.uniform(1, 60), rng.uniform(20, 160)), clock, rng)


SHAPES: tuple[Shape, ...] = (
    rolled_at_work,
    rolled_left_on,
    rolled_just_ended,
    made_for_a_run,
    made_and_forgotten,
    rolled_service,
)


def drawn(rng: Generator) -> tuple[str, Shape]:
    """One of them, and its name."""
    shape = SHAPES[int(rng.integers(len(SHAPES)))]
    return shape.__name__.replace("_", " "), shape


def _rolled(rng: Generator, first: float, every: float) -> tuple[Lives, float]:
    """Machines that take over from each other, the new one minutes before the old one ends or after it."""
    starts = [first]
    while starts[-1] < 400:
        starts.append(starts[-1] + every * rng.uniform(0.7, 1.3))
    ends = [start + rng.uniform(-0.1, 0.3) for start in starts[:-1]]
    return tuple(reversed(list(zip(starts[1:], ends, strict=True)))), first


def _come_and_go(
    clock: Clock, rng: Generator, hours: tuple[float, float], away: tuple[float, float]
) -> tuple[Lives, float]:
    """Machines with nothing between them."""
    present = at = rng.uniform(0.5, hours[1])
    lives = []
    while at < -clock.relative[0]:
        end = at + rng.uniform(*away)
        at = end + rng.uniform(*hours)
        lives.append((at, end))
    return tuple(reversed(lives)), present


def _with(made: Draft, stays: tuple[Lives, float], clock: Clock, rng: Generator) -> Draft:
    """The same at an address of so many machines, whose agents need some minutes to start."""
    lives, present = stays
    starts = [*(begin for begin, _ in lives[1:]), present]
    booting = clock.within([(-start, -start + rng.uniform(0, BOOTING)) for start in starts])
    agent: Mask | None = None if made.agent is None else made.agent & ~booting
    ran = clock.within([*((-begin, -end) for begin, end in lives), (-present, 1e9)])
    demand = replace(made.demand, working=made.demand.working & (ran | (np.arange(len(ran)) >= clock.on.count)))
    return replace(made, demand=demand, agent=agent, hours=present, lives=lives)
