"""A machine before it has a name: its type, its demand, since when it runs, and what is measured of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand
from remediator.model import InstanceType
from remediator.observe import catalogue

OLD = 2400.0
"""Hours that most machines have run: longer than any look-back."""

GENERAL = ("m5", "m6i", "c5", "c6i", "r5", "r6i", "m7i")
SIZES = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
SMALL_CORES = ("trn1.2xlarge", "inf2.xlarge", "inf2.8xlarge", "inf2.24xlarge", "inf1.2xlarge", "trn1.32xlarge")
WIDE_CORES = ("inf2.24xlarge", "inf2.48xlarge", "inf1.6xlarge", "inf1.24xlarge", "trn1.32xlarge")
CORES = {name: catalogue.load().types[name].neuron_cores for name in (*SMALL_CORES, *WIDE_CORES)}
"""NeuronCores of types that have some."""
BURSTABLE = ("t3", "t3a")
ACCELERATED = ("g4dn.xlarge", "g5.xlarge", "g5.2xlarge", "g6.xlarge", "g5.12xlarge", "p3.2xlarge", "p3.8xlarge")


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A machine that runs, or stands stopped, since so many `hours`; `metered` and `agent` are when points arrive.

    `metered` is of what the hypervisor counts, `agent` of memory and GPUs, None where no agent was ever installed.
    `takes_all` is that its process takes every NeuronCore, as one does that is not told otherwise, whichever it needs.
    `lives` are those of machines that were at its address before it, the oldest first: from so many hours ago to so
    many.
    """

    type: InstanceType
    demand: Demand
    metered: Mask
    agent: Mask | None
    hours: float = OLD
    stopped: bool = False
    lives: tuple[tuple[float, float], ...] = ()
    takes_all: bool = False


Shape: TypeAlias = Callable[[Clock, Generator], Draft]


def known(name: str) -> InstanceType:
    """A type of the embedded catalogue."""
    found = catalogue.load().instance_type(name)
    if found is None:
        raise KeyError(name)
    return found


def general(rng: Generator, families: tuple[str, ...] = GENERAL) -> InstanceType:
    """A type without accelerators; the middling sizes are met most often."""
    while True:
        size = rng.choice(SIZES, p=(0.1, 0.22, 0.26, 0.22, 0.1, 0.06, 0.04))
        found = catalogue.load().instance_type(f"{rng.choice(families)}.{size}")
        if found is not None:
            return found


def accelerated(rng: Generator) -> InstanceType:
    """A type with GPUs, the small ones most often."""
    return known(str(rng.choice(ACCELERATED, p=(0.24, 0.26, 0.14, 0.1, 0.08, 0.14, 0.04))))


def with_cores(rng: Generator) -> InstanceType:
    """A type with NeuronCores, the small ones most often."""
    return known(str(rng.choice(SMALL_CORES, p=(0.3, 0.3, 0.15, 0.1, 0.1, 0.05))))


def with_many_cores(rng: Generator) -> InstanceType:
    """A type with several devices of NeuronCores."""
    return known(str(rng.choice(WIDE_CORES, p=(0.3, 0.2, 0.2, 0.15, 0.15))))


def burstable(rng: Generator) -> InstanceType:
    """A type that lives on credits."""
    return known(f"{rng.choice(BURSTABLE)}.{rng.choice(('medium', 'large', 'xlarge', '2xlarge'))}")


def arriving(clock: Clock, rng: Generator, lost: float = 0.0005) -> Mask:
    """Points as they come: one is lost now and then, and the newest may be late."""
    mask: Mask = rng.random(len(clock.times)) >= lost
    if rng.random() < 0.3:
        mask[clock.on.count - 1] = False
    return mask


def draft(
    clock: Clock, rng: Generator, type_: InstanceType, demand: Demand, hours: float = OLD, stopped: bool = False
) -> Draft:
    """A machine that is measured as it should be."""
    return Draft(type_, demand, arriving(clock, rng), arriving(clock, rng), hours, stopped)


def gaps(clock: Clock, rng: Generator, count: int, hours: tuple[float, float]) -> Mask:
    """Where points are missing: some stretches of so many hours each, anywhere in the look-back."""
    first = float(clock.relative[0])
    begins = rng.uniform(first, 0, count)
    missing: Mask = np.zeros(len(clock.times), dtype=np.bool_)
    for begin in begins:
        missing |= clock.within([(begin, begin + rng.uniform(*hours))])
    return missing
