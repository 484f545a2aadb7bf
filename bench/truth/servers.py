"""Machines without accelerators, each the shape of something real."""

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from bench.truth.activity import as_values, day_and_night, nightly, office, runs
from bench.truth.clock import Clock
from bench.truth.demand import Peaks, machine
from bench.truth.drafts import Draft, arriving, draft, gaps, general
from remediator.observe.series import Values


def service(clock: Clock, rng: Generator) -> Draft:
    """A service day and night, sized anyhow: its peaks take from 5 to 95 % of what it has."""
    type_ = general(rng)
    return draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), _anyhow(rng, 0.05, 0.95)))


def weekday_service(clock: Clock, rng: Generator) -> Draft:
    """A service that people use in office hours; sized for them, or twice."""
    type_ = general(rng)
    peaks = _anyhow(rng, 0.1, 0.9)
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(office(clock, rng)), peaks))


def oversized(clock: Clock, rng: Generator) -> Draft:
    """A service on a machine that somebody chose large to be safe: no peak takes more than a third."""
    type_ = general(rng)
    return draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), _anyhow(rng, 0.05, 0.34)))


def nightly_batch(clock: Clock, rng: Generator) -> Draft:
    """A batch that takes all CPUs for some hours every night, and nothing by day."""
    type_ = general(rng, ("c5", "c6i", "m5", "m6i"))
    peaks = Peaks(rng.uniform(0.75, 1.0), rng.uniform(0.2, 0.9), rng.uniform(0.02, 0.3), rng.uniform(0.1, 0.6))
    peaks = replace(peaks, resting=0.2)
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(nightly(clock, rng)), peaks))


def month_end(clock: Clock, rng: Generator) -> Draft:
    """Accounts are closed at the turn of the month and take all that there is; for weeks it looks far too large."""
    type_ = general(rng)
    turn = clock.month_turn()
    little = np.float32(rng.uniform(0.02, 0.15)) * as_values(office(clock, rng))
    activity = np.where(turn & (clock.hour(0) > rng.uniform(0, 4)), np.float32(1), little).astype(np.float32)
    peaks = Peaks(rng.uniform(0.7, 0.95), rng.uniform(0.5, 0.9), 0.1, rng.uniform(0.2, 0.6), resting=0.3)
    return draft(clock, rng, type_, machine(clock, rng, type_, activity, peaks, turn | (activity > 0)))


def weekly_report(clock: Clock, rng: Generator) -> Draft:
    """A service at a tenth of its CPUs, and a report every week that takes most of them for an hour or two."""
    type_ = general(rng)
    activity = (np.float32(0.12) * _wave(clock, rng)).astype(np.float32)
    every = int(rng.integers(7)) * 24 + rng.uniform(0, 24)
    phase = (clock.times / 3600) % 168
    activity[(phase >= every) & (phase < every + rng.uniform(0.7, 2))] = 1
    peaks = replace(_anyhow(rng, 0.1, 0.4), cpu=rng.uniform(0.6, 0.9))
    return draft(clock, rng, type_, machine(clock, rng, type_, activity, peaks))


def memory_bound(clock: Clock, rng: Generator) -> Draft:
    """A cache or a database: memory nearly full, CPUs nearly idle."""
    type_ = general(rng, ("r5", "r6i", "m5", "m6i"))
    peaks = Peaks(rng.uniform(0.03, 0.2), rng.uniform(0.6, 0.95), rng.uniform(0.02, 0.2), 0.1, resting=0.95)
    return draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), peaks))


def network_bound(clock: Clock, rng: Generator) -> Draft:
    """A proxy: the network at its baseline, little else."""
    type_ = general(rng, ("m5", "m6i", "c5", "c6i"))
    peaks = Peaks(rng.uniform(0.05, 0.25), rng.uniform(0.05, 0.3), rng.uniform(0.55, 0.95), 0.02)
    return draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), peaks))


def disk_bound(clock: Clock, rng: Generator) -> Draft:
    """A log store: volumes at the machine's baseline, little else."""
    type_ = general(rng, ("m5", "m6i", "r5", "r6i"))
    peaks = Peaks(rng.uniform(0.05, 0.25), rng.uniform(0.1, 0.35), 0.1, rng.uniform(0.55, 0.95))
    return draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), peaks))


