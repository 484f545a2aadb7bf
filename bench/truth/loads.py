"""What is asked of groups and endpoints, over the look-back and the days that decide."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, day_and_night, nightly, runs
from bench.truth.clock import Clock
from remediator.observe.series import Values

Load: TypeAlias = Callable[[Clock, Generator], Values]
"""What is asked of a group, in machines that it would wholly take."""


def _noise(axis: Clock, rng: Generator) -> Values:
    noise: Values = rng.lognormal(0, 0.1, len(axis.times)).astype(np.float32)
    return noise


def steady(axis: Clock, rng: Generator) -> Values:
    """Days and nights, all weeks alike."""
    waves: Values = day_and_night(axis, rng, 0.3, 0.7) * np.float32(rng.uniform(0.3, 6)) * _noise(axis, rng)
    return waves


def growing(axis: Clock, rng: Generator) -> Values:
    """As much again within one to four months."""
    grown = np.exp2(axis.relative / 24 / rng.uniform(30, 120))
    load: Values = (steady(axis, rng) * grown).astype(np.float32)
    return load


def bursts(axis: Clock, rng: Generator) -> Values:
    """Little, and at any time for some hours several times as much, no two times alike."""
    mask = runs(axis, rng, 1e9, (1, 12), 40)
    hours = (axis.times - axis.times[0]) // 43_200
    heights = rng.lognormal(np.log(rng.uniform(2, 10)), 0.35, int(hours[-1]) + 1)[hours]
    load: Values = (rng.uniform(0.1, 0.5) + as_values(mask) * heights).astype(np.float32)
    return load


def nights(axis: Clock, rng: Generator) -> Values:
    """Nothing but batches at night."""
    return as_values(nightly(axis, rng)) * np.float32(rng.uniform(2, 15)) + np.float32(0.05)


def month_end(axis: Clock, rng: Generator) -> Values:
    """At the turn of a month many times what is asked otherwise."""
    return (steady(axis, rng) * np.where(axis.month_turn(), rng.uniform(4, 12), 1)).astype(np.float32)


def quarter_end(axis: Clock, rng: Generator) -> Values:
    """Once in the days that decide, which nothing in the look-back tells of, up to 1.8 times as much."""
    at = float(rng.uniform(24, 600))
    once = axis.within([(at, at + 30)])
    return (steady(axis, rng) * np.where(once, rng.uniform(1.2, 1.8), 1)).astype(np.float32)


LOADS: tuple[Load, ...] = (steady, growing, bursts, nights, month_end, quarter_end)


def named(load: Load) -> str:
    """A load in words."""
    return str(getattr(load, "__name__", load)).replace("_", " ")
