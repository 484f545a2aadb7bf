"""Volumes: gp2 ones that are attached, and such as nothing is attached to, for long or since lately."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand
from bench.truth.drafts import OLD
from bench.truth.truth import REGION, Load, Truth, Waste, highest
from remediator.observe import prices

NOTHING = Load(0, 0, 0, 0, 0)
BURST_IOPS = 3000
"""What a gp2 volume below 1,000 GiB reaches while it has credits.
https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"""


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """A volume before it has a name: what it is, how it is used, and what was right.

    `emits` are the periods with points, while it was attached; `snapshot` is whether its code takes a final one.
    """

    shape: str
    type: str
    size: int
    hours: float
    truth: Truth
    demand: Demand | None = None
    emits: Mask | None = None
    snapshot: bool = False


def attached(clock: Clock, rng: Generator, demand: Demand) -> Volume:
    """The one volume of a machine; gp2 only where that holds what the machine asks of it."""
    after = highest(demand, clock.future)
    past = highest(demand, clock.past)
    size = int(rng.choice((30, 100, 150, 300, 500, 1000, 2000, 4000)))
    iops, throughput = capability(size)
    reached = max(iops, BURST_IOPS if size < 1000 else 0)
    holds = max(after.ebs_ops, past.ebs_ops) <= reached and max(after.ebs_bytes, past.ebs_bytes) <= throughput * 2**20
    saving = gp3_saving(size) if holds else Decimal(0)
    truth = Truth(0.0, 0.0, past, after, Waste.VOLUME_TYPE if saving else None, saving, bool(saving))
    emits = np.ones(len(clock.times), dtype=np.bool_)
    return Volume("attached volume", "gp2" if holds else "gp3", size, OLD, truth, demand, emits)


def unattached(clock: Clock, rng: Generator, demand: Demand) -> Volume:
    """A volume that nothing holds: old, young, let go lately, or to be attached again."""
    type_ = str(rng.choice(("gp2", "gp3")))
    size = int(rng.choice((50, 100, 200, 500, 1000, 2000)))
    drawn = rng.random()
    if drawn < 0.55:
        truth = Truth(OLD, None, NOTHING, NOTHING, Waste.UNATTACHED, _storage(type_, size), True)
        hours, snapshot = rng.uniform(24 * 20, OLD), bool(rng.random() < 0.4)
        return Volume("unattached volume, old", type_, size, hours, truth, snapshot=snapshot)
    if drawn < 0.75:
        hours = rng.uniform(1, 24 * 13.5)
        truth = Truth(hours, None, NOTHING, NOTHING, Waste.UNATTACHED, _storage(type_, size))
        return Volume("unattached volume, young", type_, size, hours, truth)
    let_go = -rng.uniform(1, 24 * 13)
    if drawn < 0.95:
        truth = Truth(-let_go, None, NOTHING, NOTHING, Waste.UNATTACHED, _storage(type_, size))
        return Volume("volume let go lately", type_, size, OLD, truth, demand, clock.relative < let_go)
    truth = _typed(type_, size, Truth(OLD, rng.uniform(48, 24 * 29), NOTHING, NOTHING))
    return Volume("volume to be attached again", type_, size, OLD, truth)


def capability(size: int) -> tuple[int, int]:
    """The sustained IOPS and the highest MiB a second of gp2 of a size in GiB.

    https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
    """
    return min(16_000, max(100, 3 * size)), 128 if size <= 170 else 250


def gp3_saving(size: int) -> Decimal:
    """What gp3 of the same size and capability costs less a month; nothing where it costs more."""
    iops, throughput = capability(size)
    after = _price("gp3:storage") * size
    after += _price("gp3:iops") * max(0, iops - 3000) + _price("gp3:throughput") * max(0, throughput - 125)
    return max(Decimal(0), _price("gp2:storage") * size - after)


def _typed(type_: str, size: int, truth: Truth) -> Truth:
    saving = gp3_saving(size) if type_ == "gp2" else Decimal(0)
    if not saving:
        return truth
    return Truth(truth.quiet, truth.back, NOTHING, NOTHING, Waste.VOLUME_TYPE, saving, True)


def _storage(type_: str, size: int) -> Decimal:
    return _price(f"{type_}:storage") * size


def _price(item: str) -> Decimal:
    found = prices.load().price("aws_ebs_volume", item, REGION)
    if found is None:
        raise KeyError(item)
    return found.amount