def new_instance(clock: Clock, rng: Generator) -> Draft:
    """Some days old: of its first weeks nobody knows what it will do, and it may grow when it goes live."""
    type_ = general(rng)
    activity = _wave(clock, rng)
    activity[clock.relative < rng.uniform(0, 240)] *= np.float32(rng.choice((0.1, 1.0)))
    made = machine(clock, rng, type_, activity, _anyhow(rng, 0.1, 0.9))
    return draft(clock, rng, type_, made, hours=rng.uniform(3, 300))


def without_agent(clock: Clock, rng: Generator) -> Draft:
    """CPUs far from busy, and nobody measures the memory, which may be full."""
    type_ = general(rng)
    peaks = replace(_anyhow(rng, 0.05, 0.34), memory=rng.uniform(0.1, 0.95))
    return replace(draft(clock, rng, type_, machine(clock, rng, type_, _wave(clock, rng), peaks)), agent=None)


def with_gaps(clock: Clock, rng: Generator) -> Draft:
    """Points missing here and there, or for days: less is known than the series seem to say."""
    made = service(clock, rng)
    missing = gaps(clock, rng, int(rng.integers(1, 5)), (0.5, 30))
    agent = arriving(clock, rng, rng.uniform(0.001, 0.08)) & ~missing
    return replace(made, agent=agent, metered=made.metered & ~(missing & (rng.random() < 0.3)))


def starved_agent(clock: Clock, rng: Generator) -> Draft:
    """A nightly batch under which the agent itself gets no time: no points just when memory is full."""
    made = nightly_batch(clock, rng)
    type_ = general(rng, ("m5", "m6i"))
    busy = nightly(clock, rng)
    peaks = Peaks(rng.uniform(0.2, 0.4), rng.uniform(0.6, 0.95), 0.05, 0.2, resting=0.3)
    demand = machine(clock, rng, type_, as_values(busy), peaks)
    return Draft(type_, demand, made.metered, arriving(clock, rng) & ~busy)


def stopped_week(clock: Clock, rng: Generator) -> Draft:
    """Stopped for a week: it stands still now, or was started again some hours or days ago."""
    made = service(clock, rng)
    if rng.random() < 0.5:
        still = clock.relative > -rng.uniform(160, 200)
        return replace(made, stopped=True, metered=made.metered & ~still, agent=made.metered & ~still)
    return replace(made, hours=rng.uniform(2, 100))


def idle_server(clock: Clock, rng: Generator) -> Draft:
    """Left on after a test: nothing for weeks but what the system does by itself."""
    type_ = general(rng)
    ended = -rng.uniform(24 * 14.2, 24 * 60) if rng.random() < 0.8 else -rng.uniform(30, 24 * 13)
    busy = runs(clock, rng, ended, (3, 20), 10)
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(busy), _anyhow(rng, 0.2, 0.8)))


def standby(clock: Clock, rng: Generator) -> Draft:
    """A spare that works for some hours once a month: nothing in the look-back, something in the days after."""
    type_ = general(rng)
    at = rng.uniform(30, 24 * 29)
    busy = clock.within([(at - 24 * 30.4, at - 24 * 30.4 + 5), (at, at + 5)])
    return draft(clock, rng, type_, machine(clock, rng, type_, as_values(busy), _anyhow(rng, 0.3, 0.9)))


def _wave(clock: Clock, rng: Generator) -> Values:
    return day_and_night(clock, rng, rng.uniform(0.15, 0.7), rng.uniform(0.4, 1.0))


def _anyhow(rng: Generator, least: float, most: float) -> Peaks:
    """CPU and memory each anywhere between, the rest as services mostly are; some are noisier."""
    return Peaks(
        rng.uniform(least, most),
        rng.uniform(least, most),
        rng.uniform(0.01, 0.2),
        rng.uniform(0.01, 0.25),
        spread=rng.uniform(0.03, 0.15),
        resting=rng.uniform(0.6, 0.95),
    )
