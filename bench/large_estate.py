"""An estate of 100,000 live resources from what was seen to what is worth delivering: seconds and memory.

    python -m bench.large_estate --resources 100000

Resources, their states and their use are generated straight into what observation hands on (one account and region,
the hardest case: nothing is apart). Every step that sees all of it is timed: what of its metrics is affordable, the
estate put together, all rules, what is worth delivering, the figures of the summary. Each size runs in a process of its
own, and a quarter of the size beside it says whether time grows faster than the estate. Seconds are of the processor.
"""

import argparse
import gc
import resource as limits
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

from bench.table import Row, shown
from remediator.config import Config
from remediator.model import (
    Attributes,
    Change,
    MetricSummary,
    Resource,
    StateAddress,
    StateResource,
    Usage,
    Value,
    Window,
)
from remediator.observe import catalogue, prices
from remediator.observe.affording import rations
from remediator.observe.sighting import Sighting
from remediator.registry import load_planners
from remediator.run.asking import ask
from remediator.run.estate import assemble
from remediator.run.kpis import kpis
from remediator.run.weighing import worth_delivering

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNIT = "ml/us-east-1"
SMALLER = 4
NOISE = 0.5
"""Seconds below which a step is not judged."""
SLOWER = 2.0
"""How much more than in proportion a step may take: noise, and what sorting costs."""
TAGS = {"required_tags": {"tags": ["team"], "values": [{"tag": "team", "value": "ml"}]}}

