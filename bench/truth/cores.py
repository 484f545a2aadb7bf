"""Machines with Trainium or Inferentia, each the shape of something real.

What is told of them comes from the Neuron monitor, which tells of a core only while a process has it.
"""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, bits, last_run, office, runs
from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand, Peaks, cores_at_work, machine
from bench.truth.drafts import Draft, draft, with_cores, with_many_cores
from remediator.model import InstanceType
from remediator.observe.series import Values


def neuron_bursts(clock: Clock, rng: Generator) -> Draft:
    """Training runs one after the other, with hours between them."""
    type_ = with_cores(rng)
    return draft(clock, rng, type_, _training(clock, rng, type_, runs(clock, rng, 1e9, (4, 50), 5)))


def neuron_left_on(clock: Clock, rng: Generator) -> Draft:
    """A trainer left on after its last run, its process ended."""
    type_ = with_cores(rng)
    busy = last_run(clock, rng, -rng.uniform(25.5, 320), (4, 50), 5)
    return draft(clock, rng, type_, _training(clock, rng, type_, busy))


def neuron_never_used(clock: Clock, rng: Generator) -> Draft:
    """Launched for an experiment that never began: no process ever had a core, so that nothing is told of them."""
    type_ = with_cores(rng)
    never = np.zeros(len(clock.times), dtype=np.bool_)
    return draft(clock, rng, type_, _training(clock, rng, type_, never), hours=rng.uniform(2, 200))


def neuron_serving(clock: Clock, rng: Generator) -> Draft:
    """A model that is held all the time, asked in office hours and now and then at night."""
    type_ = with_cores(rng)
    busy = office(clock, rng) | bits(clock, rng, 0.08)
    return draft(clock, rng, type_, _training(clock, rng, type_, busy, np.ones_like(busy)))


def neuron_open(clock: Clock, rng: Generator) -> Draft:
    """A process left open with its model; whether somebody asks it again after some days is not in the metrics."""
    type_ = with_cores(rng)
    ended = -rng.uniform(25, 300)
    busy = last_run(clock, rng, ended, (1, 9), 14)
    if rng.random() < 0.5:
        busy = busy | (office(clock, rng) & (clock.relative > rng.uniform(2, 200)))
    return draft(clock, rng, type_, _training(clock, rng, type_, busy, (clock.relative > ended - 9) | busy))


def neuron_blind(clock: Clock, rng: Generator) -> Draft:
    """Nothing collects from the monitor: CPUs nearly idle, and the cores busy or not."""
    type_ = with_cores(rng)
    busy = runs(clock, rng, 1e9 if rng.random() < 0.6 else -rng.uniform(30, 200), (20, 100), 3)
    return replace(draft(clock, rng, type_, _training(clock, rng, type_, busy, cpu=0.03)), agent=None)


def neuron_wide(clock: Clock, rng: Generator) -> Draft:
    """A model or some on a machine with many cores that somebody chose to be safe; its process may take all of them."""
    type_ = with_many_cores(rng)
    used = int(rng.integers(1, type_.neuron_cores // 3 + 1))
    busy = office(clock, rng) | bits(clock, rng, 0.2)
    devices = cores_at_work(clock, rng, type_, busy, np.ones_like(busy), used, used)
    made = draft(clock, rng, type_, _around(clock, rng, type_, used, busy, devices))
    return replace(made, takes_all=bool(rng.random() < 0.5))


def neuron_filled(clock: Clock, rng: Generator) -> Draft:
    """Models on all cores, most of which nobody asks for weeks: they hold their cores all the same."""
    type_ = with_many_cores(rng)
    busy = office(clock, rng) | bits(clock, rng, 0.2)
    used = int(rng.integers(1, type_.neuron_cores // 3 + 1))
    devices = cores_at_work(clock, rng, type_, busy, np.ones_like(busy), used)
    return draft(clock, rng, type_, _around(clock, rng, type_, used, busy, devices))


def neuron_tight(clock: Clock, rng: Generator) -> Draft:
    """All cores of a machine at work whose CPUs and memory are needed to feed them."""
    type_ = with_cores(rng)
    busy = office(clock, rng) | bits(clock, rng, 0.3)
    devices = cores_at_work(clock, rng, type_, busy, np.ones_like(busy))
    peaks = Peaks(rng.uniform(0.5, 0.9), rng.uniform(0.5, 0.9), rng.uniform(0.02, 0.3), rng.uniform(0.1, 0.6), 0.05)
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(busy), peaks, busy, devices))


def neuron_weekly(clock: Clock, rng: Generator) -> Draft:
    """Some cores day by day, and all of them for the hours of a weekly run."""
    phase, begin = (clock.times / 3600) % 168, rng.uniform(0, 144)
    return _bursting(clock, rng, (phase >= begin) & (phase < begin + rng.uniform(2, 20)))


def neuron_month_end(clock: Clock, rng: Generator) -> Draft:
    """Some cores day by day, and all of them at the turn of the month, when everything is scored anew."""
    return _bursting(clock, rng, clock.month_turn())


def _bursting(clock: Clock, rng: Generator, run: Mask) -> Draft:
    """A machine that needs all of its cores, and what feeds them, in its runs alone."""
    type_ = with_many_cores(rng)
    used = int(rng.integers(1, type_.neuron_cores // 3 + 1))
    busy = office(clock, rng) | bits(clock, rng, 0.2)
    daily = cores_at_work(clock, rng, type_, busy, np.ones_like(busy), used, used)
    wholly = cores_at_work(clock, rng, type_, run, run)
    devices = (np.maximum(daily[0], wholly[0]), np.maximum(daily[1], wholly[1]))
    return draft(clock, rng, type_, _around(clock, rng, type_, used, busy | run, devices))


def _around(
    clock: Clock, rng: Generator, type_: InstanceType, used: int, busy: Mask, devices: tuple[Values, Values]
) -> Demand:
    """What so many cores take of the rest of the machine: about their share of it, and of the network little."""
    share = used / type_.neuron_cores
    cpu, memory, network, ebs = (share * rng.uniform(*of) for of in ((0.2, 1.2), (0.2, 1.2), (0.002, 0.1), (0.1, 0.8)))
    return machine(clock, rng, type_, as_values(busy), Peaks(cpu, memory, network, ebs, 0.05, 0.6), busy, devices)


def _training(
    clock: Clock,
    rng: Generator,
    type_: InstanceType,
    busy: Mask,
    holding: Mask | None = None,
    cpu: float | None = None,
) -> Demand:
    """Work on all cores, with what it takes of the rest of the machine, which is little."""
    share = rng.uniform(0.02, 0.3) if cpu is None else cpu
    devices = cores_at_work(clock, rng, type_, busy, busy if holding is None else holding)
    peaks = Peaks(share, rng.uniform(0.1, 0.5), rng.uniform(0.02, 0.3), rng.uniform(0.05, 0.3), 0.05, 0.3)
    return machine(clock, rng, type_, as_values(busy), peaks, busy, devices)
