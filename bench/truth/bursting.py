"""Machines of burstable types, each the shape of something real."""

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, day_and_night, nightly, runs
from bench.truth.clock import Clock
from bench.truth.demand import Peaks, machine
from bench.truth.drafts import Draft, burstable, draft


def burstable_service(clock: Clock, rng: Generator) -> Draft:
    """A small service day and night, within what its type earns."""
    type_ = burstable(rng)
    share = (type_.baseline_percent or 20) / 100 * rng.uniform(0.1, 0.9)
    wave = day_and_night(clock, rng, rng.uniform(0.05, 0.6), rng.uniform(0.5, 1))
    return draft(clock, rng, type_, machine(clock, rng, type_, wave, Peaks(share, rng.uniform(0.1, 0.7), 0.02, 0.05)))


def burstable_builds(clock: Clock, rng: Generator) -> Draft:
    """Builds that take all CPUs for a while, and nothing between them."""
    type_ = burstable(rng)
    busy = runs(clock, rng, 1e9, (0.2, 1.5), rng.uniform(4, 12))
    peaks = Peaks(rng.uniform(0.5, 1.0), rng.uniform(0.2, 0.7), 0.05, 0.1, resting=0.4)
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(busy), peaks))


def burstable_nights(clock: Clock, rng: Generator) -> Draft:
    """A batch every night that spends what a day has earned, and a quiet day."""
    type_ = burstable(rng)
    peaks = Peaks(rng.uniform(0.4, 1.0), rng.uniform(0.2, 0.7), 0.05, 0.1, resting=0.4)
    activity = as_values(nightly(clock, rng)) + np.float32(rng.uniform(0.01, 0.05))
    return draft(clock, rng, type_, machine(clock, rng, type_, np.minimum(activity, 1).astype(np.float32), peaks))