T = TypeVar("T")
Spec = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: seconds by step, MiB at most of the process, and how many changes came of it."""

    resources: int
    seconds: dict[str, float]
    mib: float
    changes: int


def generated(count: int) -> Iterator[tuple[Resource, dict[str, float]]]:
    """Resources by the dozen kinds that accounts are full of, each with the highest of its metrics."""
    quiet = {"cpu": 2.0, "network": 10.0, "ebs_bytes": 1e3, "ebs_ops": 1.0, "memory": 20.0}
    busy = {"cpu": 70.0, "network": 5e7, "ebs_bytes": 1e7, "ebs_ops": 300.0, "memory": 70.0}
    for n in range(-(-count // 18)):  # there are as many for each
        group = f"g-{n // 5}"
        for m in range(6):
            member = {"group": group} if m < 3 and n % 5 == 0 else {}
            type_ = "g5.xlarge" if m == 5 and n % 10 == 0 else "m5.2xlarge"
            spec: Spec = {"instance_type": type_, "instance_state": "running", "volume_ids": (f"vol-{n}-{m}",)}
            yield _live("aws_instance", f"i-{n}-{m}", spec, n, **member), quiet if (n + m) % 7 == 0 else busy
            disk: Spec = {"type": "gp2" if m % 2 else "gp3", "size": 200 + m, "state": "in-use"}
            yield _live("aws_ebs_volume", f"vol-{n}-{m}", disk | {"attached_to": (f"i-{n}-{m}",)}, n), {"volume_ops": 9}
        loose: Spec = {"type": "gp3", "size": 100, "state": "available", "attached_to": ()}
        yield _live("aws_ebs_volume", f"vol-{n}", loose, n), {"volume_ops": 0.0}
        yield _live("aws_ebs_snapshot", f"snap-{n}", {"volume_id": f"vol-{n}", "volume_size": 100}, n), {}
        yield _live("aws_cloudwatch_log_group", f"/app/{n}", {"name": f"/app/{n}", "stored_bytes": 1e12}, n), {}
        yield _live("aws_lb", f"lb-{n}", {"load_balancer_type": "application"}, n), {"new_connections": 0.0}
        yield from _rarer(n, group)


def _rarer(n: int, group: str) -> Iterator[tuple[Resource, dict[str, float]]]:
    """Groups, their policies, endpoints and databases: what rules look up one in the other."""
    if n % 5 == 0:
        sizes: Spec = {"min_size": 3, "max_size": 100, "desired_capacity": 3, "member_types": ("m5.2xlarge",) * 3}
        grown = {"in_service": 3.0, "wanted_size": 3.0, "allowed_size": 100.0, "cpu": 20.0, "memory": 20.0}
        yield _live("aws_autoscaling_group", group, {**sizes, "availability_zones": ("us-east-1a",)}, n), grown
        tracks: Spec = {"autoscaling_group_name": group, "policy_type": "TargetTrackingScaling", "enabled": True}
        yield _live("aws_autoscaling_policy", f"p-{n}", tracks, n), {}
    elif n % 5 == 1:
        path = "production_variants"
        config: Spec = {f"{path}.instance_type": "ml.m5.4xlarge", f"{path}.model_name": "m"}
        yield _live("aws_sagemaker_endpoint_configuration", f"c-{n}", config, n), {}
        runs: Spec = {"endpoint_config_name": f"c-{n}", "endpoint_status": "InService", "instance_counts": ("1",)}
        used = {"cpu": 50.0, "memory": 10.0, "invocations": 1.0, "disk": 5.0}
        yield _live("aws_sagemaker_endpoint", f"e-{n}", {**runs, "instance_types": ("ml.m5.4xlarge",)}, n), used
    else:
        held: Spec = {"instance_class": "db.m5.2xlarge", "engine": "mysql", "storage_type": "gp2"}
        shown = {"cpu": 10.0, "connections": 5.0, "free_memory": 2e10, "free_storage": 1e11}
        yield _live("aws_db_instance", f"db-{n}", {**held, "allocated_storage": 500}, n), shown
        yield _live("aws_eip", f"eip-{n}", {"association_id": None if n % 2 else "x"}, n), {}


def _live(kind: str, id_: str, spec: Spec, n: int, group: str | None = None) -> Resource:
    known = Attributes({key: value for key, value in spec.items() if value is not None})
    tags = Attributes({"Name": id_, "env": ("dev", "prod", "staging")[n % 3]})
    made = NOW - timedelta(days=200)
    return Resource("aws", "ml", "us-east-1", kind, id_, None, known, tags, made, member_of=group)


def usage(highest: dict[str, float]) -> Usage:
    """Both windows of each metric, as measuring hands them on: nothing is shared but what never differs."""
    both = ((Window.RECENT, 1), (Window.LOOKBACK, 14))
    return Usage(tuple(_summary(name, value, window, days) for name, value in highest.items() for window, days in both))


def _summary(name: str, high: float, window: Window, days: int) -> MetricSummary:
    start, points = NOW - timedelta(days=days), days * 288
    low = (high * 0.1, high * 0.5, high * 0.8, high * 0.95)
    said = f"CloudWatch: {name}"
    return MetricSummary(
        name, "%", window, start, NOW, points, points, *low, high, start, said, None, None, low[1], bytes(14)
    )


def declared(live: Resource, n: int) -> StateResource:
    """What its state holds, in one of as many roots as there are hundreds of resources."""
    at = StateAddress(
        "infra", f"roots/{n // 100}", f"s3:{n // 100}", "default", "l", 1, "", "managed", live.kind, f"r{n}", None
    )
    keys = ("Name", "env")
    return StateResource(at, live.id, None, Attributes({}), configured_by="provider.aws", tag_keys=keys)


def run(count: int) -> Measured:
    """One size, from what was seen to what is worth delivering."""
    made = list(generated(count))
    resources = tuple(one for one, _ in made)
    usages = tuple((f"{one.kind}/{one.id}", usage(high)) for one, high in made if high)
    states = [declared(one, n) for n, one in enumerate(resources) if one.member_of is None]
    seen = Sighting(UNIT, resources, usages, (), (), frozenset())
    config = Config.model_validate({"planners": TAGS, "run": {"state_dir": "/nonexistent"}})
    book, seconds = prices.load(), dict[str, float]()

    def timed(step: str, work: Callable[[], T]) -> T:
        gc.collect()
        gc.disable()  # a sweep over all that is alive would count for the step that it happens to fall into
        begun = time.process_time()
        answer = work()
        seconds[step] = time.process_time() - begun
        gc.enable()
        return answer

    timed("affording", lambda: rations({UNIT: resources}, Decimal(5)))
    estate = timed("estate", lambda: assemble([seen], states, book, config))
    wanted: list[Change] = []
    for planner in load_planners(config.planners, None):
        if not planner.gathers:
            changes, failures = timed(planner.rule, partial(ask, [planner], estate, frozenset(), NOW, book))
            if failures:
                raise SystemExit(str(failures))
            wanted += changes
    changes, _ = timed("all rules", lambda: ask(load_planners(config.planners, None), estate, frozenset(), NOW, book))
    timed("weighing", lambda: worth_delivering(changes, config, ()))
    timed("figures", lambda: kpis(estate, (), (), catalogue.load(), config, NOW))
    peak = limits.getrusage(limits.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(len(resources), seconds, peak, len(changes))


def apart(count: int) -> Measured:
    """One size in a process of its own, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        return executor.submit(run, count).result()


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print each step at both sizes; the rows beside their aims."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--resources", type=int, default=100_000)
    count = options.parse_args(arguments).resources
    small, large = apart(count // SMALLER), apart(count)
    times = large.resources / small.resources
    print(f"{'step':28}{small.resources:>12,}{large.resources:>12,}  times")
    steep = []
    for step, seconds in sorted(large.seconds.items(), key=lambda item: -item[1]):
        before = max(small.seconds[step], 0.02)
        print(f"{step:28}{before:10.2f} s{seconds:10.2f} s{seconds / before:7.1f}")
        steep += [step] if seconds > max(NOISE, before * times * SLOWER) else []
    print(f"{'MiB':28}{small.mib:10,.0f}  {large.mib:10,.0f}   {large.mib / small.mib:6.1f}")
    whole = sum(large.seconds[step] for step in ("affording", "estate", "all rules", "weighing", "figures"))
    return (
        Row(f"{large.resources:,} resources: planned", f"{whole:.1f} s, {large.changes:,} changes"),
        Row("the same, memory at most", f"{large.mib:,.0f} MiB, {large.mib * 1024 / large.resources:.1f} KiB each"),
        Row("steps that take more than in proportion", ", ".join(steep) or "0", "0", not steep),
    )


if __name__ == "__main__":
    sys.exit(shown(measured()))
