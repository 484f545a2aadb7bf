"""Machines with accelerators, each the shape of something real."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, bits, last_run, nightly, office, runs
from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand, Peaks, accelerators, machine, memory_held
from bench.truth.drafts import Draft, accelerated, arriving, draft, gaps, known
from remediator.model import InstanceType


def training_bursts(clock: Clock, rng: Generator) -> Draft:
    """Experiments one after the other; between them somebody looks at the results, mostly for hours."""
    type_ = accelerated(rng)
    busy = runs(clock, rng, 1e9, (4, 50), 5)
    return draft(clock, rng, type_, training(clock, rng, type_, busy))


def left_on(clock: Clock, rng: Generator) -> Draft:
    """A trainer left on after its last run, a day or many ago."""
    type_ = accelerated(rng)
    busy = last_run(clock, rng, -rng.uniform(25.5, 320), (4, 50), 5)
    return draft(clock, rng, type_, training(clock, rng, type_, busy))


def just_ended(clock: Clock, rng: Generator) -> Draft:
    """A trainer whose last run ended within the day: nobody can know that it was the last."""
    type_ = accelerated(rng)
    busy = last_run(clock, rng, -rng.uniform(0, 23.8), (4, 50), 5)
    return draft(clock, rng, type_, training(clock, rng, type_, busy))


def never_used(clock: Clock, rng: Generator) -> Draft:
    """Launched some hours or days ago for an experiment that never began."""
    type_ = accelerated(rng)
    demand = training(clock, rng, type_, np.zeros(len(clock.times), dtype=np.bool_))
    return draft(clock, rng, type_, demand, hours=rng.uniform(2, 200))


def data_loader(clock: Clock, rng: Generator) -> Draft:
    """Eight GPUs at work behind data loaders that take 4 % of 96 vCPUs."""
    type_ = known("p4d.24xlarge")
    busy = runs(clock, rng, 1e9, (60, 400), 2)
    return draft(clock, rng, type_, training(clock, rng, type_, busy, cpu=0.04))


def nightly_training(clock: Clock, rng: Generator) -> Draft:
    """Retrained every night."""
    type_ = accelerated(rng)
    return draft(clock, rng, type_, training(clock, rng, type_, nightly(clock, rng)))


def weekly_training(clock: Clock, rng: Generator) -> Draft:
    """Retrained once a week, and left on for the six days between."""
    type_ = accelerated(rng)
    begin, length = rng.uniform(0, 168), rng.uniform(3, 20)
    busy = ((clock.times / 3600 - begin) % 168) < length
    return draft(clock, rng, type_, training(clock, rng, type_, busy))


def notebook(clock: Clock, rng: Generator) -> Draft:
    """Somebody's notebook: GPU work now and then in office hours; the kernel often holds its memory over night."""
    type_ = accelerated(rng)
    there = office(clock, rng)
    busy = there & bits(clock, rng, rng.uniform(0.3, 0.7))
    holding = np.ones_like(busy) if rng.random() < 0.4 else there
    return draft(clock, rng, type_, training(clock, rng, type_, busy, cpu=0.15, holding=holding, used=1))


def open_kernel(clock: Clock, rng: Generator) -> Draft:
    """A kernel left open, its GPU memory held: whether its owner comes back after some days is not in the metrics."""
    type_ = accelerated(rng)
    ended = -rng.uniform(25, 300)
    busy = last_run(clock, rng, ended, (1, 9), 14)
    if rng.random() < 0.5:
        busy = busy | (office(clock, rng) & (clock.relative > rng.uniform(2, 200)))
    holding = clock.relative > ended - 9
    return draft(clock, rng, type_, training(clock, rng, type_, busy, cpu=0.1, holding=holding | busy, used=1))


def inference(clock: Clock, rng: Generator) -> Draft:
    """An endpoint that answers in office hours, with its model in memory all the time, and a few requests at night."""
    type_ = accelerated(rng)
    busy = office(clock, rng) | bits(clock, rng, 0.08)
    return draft(clock, rng, type_, training(clock, rng, type_, busy, cpu=0.1, holding=np.ones_like(busy), used=1))


def blind(clock: Clock, rng: Generator) -> Draft:
    """No agent: CPUs nearly idle, and the GPUs busy or not."""
    type_ = accelerated(rng)
    busy = runs(clock, rng, 1e9 if rng.random() < 0.6 else -rng.uniform(30, 200), (20, 100), 3)
    return replace(draft(clock, rng, type_, training(clock, rng, type_, busy, cpu=0.03)), agent=None)


def patchy(clock: Clock, rng: Generator) -> Draft:
    """An agent that stops for hours, also while the GPUs work."""
    type_ = accelerated(rng)
    ends = 1e9 if rng.random() < 0.6 else -rng.uniform(30, 300)
    demand = training(clock, rng, type_, runs(clock, rng, ends, (2, 12), 8), cpu=0.03)
    missing = gaps(clock, rng, 4, (1, 40))
    if rng.random() < 0.5:
        missing |= clock.within([(-rng.uniform(1, 20), 0.0)])
    made = draft(clock, rng, type_, demand)
    return replace(made, agent=arriving(clock, rng, rng.uniform(0, 0.03)) & ~missing)


def started_again(clock: Clock, rng: Generator) -> Draft:
    """Stopped for a week and started again: at work since, or forgotten."""
    type_ = accelerated(rng)
    hours = rng.uniform(2, 90)
    again = runs(clock, rng, 1e9, (4, 50), 5) & (clock.relative > -hours)
    busy = runs(clock, rng, -hours - 168, (4, 50), 5)
    demand = training(clock, rng, type_, busy | again if rng.random() < 0.5 else busy)
    return draft(clock, rng, type_, demand, hours=hours)


def preparing(clock: Clock, rng: Generator) -> Draft:
    """CPUs that prepare data for days before the GPUs are needed."""
    type_ = accelerated(rng)
    busy = runs(clock, rng, -rng.uniform(30, 200), (4, 50), 5)
    work = clock.relative > -60
    demand = training(clock, rng, type_, busy)
    cpu = machine(clock, rng, type_, as_values(work), Peaks(rng.uniform(0.3, 0.9), 0.3, 0.1, 0.2))
    return draft(clock, rng, type_, replace(demand, vcpu=cpu.vcpu, network=cpu.network, working=work | demand.working))


def training(
    clock: Clock,
    rng: Generator,
    type_: InstanceType,
    busy: Mask,
    cpu: float | None = None,
    holding: Mask | None = None,
    used: int | None = None,
) -> Demand:
    """Work on some of the GPUs, or all, with what it takes of the rest of the machine."""
    share = rng.uniform(0.2, 0.7) if cpu is None else cpu
    count = int(rng.choice((1, type_.gpu_count), p=(0.2, 0.8))) if used is None else used
    load = accelerators(clock, rng, type_, busy, count)
    held = memory_held(type_, busy if holding is None else holding, rng.uniform(0.3, 0.95), count)
    peaks = Peaks(share, rng.uniform(0.2, 0.7), rng.uniform(0.02, 0.4), rng.uniform(0.05, 0.5), 0.05, 0.3)
    return machine(clock, rng, type_, as_values(busy), peaks, busy, (load, held))
