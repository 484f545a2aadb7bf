"""Side by side with Cloud Custodian: the same idle GPU machines found on the same server, in seconds and API calls.

`python -m bench.custodian`: an emulated account (ministack on 127.0.0.1) with 1,000 instances, of which some are GPU
machines without work and some are busy. Custodian's policy is what its documentation gives for idle instances: its
`metrics` filter on the CPU, then on the GPU for what is left. Beside it stands our own first look at the account, which
reads every metric that any rule asks for, and all the rules. Both read the same days of points at the same period.

Custodian (https://github.com/cloud-custodian/cloud-custodian, wheel `c7n`) is no dependency: it is installed into a
virtual environment of its own (`--venv`), which needs the network once. Its seconds are those of its own record of the
policy's execution, without the start of Python; its calls are those that it counts itself.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.emulated import REGION, cloudwatch_client, ec2_client, ministack, put_points
from bench.run_speed import DAYS, MEASURED, PERIOD, Account, fill, timed
from bench.table import Row, shown
from remediator.config import AccountConfig, RunConfig
from remediator.model import Effect
from remediator.observe import prices
from remediator.observe.kinds import ALWAYS, KINDS
from remediator.observe.sighting import Sighting, Unit, observe
from remediator.registry import load_planners
from remediator.run.asking import ask
from remediator.run.estate import assemble

MACHINES = tuple(kind for kind in KINDS if kind.name in ALWAYS)
"""What the calls beside it list too."""

VERSION = "0.9.53"
IDLE = 50
"""GPU machines without work."""
POLICY = {
    "policies": [
        {
            "name": "idle",
            "resource": "aws.ec2",
            "filters": [
                {
                    "type": "metrics",
                    "name": name,
                    "namespace": namespace,
                    "statistics": "Maximum",
                    "days": DAYS,
                    "period": PERIOD,
                    "value": value,
                    "op": "less-than",
                }
                for namespace, name, value in (
                    ("AWS/EC2", "CPUUtilization", 5),
                    ("CWAgent", "nvidia_smi_utilization_gpu", 1),
                )
            ],
        }
    ]
}


@dataclass(frozen=True, slots=True)
class Found:
    """What one of the two found, in how many seconds, and by which calls."""

    instances: frozenset[str]
    seconds: float
    calls: Counter[str]


def installed(venv: Path) -> Path:
    """The `custodian` command of a virtual environment, which is made where there is none yet."""
    command = venv / "bin" / "custodian"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        install = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", f"c7n=={VERSION}"]
        subprocess.run(install, check=True)
    return command


def add_gpu_machines(account: Account, now: datetime) -> frozenset[str]:
    """Idle GPU machines, with points of CPU and GPU up to now and, as a later run sees them, for some days on.

    The agent sums its GPUs up by instance (`aggregation_dimensions`), since Custodian asks by fixed dimensions only.
    """
    made = ec2_client(account.endpoint).run_instances(
        ImageId="ami-1", InstanceType="g5.xlarge", MinCount=IDLE, MaxCount=IDLE
    )
    idle = [instance["InstanceId"] for instance in made["Instances"]]
    for id_ in idle:
        put(account, id_, "AWS/EC2", "CPUUtilization", 1.0, now)
        put(account, id_, "CWAgent", "nvidia_smi_utilization_gpu", 0.0, now)
    for id_ in account.instances[:MEASURED]:
        put(account, id_, "AWS/EC2", "CPUUtilization", 40.0, now, ahead=0)
    return frozenset(idle)


def put(account: Account, id_: str, namespace: str, name: str, value: float, now: datetime, ahead: int = DAYS) -> None:
    """Points of one series, from some days before now until some days ahead."""
    count = (DAYS + ahead) * 86400 // PERIOD
    end = now + timedelta(days=ahead)
    times = [end - timedelta(seconds=PERIOD * (n + 1)) for n in range(count)]
    put_points(cloudwatch_client(account.endpoint), namespace, name, {"InstanceId": id_}, value, times)


def custodian(command: Path, endpoint: str, home: Path) -> Found:
    """What Custodian finds by its policy."""
    policy = home / "policy.json"
    policy.write_text(json.dumps(POLICY))
    env = os.environ | {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION}
    run = [str(command), "run", "--cache-period", "0", "--region", REGION, "--output-dir", str(home / "out")]
    subprocess.run([*run, str(policy)], check=True, env=env, capture_output=True)
    record = json.loads((home / "out" / "idle" / "metadata.json").read_text())
    resources = json.loads((home / "out" / "idle" / "resources.json").read_text())
    ids = frozenset(str(resource["InstanceId"]) for resource in resources)
    return Found(ids, float(record["execution"]["duration"]), Counter(record["api-stats"]))


def ours(endpoint: str, home: Path, later: datetime) -> Found:
    """What a first look at the account and all rules find."""
    unit = Unit(AccountConfig(name="bench", regions=(REGION,), endpoint_url=endpoint), REGION)
    run = RunConfig(state_dir=home, metric_period=PERIOD, lookback_days=DAYS)

    def look() -> tuple[Sighting, frozenset[str]]:
        seen = observe(unit, run, later, MACHINES)
        book = prices.load()
        changes, failures = ask(load_planners({}, None), assemble([seen], [], book), frozenset(), later, book)
        if failures or seen.failures:
            raise SystemExit(f"the run failed: {[*failures, *seen.failures]}")
        return seen, frozenset(c.resource.id for c in changes if c.effect is Effect.STOP and c.saving)

    seconds, (seen, ids) = timed(look)
    return Found(ids, seconds, Counter({f"{c.service}.{c.operation}": c.calls for c in seen.calls}))


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print the calls of both, by operation; seconds and calls as ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", type=int, default=1000)
    options.add_argument("--venv", type=Path, default=Path(".venv-custodian"), help="where Custodian is, or will be")
    chosen = options.parse_args(arguments)
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    command = installed(chosen.venv.absolute())
    now = datetime.now(UTC)
    later = now + timedelta(days=DAYS)  # machines start when they are made, and count for us only from then
    with tempfile.TemporaryDirectory() as scratch, ministack() as endpoint:
        account = fill(endpoint, chosen.instances - IDLE, 0, later)
        idle = add_gpu_machines(account, now)
        theirs = custodian(command, endpoint, Path(scratch))
        own = ours(endpoint, Path(scratch) / "state", later)
    print(f"{chosen.instances:,} instances, {DAYS} days of {PERIOD} s periods, {len(idle)} idle")
    for name, found in ((f"Cloud Custodian {VERSION}", theirs), ("remediator, every metric and rule", own)):
        made = dict(found.calls.most_common())
        print(f"{name:36}{found.seconds:8.2f} s  {found.calls.total():6,} calls  {len(found.instances)} found  {made}")
    same = theirs.instances == own.instances == idle
    times, calls = theirs.seconds / own.seconds, theirs.calls.total() / own.calls.total()
    return (
        Row("the same idle machines found by Custodian and by us", f"{len(own.instances)} of {len(idle)}", "all", same),
        Row("seconds, Custodian's to ours", f"{theirs.seconds:.1f} to {own.seconds:.1f}, {times:.1f} times"),
        Row("API calls, Custodian's to ours", f"{theirs.calls.total():,} to {own.calls.total():,}, {calls:.0f} times"),
    )


if __name__ == "__main__":
    sys.exit(shown(measured()))
