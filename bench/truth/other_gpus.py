"""GPU machines for which another model of GPU comes into question, or seems to."""

import numpy as np
from numpy.random import Generator

from bench.truth.activity import bits, day_and_night, office, runs
from bench.truth.clock import Clock
from bench.truth.demand import Demand, Peaks, machine, memory_held, wobble
from bench.truth.drafts import Draft, draft, known
from bench.truth.trainers import training

_EARLIER = ("p3dn.24xlarge", "p3.16xlarge")
_SILENT = ("g4ad.4xlarge", "g5g.4xlarge", "g3.4xlarge", "g7.4xlarge")
_SERVING = ("g4dn.xlarge", "g5.xlarge", "g5.2xlarge", "g6.2xlarge", "g6e.xlarge", "g6e.2xlarge")


def earlier_gpus(clock: Clock, rng: Generator) -> Draft:
    """Eight V100 at work day and night: eight A100 cost less."""
    type_ = known(str(rng.choice(_EARLIER)))
    return draft(clock, rng, type_, training(clock, rng, type_, runs(clock, rng, 1e9, (60, 400), 2)))


def gpus_without_a_sheet(clock: Clock, rng: Generator) -> Draft:
    """GPUs at work, or little used, of a model whose speed is not known: no other model may be named."""
    type_ = known(str(rng.choice(_SILENT)))
    if rng.random() < 0.5:
        return draft(clock, rng, type_, served(clock, rng, type_.name, rng.uniform(5, 40)))
    return draft(clock, rng, type_, training(clock, rng, type_, runs(clock, rng, 1e9, (20, 100), 3)))


def half_the_bandwidth(clock: Clock, rng: Generator) -> Draft:
    """An A10G that is at work for half of the time or more: an L4 costs a fifth less, and would not be enough."""
    type_ = str(rng.choice(("g5.xlarge", "g5.2xlarge")))
    return draft(clock, rng, known(type_), served(clock, rng, type_, rng.uniform(52, 98)))


def lightly_served(clock: Clock, rng: Generator) -> Draft:
    """A model that answers now and then: its GPU is busy for a part of the time, at whatever it does then."""
    type_ = str(rng.choice(_SERVING))
    return draft(clock, rng, known(type_), served(clock, rng, type_, float(rng.choice((3, 10, 20, 30, 38)))))


def served(clock: Clock, rng: Generator, name: str, percent: float) -> Demand:
    """Requests by day and night, and now and then a burst, that keep the GPU busy for at most so much of the time."""
    type_ = known(name)
    asked = day_and_night(clock, rng, rng.uniform(0.1, 0.6), rng.uniform(0.4, 0.9))
    asked = np.where(bits(clock, rng, 0.03) & office(clock, rng), np.float32(1), asked * np.float32(0.9))
    busy = np.clip(percent * asked * wobble(clock, rng, 0.03), 0, 100).astype(np.float32)
    load = np.rint(np.tile(busy, (type_.gpu_count, 1)))
    held = memory_held(type_, np.ones(len(busy), dtype=np.bool_), rng.uniform(0.15, 0.8), type_.gpu_count)
    peaks = Peaks(rng.uniform(0.1, 0.6), rng.uniform(0.2, 0.7), rng.uniform(0.02, 0.3), rng.uniform(0.05, 0.3), 0.05)
    return machine(clock, rng, type_, asked.astype(np.float32), peaks, load[0] > 0, (load, held))
