"""When workloads work: office hours, nights, runs with pauses, the turn of the month."""

import numpy as np
from numpy.random import Generator

from bench.truth.clock import Clock, Mask
from remediator.observe.series import Values

OFFSETS = (-8.0, -5.0, 0.0, 1.0, 5.5, 9.0)
"""Hours east of Greenwich of the people that machines work for."""


def office(clock: Clock, rng: Generator) -> Mask:
    """Monday to Friday, some nine hours a day."""
    offset = float(rng.choice(OFFSETS))
    begin = rng.uniform(7, 10)
    hour = clock.hour(offset)
    return clock.weekday(offset) & (hour >= begin) & (hour < begin + rng.uniform(8, 10))


def day_and_night(clock: Clock, rng: Generator, nights: float, weekends: float) -> Values:
    """A wave of 0 to 1 with its peak in the afternoon, down to `nights` and lower at weekends."""
    offset = float(rng.choice(OFFSETS))
    wave = 0.5 - 0.5 * np.cos((clock.hour(offset) - 3) / 24 * 2 * np.pi)
    level = nights + (1 - nights) * wave
    shape: Values = np.where(clock.weekday(offset), level, level * weekends).astype(np.float32)
    return shape


def nightly(clock: Clock, rng: Generator) -> Mask:
    """From some time at night for up to five hours, every night, not quite on the minute."""
    begin, length = rng.uniform(0, 4), rng.uniform(0.5, 5)
    nights = range(-clock.on.count * clock.on.period // 86_400 - 1, 40)
    midnight = -(clock.on.end % 86_400) / 3600
    late = rng.uniform(0, 0.3, len(nights))
    return clock.within(
        (midnight + 24 * n + begin + late[i], midnight + 24 * n + begin + late[i] + length)
        for i, n in enumerate(nights)
    )


def runs(
    clock: Clock, rng: Generator, until: float, hours: tuple[float, float], pause: float, wide: float = 0.8
) -> Mask:
    """Runs of so many hours one after the other until a time; `pause` is the median of the hours between them."""
    spans: list[tuple[float, float]] = []
    at = float(clock.relative[0]) - rng.uniform(0, hours[1])
    until = min(until, float(clock.relative[-1]) + 1)
    while at < until:
        length = rng.uniform(*hours)
        spans.append((at, min(until, at + length)))
        at += length + float(rng.lognormal(np.log(pause), wide))
    return clock.within(spans)


def last_run(clock: Clock, rng: Generator, end: float, hours: tuple[float, float], pause: float) -> Mask:
    """Runs as above, the last of which ends just then, and none after it."""
    earlier = end - rng.uniform(*hours)
    return runs(clock, rng, earlier - rng.uniform(1, 8), hours, pause) | clock.within([(earlier, end)])


def bits(clock: Clock, rng: Generator, share: float) -> Mask:
    """Half hours in which somebody happens to work."""
    halves = (clock.times - clock.times[0]) // 1800
    chosen: Mask = (rng.random(int(halves[-1]) + 1) < share)[halves]
    return chosen


def as_values(mask: Mask) -> Values:
    """1 where it holds."""
    return mask.astype(np.float32)
