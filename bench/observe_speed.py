"""Observation alone beside the bare calls that it cannot avoid: seconds, ratio, calls by operation.

`python -m bench.observe_speed`: an emulated account (ministack on 127.0.0.1) with instances, volumes, and for some
instances days of CPU and GPU points. It is observed for the first time, and once more with nothing changed. Beside it
stand the same lists and the same GetMetricData with their answers thrown away, twice: as boto3 comes, and with the
reader of times that observation uses, since boto3's own takes most of the time where times are sent as text. The aim
holds for the second, which is the harder one.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from bench.emulated import REGION, cloudwatch_client, ministack, put_points
from bench.run_speed import DAYS, MEASURED, PERIOD, Account, bare, fill, timed
from bench.table import Row, shown
from remediator.config import AccountConfig, RunConfig
from remediator.observe.kinds import ALWAYS, KINDS
from remediator.observe.sessions import core
from remediator.observe.sighting import Sighting, Unit, observe

MACHINES = tuple(kind for kind in KINDS if kind.name in ALWAYS)
"""What the calls beside it list too."""

AIM = 1.5
GPU_METRICS = ("nvidia_smi_utilization_gpu", "nvidia_smi_memory_used", "nvidia_smi_memory_total")


def dimensions(instance: str) -> dict[str, str]:
    """The dimensions that the agent gives to a GPU's series."""
    return {"InstanceId": instance, "index": "0", "name": "A10G", "arch": "Ampere", "host": instance}


def _own(instance: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions(instance).items()]


def add_gpus(account: Account, instances: int, now: datetime) -> None:
    """Points of one GPU for some instances."""
    times = [now - timedelta(seconds=PERIOD * (n + 1)) for n in range(DAYS * 86400 // PERIOD)]
    for id_ in account.instances[:instances]:
        for name in GPU_METRICS:
            put_points(cloudwatch_client(account.endpoint), "CWAgent", name, dimensions(id_), 50.0, times)


def bare_with_gpus(account: Account, instances: int, now: datetime) -> Counter[str]:
    """The bare calls, and those for the GPU series."""
    calls = bare(account, now)
    end = datetime.fromtimestamp(int(now.timestamp()) // PERIOD * PERIOD, UTC)
    many = min(500, 100_800 // (DAYS * 86400 // PERIOD))
    wanted = [(id_, name) for id_ in account.instances[:instances] for name in GPU_METRICS]
    for at in range(0, len(wanted), many):
        asked = [
            {
                "Id": f"q{n}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "CWAgent",
                        "MetricName": name,
                        "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions(id_).items()],
                    },
                    "Period": PERIOD,
                    "Stat": "Maximum",
                },
            }
            for n, (id_, name) in enumerate(wanted[at : at + many])
        ]
        pages = (
            account.client("cloudwatch")
            .get_paginator("get_metric_data")
            .paginate(MetricDataQueries=asked, StartTime=end - timedelta(days=DAYS), EndTime=end)
        )
        calls["get_metric_data"] += sum(1 for _ in pages)
    return calls


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print the calls by operation; the ratios beside their aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", type=int, default=1000)
    options.add_argument("--volumes", type=int, default=200)
    options.add_argument("--gpus", type=int, default=MEASURED // 2)
    chosen = options.parse_args(arguments)
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    now = datetime.now(UTC) + timedelta(days=DAYS)  # machines start when they are made, and count only from then
    with tempfile.TemporaryDirectory() as scratch, ministack() as endpoint:
        account = fill(endpoint, chosen.instances, chosen.volumes, now)
        add_gpus(account, chosen.gpus, now)
        unit = Unit(AccountConfig(name="bench", regions=(REGION,), endpoint_url=endpoint), REGION)
        run = RunConfig(state_dir=Path(scratch), metric_period=PERIOD, lookback_days=DAYS)
        usual, calls = timed(lambda: bare_with_gpus(account, chosen.gpus, now))
        first, seen = timed(lambda: observe(unit, run, now, MACHINES))
        again, unchanged = timed(lambda: observe(unit, run, now, MACHINES))
        boto3.setup_default_session(botocore_session=core())
        plain, _ = timed(lambda: bare_with_gpus(account, chosen.gpus, now))
        boto3.DEFAULT_SESSION = None
    checked(seen, unchanged, chosen.gpus)
    print(f"{chosen.instances:,} instances, {chosen.volumes:,} volumes, {DAYS} days of {PERIOD} s periods")
    print(f"{'bare calls, as boto3 comes':28}{usual:8.2f} s          {dict(calls)}")
    print(f"{'bare calls, same reader':28}{plain:8.2f} s          the same")
    for name, seconds, sighting in (("observe", first, seen), ("observe, nothing changed", again, unchanged)):
        print(f"{name:28}{seconds:8.2f} s  {seconds / plain:5.2f} x  {made(sighting)}")
    figure = f"{first:.2f} s, {first / plain:.2f} times the bare calls ({first / usual:.2f} as boto3 comes)"
    return (
        Row("observe, first", figure, f"within {AIM} times", first <= AIM * plain),
        Row("observe, nothing changed", f"{again:.2f} s, {again / plain:.2f} times the bare calls"),
        Row(
            "observe, API calls",
            f"{sum(made(seen).values())} beside {calls.total()} bare, {len(seen.resources):,} seen",
        ),
    )


def made(sighting: Sighting) -> dict[str, int]:
    """The calls that were made, by operation."""
    return {count.operation: count.calls for count in sighting.calls}


def checked(seen: Sighting, unchanged: Sighting, gpus: int) -> None:
    """Stop where what was measured is not the work it is meant to be."""
    known = sum(1 for _, usage in seen.usages if usage.metric("gpu") is not None)
    if seen.failures or known != gpus or seen.usages != unchanged.usages or "GetMetricData" in made(unchanged):
        raise SystemExit(f"GPUs of {known} instances were seen, not of {gpus}, or the runs differ: {seen.failures}")


if __name__ == "__main__":
    sys.exit(shown(measured()))
