"""Groups and endpoints whose next thirty days are known: whether a lower bound or a smaller size would have held.

    python -m bench.truth.sizes --each 40 --days 32

A group has as many machines as a policy that tracks half of their CPU gives it within its bounds, at once on the way up
and after a quarter of an hour on the way down. A lower largest size is **unsafe** where the policy asks for more in the
days that decide; a smaller least size where machines are overloaded in a period in which they were not before; a
smaller endpoint where it asks for more CPU or memory than the smaller type has. What is only asked of a person, and
what is withheld, is counted apart. As in `bench.truth.estate`, what closes accounts is in production; of groups not
even that is told.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.random import Generator

from bench.table import Row, missed, rendered
from bench.truth.activity import as_values, day_and_night, nightly, runs
from bench.truth.clock import Clock, Mask, clock
from bench.truth.drafts import known
from bench.truth.estate import moment
from bench.truth.pipeline import ACCOUNT
from bench.truth.truth import REGION
from planners import endpoint_size, group_bounds
from planners.endpoint_size import Settings as EndpointSettings
from planners.group_bounds import Settings as GroupSettings
from remediator.model import (
    Attributes,
    Change,
    Context,
    Estate,
    Observation,
    Price,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
    Usage,
    Value,
)
from remediator.observe import catalogue, prices
from remediator.observe.metrics import METRICS
from remediator.observe.series import Values
from remediator.observe.usage import Track, usage

DAYS = 32
"""Days of look-back that hold a month's turn, without which nothing is lowered unasked."""
TYPE = "m5.2xlarge"
TARGET = 0.5
"""The share of their CPU that the policy holds machines at."""
_SLOW = 3
"""Periods after which the policy takes a machine away."""

Settings = TypeVar("Settings")
Load: TypeAlias = Callable[[Clock, Generator], Values]
"""What is asked of a group, in machines that it would wholly take."""


def _noise(axis: Clock, rng: Generator) -> Values:
    noise: Values = rng.lognormal(0, 0.1, len(axis.times)).astype(np.float32)
    return noise


def steady(axis: Clock, rng: Generator) -> Values:
    """Days and nights, all weeks alike."""
    waves: Values = day_and_night(axis, rng, 0.3, 0.7) * np.float32(rng.uniform(0.3, 6)) * _noise(axis, rng)
    return waves


def growing(axis: Clock, rng: Generator) -> Values:
    """As much again within one to four months."""
    grown = np.exp2(axis.relative / 24 / rng.uniform(30, 120))
    load: Values = (steady(axis, rng) * grown).astype(np.float32)
    return load


def bursts(axis: Clock, rng: Generator) -> Values:
    """Little, and at any time for some hours several times as much, no two times alike."""
    mask = runs(axis, rng, 1e9, (1, 12), 40)
    hours = (axis.times - axis.times[0]) // 43_200
    heights = rng.lognormal(np.log(rng.uniform(2, 10)), 0.35, int(hours[-1]) + 1)[hours]
    load: Values = (rng.uniform(0.1, 0.5) + as_values(mask) * heights).astype(np.float32)
    return load


def nights(axis: Clock, rng: Generator) -> Values:
    """Nothing but batches at night."""
    return as_values(nightly(axis, rng)) * np.float32(rng.uniform(2, 15)) + np.float32(0.05)


def month_end(axis: Clock, rng: Generator) -> Values:
    """At the turn of a month many times what is asked otherwise."""
    return (steady(axis, rng) * np.where(axis.month_turn(), rng.uniform(4, 12), 1)).astype(np.float32)


def quarter_end(axis: Clock, rng: Generator) -> Values:
    """Once in the days that decide, which nothing in the look-back tells of, up to 1.8 times as much."""
    at = float(rng.uniform(24, 600))
    once = axis.within([(at, at + 30)])
    return (steady(axis, rng) * np.where(once, rng.uniform(1.2, 1.8), 1)).astype(np.float32)


