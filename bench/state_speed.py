"""A state of some 200 MB and 100,000 instances: read as the run reads it, beside `json.loads`, each in its own process.

Then a state with one value of almost the size that is taken whole.

Peak memory is the child's own high-water mark, so that neither counts what the other left.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.table import Row, missed
from remediator.iac.terraform.json_stream import LARGEST_VALUE

INSTANCES = 100_000
SLOWEST = 3.0
"""Times the seconds of `json.loads`, which keeps everything and judges nothing."""
MOST_MEMORY = 400
"""MiB of the process, the kept instances and the interpreter included."""

_HEAD = 64 << 10
"""What is left of the largest value for the rest of the instance, and the chunk that it ends in."""

_PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from remediator.config import Config, RootConfig
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.observe.states.opening import open_state
path, way = sys.argv[1:]
begun = time.perf_counter()
if way == "json.loads":
    whole = json.loads(Path(path).read_bytes())
    count = sum(len(found["instances"]) for found in whole["resources"])
else:
    with open_state(RootConfig(path=".", state=path), Config()) as stream:
        count = len(parse_state(stream.chunks, StateOrigin("infra", ".", path, "default")))
print(count, time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print seconds, MB a second and peak memory of both, and hand back the rows with their aims."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--instances", type=int, default=INSTANCES)
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "terraform.tfstate"
        with path.open("w") as file:
            file.writelines(_state(chosen.instances))
        size = path.stat().st_size / 1e6
        found = {way: _timed(path, way, chosen.instances) for way in ("json.loads", "remediator")}
        path.write_text("".join(_state(1)).replace('"m6i.large"', f'"{"x" * (LARGEST_VALUE - _HEAD)}"'))
        _, largest = _timed(path, "remediator", 1)
    print(f"{chosen.instances:,} instances in a state of {size:,.0f} MB; seconds in a process of its own")
    print(f"a value of {LARGEST_VALUE >> 20} MiB takes {largest:.0f} MiB at most")
    for way, (seconds, memory) in found.items():
        print(f"{way:<12} {seconds:6.2f} s  {size / seconds:6.1f} MB/s  {memory:6.0f} MiB at most")
    (bare, _), (seconds, memory) = found["json.loads"], found["remediator"]
    figure = f"{seconds:.1f} s, {size / seconds:.0f} MB/s ({seconds / bare:.1f} times json.loads)"
    name = f"a state of {size:,.0f} MB"
    return (
        Row(f"{name}: time", figure, f"at most {SLOWEST:g} times json.loads", seconds <= SLOWEST * bare),
        Row(f"{name}: peak memory", f"{memory:.0f} MiB", f"at most {MOST_MEMORY} MiB", memory <= MOST_MEMORY),
        Row(
            f"a value of {LARGEST_VALUE >> 20} MiB: peak memory",
            f"{largest:.0f} MiB",
            f"at most {MOST_MEMORY} MiB",
            largest <= MOST_MEMORY,
        ),
    )


def _timed(path: Path, way: str, instances: int) -> tuple[float, float]:
    command = [sys.executable, "-c", _PROGRAM, str(path), way]
    count, seconds, kib = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    if int(count) != instances:
        raise AssertionError(f"{way} found {count} instances of {instances}")
    return float(seconds), int(kib) / 1024


def _state(count: int) -> Iterator[str]:
    """A state as Terraform writes it: a hundred instances a resource, and one resource with a tenth of all."""
    yield '{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 7,\n  "lineage": "c0ffee",\n'
    yield '  "outputs": {},\n  "resources": [\n'
    made = 0
    while made < count:
        size = min(count - made, 100 if made else max(100, count // 10))
        instances = ",\n".join(_instance(made + n, n) for n in range(size))
        head = f'"mode": "managed", "type": "aws_instance", "name": "r{made}", "provider": "aws"'
        yield f'    {{{head}, "instances": [\n{instances}\n    ]}}'
        made += size
        yield ",\n" if made < count else "\n"
    yield '  ],\n  "check_results": null\n}\n'


def _instance(number: int, key: int) -> str:
    id_ = f"{number:017x}"
    tags = {"team": "ranking", "Name": f"worker-{number}"}
    device = {"volume_id": f"vol-{id_}", "volume_type": "gp3", "volume_size": 100, "iops": 3000, "throughput": 125}
    attributes = {
        "id": f"i-{id_}",
        "arn": f"arn:aws:ec2:us-east-1:123456789012:instance/i-{id_}",
        "ami": "ami-0123456789abcdef0",
        "instance_type": "m6i.large",
        "instance_state": "running",
        "availability_zone": "us-east-1a",
        "ebs_optimized": True,
        "root_block_device": [device | {"encrypted": True, "tags": {}}],
        "cpu_options": [{"amd_sev_snp": "", "core_count": 1, "threads_per_core": 2}],
        "tags": tags,
        "tags_all": tags,
        "user_data": f"{number:032x}" * 10,
        "vpc_security_group_ids": ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
    }
    whole = {
        "index_key": key,
        "schema_version": 1,
        "attributes": attributes,
        "sensitive_attributes": [[{"type": "get_attr", "value": "user_data"}]],
        "private": "eyJzY2hlbWFfdmVyc2lvbiI6IjEifQ==",
        "dependencies": ["aws_security_group.a", "aws_subnet.b", "aws_vpc.c"],
    }
    return json.dumps(whole, indent=2).replace("\n", "\n        ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where an aim is missed."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
