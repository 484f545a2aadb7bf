"""Groups and endpoints whose next thirty days are known: whether a lower bound or a smaller size would have held.

    python -m bench.truth.sizes --each 40 --days 32

A group has as many machines as a policy that tracks half of their CPU gives it within its bounds, at once on the way up
and after a quarter of an hour on the way down. A lower largest size is **unsafe** where the policy asks for more in the
days that decide; a smaller least size where machines are overloaded in a period in which they were not before; a
smaller endpoint where it asks for more CPU or memory than what is left has. What is only asked of a person, and what is
withheld, is counted apart; endpoints are judged for dollars too (bench.truth.endpoints). As in `bench.truth.estate`,
what closes accounts is in production; of groups not even that is told.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from bench.table import Row, shown
from bench.truth.clock import Clock, Mask, clock
from bench.truth.endpoints import endpoints
from bench.truth.estate import moment
from bench.truth.loads import LOADS, Load, named
from bench.truth.verdicts import Verdict, context, grade, observed, seen
from planners import group_bounds
from planners.group_bounds import Settings
from remediator.model import Estate, SetAttribute, Usage, Value
from remediator.observe.series import Values

DAYS = 32
"""Days of look-back that hold a month's turn, without which nothing is lowered unasked."""
TYPE = "m5.2xlarge"
TARGET = 0.5
"""The share of their CPU that the policy holds machines at."""
_SLOW = 3
"""Periods after which the policy takes a machine away."""


def sized(load: Values, least: int, largest: int) -> Values:
    """How many machines the policy gives a group, period by period."""
    asked = np.clip(np.ceil(load / TARGET), least, largest)
    held = [asked, *(np.concatenate([np.full(n, least), asked[:-n]]) for n in range(1, _SLOW + 1))]
    size: Values = np.max(held, axis=0).astype(np.float32)
    return size


def groups(axis: Clock, rng: Generator, load: Load) -> Iterator[Verdict]:
    """One group under a load, and what is wanted of it."""
    asked = load(axis, rng)
    most = float(np.ceil(asked[axis.past].max() / TARGET))
    least = max(1, int(rng.choice((1, 2, 4, 8, round(most) + 2))))
    largest = max(least, int(max(most, 1) * rng.choice((1, 2, 5, 20))) + 1)
    size = sized(asked, least, largest)
    share = np.minimum(100, asked / size * 100).astype(np.float32)
    constant = np.ones_like(asked)
    series = {
        "in_service": size,
        "wanted_size": size,
        "allowed_size": constant * largest,
        "cpu": share,
        "memory": share * np.float32(0.3) + np.float32(rng.uniform(5, 40)),
        "network": share * np.float32(rng.uniform(1e3, 4e6)),
        "ebs_bytes": share * np.float32(1e4),
        "ebs_ops": share,
    }
    kind, now = "aws_autoscaling_group", int(size[axis.on.count - 1])
    spec: dict[str, Value] = {"min_size": least, "max_size": largest, "desired_capacity": now}
    spec |= {"instance_types": (TYPE,) * now, "availability_zones": ("us-east-1a",)}
    group = seen(kind, "web", spec, observed(kind, series, axis), axis)
    members = [seen("aws_instance", f"i-{n}", {}, Usage(), axis, member_of="web") for n in range(now)]
    tracks: dict[str, Value] = {"autoscaling_group_name": "web", "policy_type": "TargetTrackingScaling"}
    policy = seen("aws_autoscaling_policy", "arn", tracks, Usage(), axis)
    for change in group_bounds.plan(Estate((group, *members, policy)), context(Settings(), axis)):
        for action in change.actions:
            if isinstance(action, SetAttribute) and isinstance(action.target, int):
                what = "largest size" if action.path == "max_size" else "least size"
                harm = bound_harm(action, asked, (least, largest), axis)
                yield Verdict(named(load), what, grade(change), harm)


def bound_harm(action: SetAttribute, asked: Values, bounds: tuple[int, int], axis: Clock) -> str | None:
    """Why a bound does not hold what is asked in the days that decide; None where it does."""
    target = int(str(action.target))
    if action.path == "max_size":
        wanted = float(np.ceil(asked[axis.future].max() / TARGET))
        return f"{wanted:.0f} are asked for and {target} allowed" if wanted > target else None
    before, after = (_overloaded(asked, least, bounds[1], axis) for least in (bounds[0], target))
    new = int((after & ~before).sum())
    return f"overloaded in {new} periods in which it was not" if new else None


def _overloaded(asked: Values, least: int, largest: int, axis: Clock) -> Mask:
    """Where the machines of the period before do not do."""
    size = sized(asked, least, largest)
    overloaded: Mask = asked[1:] > size[:-1]
    return overloaded[axis.on.count - 1 :]


def judged(each: int, days: int, seed: int = 0) -> Iterator[Verdict]:
    """What is wanted of so many groups and endpoints under each load, beside what would have come of it."""
    for number in range(each):
        axis = clock(moment(seed + number), days)
        for at, load in enumerate(LOADS):
            rng = np.random.default_rng([seed, number, at])
            yield from groups(axis, rng, load)
            yield from endpoints(axis, rng, load)


def described(found: Sequence[Verdict]) -> Iterator[str]:
    """What is wanted of each kind, and every request that is unsafe."""
    counts = Counter((v.what, v.grade, v.harm is not None) for v in found)
    for what, graded in sorted({(v.what, v.grade) for v in found}):
        unsafe = counts[what, graded, True]
        yield f"{what:14} {graded:9} {unsafe + counts[what, graded, False]:6,} of which unsafe {unsafe:,}"
    yield from (f"UNSAFE request: {v.what} under {v.shape}: {v.harm}" for v in found if v.grade == "request" and v.harm)


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print what is wanted of each kind, every request that is unsafe, and hand back the row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=40, help="groups and endpoints under each load")
    parser.add_argument("--days", type=int, default=DAYS, help="days of look-back")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(arguments)
    found = list(judged(asked.each, asked.days, asked.seed))
    for line in described(found):
        print(line)
    requests = [v for v in found if v.grade == "request"]
    bad = [v for v in requests if v.harm]
    figure = f"{len(bad):,} of {len(requests):,} requests"
    return (Row("bounds of groups and sizes of endpoints that would do harm", figure, "0", not bad), dollars(found))


def dollars(found: Iterable[Verdict]) -> Row:
    """What endpoints could save by a step, and what is claimed of it."""
    known = [v for v in found if v.there]
    there, claimed = sum((v.there for v in known), Decimal(0)), sum((v.found for v in known), Decimal(0))
    asked = sum((v.found for v in known if v.grade == "request"), Decimal(0))
    share = float(claimed / there) if there else 1.0
    figure = f"${claimed:,.0f} of ${there:,.0f} a month, {share:.1%} (${asked:,.0f} by pull request)"
    return Row("endpoints: dollars found against dollars there", figure)


if __name__ == "__main__":
    sys.exit(shown(measured()))