LOADS: tuple[Load, ...] = (steady, growing, bursts, nights, month_end, quarter_end)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wanted of one shape, and why it is unsafe; `grade` is request, question or withheld."""

    shape: str
    what: str
    grade: str
    harm: str | None


def sized(load: Values, least: int, largest: int) -> Values:
    """How many machines the policy gives a group, period by period."""
    asked = np.clip(np.ceil(load / TARGET), least, largest)
    held = [asked, *(np.concatenate([np.full(n, least), asked[:-n]]) for n in range(1, _SLOW + 1))]
    size: Values = np.max(held, axis=0).astype(np.float32)
    return size


def observed(kind: str, series: dict[str, Values], axis: Clock) -> Usage:
    """The use that observation would see of such series."""
    metrics = {metric.name: metric for metric in METRICS if metric.kind == kind}
    shared = {metric.name: metric for metric in METRICS if metric.kind == "aws_instance"} | metrics
    return usage([Track(shared[name], values[axis.past], 0) for name, values in series.items()], axis.on, None)


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
    group = _seen(kind, "web", spec, observed(kind, series, axis), axis)
    members = [_seen("aws_instance", f"i-{n}", {}, Usage(), axis, member_of="web") for n in range(now)]
    tracks: dict[str, Value] = {"autoscaling_group_name": "web", "policy_type": "TargetTrackingScaling"}
    policy = _seen("aws_autoscaling_policy", "arn", tracks, Usage(), axis)
    for change in group_bounds.plan(Estate((group, *members, policy)), _context(GroupSettings(), axis)):
        for action in change.actions:
            if isinstance(action, SetAttribute) and isinstance(action.target, int):
                what = "largest size" if action.path == "max_size" else "least size"
                harm = bound_harm(action, asked, (least, largest), axis)
                yield Verdict(_name(load), what, _grade(change), harm)


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


def endpoints(axis: Clock, rng: Generator, load: Load) -> Iterator[Verdict]:
    """One endpoint under a load, and what is wanted of it."""
    type_ = known(str(rng.choice(("m5.xlarge", "m5.2xlarge", "m5.4xlarge"))))
    asked = load(axis, rng)
    cores = np.minimum(type_.vcpu or 0, asked * np.float32((type_.vcpu or 0) * rng.uniform(0.02, 0.3)))
    memory = np.minimum(100, cores * np.float32(1.5) + np.float32(rng.uniform(5, 60)))
    flow = cores * np.float32(rng.uniform(0.01, 3))
    series = {"cpu": cores * np.float32(100), "memory": memory, "invocations": flow, "disk": np.full_like(cores, 9)}
    path = "production_variants"
    spec: dict[str, Value] = {f"{path}.instance_type": f"ml.{type_.name}", f"{path}.model_name": "m"}
    spec |= {f"{path}.initial_instance_count": 1}
    config = _seen("aws_sagemaker_endpoint_configuration", "c-1", spec, Usage(), axis)
    runs_on: dict[str, Value] = {"endpoint_config_name": "c-1", "endpoint_status": "InService"}
    kind = "aws_sagemaker_endpoint"
    endpoint = _seen(kind, "e", {**runs_on, "instance_counts": ("1",)}, observed(kind, series, axis), axis)
    if load is month_end:
        endpoint = replace(endpoint, environment="prod")
    for change in endpoint_size.plan(Estate((config, endpoint)), _context(EndpointSettings(), axis)):
        for option in (change, *change.instead):
            [target] = [
                str(a.target) for a in option.actions if isinstance(a, SetAttribute) and a.path.startswith(path)
            ]
            smaller = known(target.removeprefix("ml."))
            mib = memory[axis.future].max() / 100 * (type_.memory_mib or 0)
            needed = float(cores[axis.future].max())
            fits = needed <= (smaller.vcpu or 0) and mib <= (smaller.memory_mib or 0)
            harm = None if fits else f"{needed:.1f} vCPU and {mib / 1024:.1f} GiB are asked of {target}"
            yield Verdict(_name(load), "endpoint", _grade(change), harm)


class _Hosting:
    """List prices; those of SageMaker, which are not embedded, as a fifth more than the machine's."""

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind."""
        if kind != "aws_sagemaker_endpoint":
            return prices.load().price(kind, item, region)
        found = prices.load().price("aws_instance", item.removeprefix("ml."), region)
        return found and replace(found, amount=found.amount * 6 / 5)


def _context(settings: Settings, axis: Clock) -> Context[Settings]:
    return Context(datetime.fromtimestamp(axis.on.end, UTC), _Hosting(), catalogue.load(), settings)


def _seen(
    kind: str, id_: str, spec: dict[str, Value], of: Usage, axis: Clock, member_of: str | None = None
) -> Observation:
    """A resource that has stood for a year, as code with a generated name that refers to what it uses declares it."""
    made = datetime.fromtimestamp(axis.on.end, UTC) - timedelta(days=365)
    resource = Resource("aws", ACCOUNT, REGION, kind, id_, None, Attributes(spec), Attributes(), made, member_of)
    at = StateAddress("infra", ".", "s3:estate", "default", "l", 1, "", "managed", kind, "x", None)
    refers = ("aws_sagemaker_endpoint_configuration.x",)
    declared = StateResource(at, id_, None, Attributes({"name_prefix": "c-"}), refers)
    return Observation(resource, of, None, declared)


def _grade(change: Change) -> str:
    return "withheld" if change.withheld else "question" if change.doubts else "request"


def _name(load: Load) -> str:
    return str(getattr(load, "__name__", load)).replace("_", " ")


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
    for what, grade in sorted({(v.what, v.grade) for v in found}):
        unsafe = counts[what, grade, True]
        yield f"{what:14} {grade:9} {unsafe + counts[what, grade, False]:6,} of which unsafe {unsafe:,}"
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
    return (Row("bounds of groups and sizes of endpoints that would do harm", figure, "0", not bad),)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where an aim is missed."""
    rows = measured(arguments)
    print(f"\n{rendered(rows)}")
    return missed(rows)


if __name__ == "__main__":
    sys.exit(main())
