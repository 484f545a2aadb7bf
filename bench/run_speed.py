"""A whole run over an emulated account, beside the bare calls that it cannot avoid: seconds, ratio, calls by operation.

The account is a ministack server on 127.0.0.1 with instances (some with a CPU series) and volumes, all of them declared
in a generated repository; the bare calls are the same lists and the same GetMetricData, their answers thrown away.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from botocore.client import BaseClient

from bench.emulated import REGION, client, cloudwatch_client, ec2_client, ministack, put_points
from bench.table import Row, missed
from remediator.config import Config
from remediator.git.imports import fast_import
from remediator.run import run

if TYPE_CHECKING:
    pass

PERIOD = 300
DAYS = 2
MEASURED = 100
"""Instances with points: ministack takes minutes over as many points as a thousand have."""
AIM = 1.5
AIM_CALLS = 1.25
"""A run reads its series in portions that fit in memory, and the last GetMetricData call of each is not full."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Account:
    """The emulated account: where it is and what it holds."""

    endpoint: str
    instances: tuple[str, ...]
    volumes: tuple[str, ...]

    def client(self, service: str) -> BaseClient:
        """A plain client of a service."""
        return client(self.endpoint, service)


def fill(endpoint: str, instances: int, volumes: int, now: datetime) -> Account:
    """Make the machines and volumes, and days of CPU for some machines."""
    ec2, cloudwatch = ec2_client(endpoint), cloudwatch_client(endpoint)
    machines: list[str] = []
    while len(machines) < instances:
        many = min(500, instances - len(machines))
        made = ec2.run_instances(ImageId="ami-1", InstanceType="m5.2xlarge", MinCount=many, MaxCount=many)
        machines += [i["InstanceId"] for i in made["Instances"]]
    zone = f"{REGION}a"
    disks = [
        ec2.create_volume(AvailabilityZone=zone, Size=2000, VolumeType="gp2" if n % 4 == 0 else "gp3")["VolumeId"]
        for n in range(volumes)
    ]
    times = [now - timedelta(seconds=PERIOD * (n + 1)) for n in range(DAYS * 86400 // PERIOD)]
    for id_ in machines[:MEASURED]:
        put_points(cloudwatch, "AWS/EC2", "CPUUtilization", {"InstanceId": id_}, 40.0, times)
    listed = cloudwatch.get_paginator("list_metrics").paginate(Namespace="AWS/EC2", MetricName="CPUUtilization")
    seen = {d["Value"] for page in listed for metric in page["Metrics"] for d in metric["Dimensions"]}
    if not seen.issuperset(machines[:MEASURED]):
        raise SystemExit(
            f"ministack kept the CPU of {len(seen):,} instances, not of all that have it; nothing can be measured"
        )
    return Account(endpoint, tuple(machines), tuple(disks))


def configured(account: Account, home: Path, now: datetime) -> Config:
    """A configuration, with a repository and a state that declare all of the account."""
    code: list[str] = []
    resources: list[dict[str, object]] = []
    for type_, ids in (("aws_instance", account.instances), ("aws_ebs_volume", account.volumes)):
        for n, id_ in enumerate(ids):
            kind = "gp2" if n % 4 == 0 else "gp3"
            value = 'instance_type = "m5.2xlarge"' if type_ == "aws_instance" else f'size = 2000\n  type = "{kind}"'
            code.append(f'resource "{type_}" "r{n}" {{\n  {value}\n}}\n')
            attributes = {"id": id_, "instance_type": "m5.2xlarge", "size": 2000, "type": kind}
            resources.append(
                {
                    "mode": "managed",
                    "type": type_,
                    "name": f"r{n}",
                    "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                    "instances": [{"attributes": attributes}],
                }
            )
    state = {"version": 4, "serial": 1, "lineage": "bench", "outputs": {}, "resources": resources}
    (home / "state.json").write_text(json.dumps(state))
    fast_import(home / "infra.git", stream(code, now))
    return Config.model_validate(
        {
            "run": {"state_dir": home / "state", "lookback_days": DAYS, "metric_period": PERIOD, "deliver": False},
            "accounts": [{"name": "bench", "regions": [REGION], "endpoint_url": account.endpoint}],
            "repositories": [
                {
                    "name": "infra",
                    "url": str(home / "infra.git"),
                    "roots": [{"path": ".", "state": str(home / "state.json")}],
                }
            ],
        }
    )


def stream(code: Sequence[str], now: datetime) -> bytes:
    """A fast-import stream with one commit, fifty resources a file."""
    person = f"A Person <person@acme.example> {int(now.timestamp())} +0000"
    parts = [f"commit refs/heads/main\nauthor {person}\ncommitter {person}\ndata 4\nInit\n"]
    for at in range(0, len(code), 50):
        text = "\n".join(code[at : at + 50])
        parts.append(f"M 100644 inline r{at}.tf\ndata {len(text.encode())}\n{text}\n")
    return "".join(parts).encode()


def bare(account: Account, now: datetime) -> Counter[str]:
    """The calls a run cannot avoid, made plainly: every list, and every series that a run reads."""
    calls: Counter[str] = Counter()
    volumes: list[str] = []
    for service, operation in (
        ("ec2", "describe_instances"),
        ("ec2", "describe_volumes"),
        ("autoscaling", "describe_auto_scaling_groups"),
    ):
        for page in account.client(service).get_paginator(operation).paginate():
            calls[operation] += 1
            volumes += [volume["VolumeId"] for volume in page.get("Volumes", [])]  # root volumes too, as a run does
    cloudwatch = account.client("cloudwatch")
    for name in ("mem_used_percent", "nvidia_smi_utilization_gpu", "nvidia_smi_memory_used", "nvidia_smi_memory_total"):
        pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="CWAgent", MetricName=name)
        calls["list_metrics"] += sum(1 for _ in pages)
    queries = [
        ("AWS/EC2", name, "InstanceId", id_, stat)
        for id_ in account.instances
        for name, stat in (
            ("CPUUtilization", "Maximum"),
            *((name, "Sum") for name in ("NetworkIn", "NetworkOut", "EBSReadBytes", "EBSWriteBytes")),
            *((name, "Sum") for name in ("EBSReadOps", "EBSWriteOps")),
        )
    ]
    queries += [
        ("AWS/EBS", name, "VolumeId", id_, "Sum")
        for id_ in volumes
        for name in ("VolumeReadBytes", "VolumeWriteBytes", "VolumeReadOps", "VolumeWriteOps")
    ]
    end = datetime.fromtimestamp(int(now.timestamp()) // PERIOD * PERIOD, UTC)
    many = min(500, 100_800 // (DAYS * 86400 // PERIOD))
    for at in range(0, len(queries), many):
        asked = [
            {
                "Id": f"q{n}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": name,
                        "Dimensions": [{"Name": dimension, "Value": value}],
                    },
                    "Period": PERIOD,
                    "Stat": stat,
                },
            }
            for n, (namespace, name, dimension, value, stat) in enumerate(queries[at : at + many])
        ]
        pages = cloudwatch.get_paginator("get_metric_data").paginate(
            MetricDataQueries=asked, StartTime=end - timedelta(days=DAYS), EndTime=end
        )
        calls["get_metric_data"] += sum(1 for _ in pages)
    return calls


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds a piece of work takes, and its answer."""
    begun = time.perf_counter()
    answer = work()
    return time.perf_counter() - begun, answer


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print the calls by operation; the ratios beside their aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", type=int, default=1000)
    options.add_argument("--volumes", type=int, default=200)
    chosen = options.parse_args(arguments)
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as scratch, ministack() as endpoint:
        account = fill(endpoint, chosen.instances, chosen.volumes, now)
        config = configured(account, Path(scratch), now)
        before, calls = timed(lambda: bare(account, now))
        first, summary = timed(lambda: run(config, now=now))
        again, unchanged = timed(lambda: run(config, now=now))
        after, _ = timed(lambda: bare(account, now))
    plain = (before + after) / 2
    print(f"{chosen.instances:,} instances, {chosen.volumes:,} volumes, {DAYS} days of {PERIOD} s periods")
    print(f"{'bare calls':28}{plain:8.2f} s          {dict(calls)}")
    for name, seconds, seen in (("run", first, summary), ("run, nothing changed", again, unchanged)):
        by_operation = {c.operation: c.calls for c in seen.calls}
        print(f"{name:28}{seconds:8.2f} s  {seconds / plain:5.2f} x  {by_operation}")
        facts = f"{len(seen.plans)} plans, {len(seen.failures)} failures"
        print(f"{'':28}{facts}, {seen.declared} of {seen.resources} declared")
    made, least, wanted = sum(c.calls for c in summary.calls), calls.total(), f"within {AIM} times"
    return (
        Row("run, first", f"{first:.2f} s, {first / plain:.2f} times the bare calls", wanted, first <= AIM * plain),
        Row("run, nothing changed", f"{again:.2f} s, {again / plain:.2f} times the bare calls"),
        Row(
            "run, API calls",
            f"{made} beside {least} bare, for {summary.resources:,} resources",
            f"none per resource (within {AIM_CALLS} times)",
            made <= AIM_CALLS * least,
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where an aim is missed."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
