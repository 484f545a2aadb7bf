"""A GPU trainer left on after its last run: the rules asked once an hour, until one of them finds it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from bench.truth.activity import last_run
from bench.truth.clock import DECIDING_DAYS, LOOKBACK_DAYS, clock
from bench.truth.demand import Demand
from bench.truth.drafts import Draft, accelerated, draft
from bench.truth.estate import add_machine, empty, moment
from bench.truth.pipeline import wanted
from bench.truth.scoring import What, judged
from bench.truth.trainers import training

TAKEOVER = 4.0
"""Hours after the last run, or twice or three times as many, after which another machine takes a trainer's place."""
PATIENCE = 30
"""Hours after the last run for which the rules are asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hours from the end of a trainer's last run to the first stop proposed, and to the first without a doubt."""

    first: float | None = None
    request: float | None = None


def hours_to_finding(seed: int, trainers: int, folder: Path, days: int = LOOKBACK_DAYS) -> tuple[Finding, ...]:
    """What the rules say of trainers whose last runs end within one hour, asked on the hour as a periodic job does."""
    hour = moment(seed).replace(minute=0, second=0, microsecond=0)
    ends = [hour - timedelta(minutes=float(m)) for m in np.random.default_rng([seed, 9]).uniform(1, 59, trainers)]
    machines = [_left_on(seed, number, hour, end, days) for number, end in enumerate(ends)]
    found = [Finding() for _ in ends]
    for later in range(PATIENCE + 1):
        now = hour + timedelta(hours=later)
        for number in _found(machines, hour, now, folder / "hour.sqlite", days):
            after = (now - ends[number[0]]).total_seconds() / 3600
            known = found[number[0]]
            found[number[0]] = Finding(
                known.first if known.first is not None else after,
                known.request if known.request is not None or not number[1] else after,
            )
    return tuple(found)


def _found(machines: Sequence[Draft], hour: datetime, now: datetime, kept: Path, days: int) -> list[tuple[int, bool]]:
    """The machines that a stop is proposed for at a time, and whether without a doubt."""
    estate = empty(now, kept, days)
    shift = int((now - hour).total_seconds()) // estate.clock.on.period
    for number, machine in enumerate(machines):
        later = _taken_over(_later(machine, shift), number, (now - hour).total_seconds() / 3600)
        add_machine(estate, np.random.default_rng(number), "left on", later, f"i-{number}")
    estate.save()
    changes = wanted(estate.resources, estate.states, estate.known, kept, estate.clock.on, now, estate.came)
    kept.unlink()
    stops = [one for one in judged(estate, changes) if one.what is What.STOP and one.claims]
    return [(int(one.live.resource.id.removeprefix("i-")), one.request) for one in stops]


def _left_on(seed: int, number: int, hour: datetime, end: datetime, days: int) -> Draft:
    """A trainer over all the time that it will be looked at from any of the hours."""
    rng = np.random.default_rng([seed, 9, number])
    axis = clock(hour, days, DECIDING_DAYS + 1 + PATIENCE // 24)
    type_ = accelerated(rng)
    before = (end - hour).total_seconds() / 3600
    busy = last_run(axis, rng, before, (4, 50), 5)
    return draft(axis, rng, type_, training(axis, rng, type_, busy))


def _taken_over(machine: Draft, number: int, since: float) -> Draft:
    """A trainer of which every second is replaced under its address, some hours after its last run."""
    after = since - TAKEOVER * (1 + number % 3)
    return replace(machine, hours=after, lives=((machine.hours, after),)) if number % 2 and after > 0 else machine


def _later(machine: Draft, periods: int) -> Draft:
    """The same machine, its look-back begun so many periods later."""
    cut = {field.name: getattr(machine.demand, field.name)[..., periods:] for field in fields(Demand)}
    agent = None if machine.agent is None else machine.agent[periods:]
    return replace(machine, demand=Demand(**cut), metered=machine.metered[periods:], agent=agent)
