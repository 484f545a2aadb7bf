"""A GPU trainer left on after its last run: the rules asked once an hour, until one of them finds it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.random import Generator

from bench.truth.activity import last_run
from bench.truth.clock import Clock
from bench.truth.drafts import Draft, Shape, accelerated, draft
from bench.truth.estate import generate, moment
from bench.truth.pipeline import wanted
from bench.truth.scoring import What, judged
from bench.truth.trainers import training

PATIENCE = 30
"""Hours after the last run for which the rules are asked."""


def hours_to_finding(seed: int, trainers: int, folder: Path) -> tuple[float | None, ...]:
    """For each trainer the hours from the end of its last run to the first stop proposed without a doubt.

    Every hour has an estate of its own, the same machines seen an hour later; None where none was proposed.
    """
    hour = moment(seed).replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    ends = [hour - timedelta(minutes=float(m)) for m in np.random.default_rng([seed, 9]).uniform(1, 59, trainers)]
    found: dict[int, float] = {}
    for later in range(PATIENCE + 1):
        now = hour + timedelta(hours=later)
        waiting = [n for n in range(trainers) if n not in found]
        if not waiting:
            break
        kept = folder / "hour.sqlite"
        estate = generate(seed, trainers, kept, now, tuple(_left_on(end) for end in ends))
        changes = wanted(estate.resources, estate.states, estate.known, kept, estate.clock.on, now)
        kept.unlink()
        ids = list(estate.live)
        for one in judged(estate, changes):
            number = int(one.live.resource.id[-13:], 16)
            if one.what is What.STOP and one.claims and one.request and one.live.resource.id in ids:
                found.setdefault(number, (now - ends[number]).total_seconds() / 3600)
    return tuple(found.get(n) for n in range(trainers))


def _left_on(end: datetime) -> Shape:
    def left_on(clock: Clock, rng: Generator) -> Draft:
        type_ = accelerated(rng)
        before = (end.timestamp() - clock.on.end) / 3600
        busy = last_run(clock, rng, before, (4, 50), 5)
        return draft(clock, rng, type_, training(clock, rng, type_, busy))

    return left_on
