"""Waste goes all the way: found live, edited in code, merged, planned and applied by real Terraform, seen live."""

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.ec2.models import ec2_backends

from remediator.config import Config
from remediator.model import Route, Status
from remediator.run import run
from remediator.run.summary import Summary
from remediator.verify.terraform_plan import compare

pytestmark = pytest.mark.e2e

PERIOD = 14_400
DAYS = 14
NOW = datetime.now(UTC).replace(microsecond=0)

MAIN = """
variable "server_type" {
  type = string
}

variable "cache_type" {
  default = "gp2"
}

resource "aws_instance" "server" {
  ami           = "ami-04681a1dbd79675a5"
  instance_type = var.server_type
}

resource "aws_instance" "trainer" {
  ami           = "ami-04681a1dbd79675a5"
  instance_type = "g4dn.xlarge"
}

resource "aws_ebs_volume" "features" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp2" # written by the nightly job
}

resource "aws_ebs_volume" "cache" {
  availability_zone = "us-east-1a"
  size              = 1200
  type              = var.cache_type
}

resource "aws_volume_attachment" "features" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.features.id
  instance_id = aws_instance.server.id
}

resource "aws_volume_attachment" "cache" {
  device_name = "/dev/sdg"
  volume_id   = aws_ebs_volume.cache.id
  instance_id = aws_instance.server.id
}
"""

DIFFS = {
    "aws_ebs_volume.features": """\
-  type              = "gp2" # written by the nightly job
+  type              = "gp3" # written by the nightly job
+  iops              = 3000
+  throughput        = 250
""",
    "aws_ebs_volume.cache": """\
-  default = "gp2"
+  default = "gp3"
+  iops              = 3600
+  throughput        = 250
""",
    "aws_instance.server": """\
-server_type = "m5.4xlarge"
+server_type = "m5.2xlarge"
""",
}


@dataclass(frozen=True)
class Loop:
    """A work tree, the bare repository it is pushed to, the job's configuration, and the emulated cloud."""

    work: Path
    bare: Path
    config: Config
    endpoint: str

    def git(self, *arguments: str) -> str:
        env = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        person = ("-c", "user.name=Rosa Lindt", "-c", "user.email=rosa@acme.example")
        done = subprocess.run(
            ["git", *person, *arguments], cwd=self.work, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def push(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "origin", "main")

    def merge(self, branch: str) -> None:
        """Merge a branch of the bare repository as a person does, and push."""
        self.git("fetch", "--quiet", "origin")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge {branch}", f"origin/{branch}")
        self.git("push", "--quiet", "origin", "main")

    def heads(self) -> dict[str, str]:
        """The branches of the bare repository."""
        lines = self.git("ls-remote", "--heads", "origin").splitlines()
        return {name.removeprefix("refs/heads/"): sha for sha, name in (line.split("\t") for line in lines)}

    def run(self, days: float = 0) -> Summary:
        summary = run(self.config, now=NOW + timedelta(days=days), deliver=True)
        assert summary.failures == ()
        return summary

    def outbox(self) -> dict[str, bytes]:
        """Everything that was delivered, as it stands."""
        home = self.config.run.state_dir / "outbox"
        return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*.json"))}

    def live_volumes(self) -> dict[int, tuple[str, int, int]]:
        """Type, IOPS and throughput of what the code declares, by size."""
        found = [v for v in self._ec2.describe_volumes()["Volumes"] if v["Size"] >= 1000]
        return {v["Size"]: (v["VolumeType"], v["Iops"], v.get("Throughput", 0)) for v in found}

    def live_types(self) -> dict[str, str]:
        """What runs, by the name it has in the code's state."""
        found = {
            i["InstanceId"]: i["InstanceType"]
            for r in self._ec2.describe_instances()["Reservations"]
            for i in r["Instances"]
            if i["State"]["Name"] == "running"
        }
        return {name: found[id_] for name, id_ in self.instances().items()}

    def instances(self) -> dict[str, str]:
        """The ids of the instances, by name, from the real state."""
        state = json.loads((self.work / "terraform.tfstate").read_bytes())
        resources = [r for r in state["resources"] if r["type"] == "aws_instance"]
        return {r["name"]: r["instances"][0]["attributes"]["id"] for r in resources}

    @property
    def _ec2(self):
        return boto3.client("ec2", region_name="us-east-1", endpoint_url=self.endpoint)

    def launched(self, name: str, at: datetime) -> None:
        """When AWS would say that an instance was started last; the emulator says its creation, and that is now."""
        backend = next(regions["us-east-1"] for regions in ec2_backends.values() if regions["us-east-1"].reservations)
        backend.get_instance(self.instances()[name]).launch_time = at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def used(self, name: str, namespace: str, metric: str, value: float, /, **further: str) -> None:
        """Two weeks of one value a period, ending with the last completed one."""
        dimensions = {"InstanceId": self.instances()[name], **further}
        end = int(NOW.timestamp()) // PERIOD * PERIOD
        boto3.client("cloudwatch", region_name="us-east-1", endpoint_url=self.endpoint).put_metric_data(
            Namespace=namespace,
            MetricData=[
                {
                    "MetricName": metric,
                    "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
                    "Timestamp": datetime.fromtimestamp(end - PERIOD * (n + 1), UTC),
                    "Value": value,
                }
                for n in range(DAYS * 86_400 // PERIOD)
            ],
        )


@pytest.fixture
def loop(tmp_path: Path, endpoint: str, provider: str, terraform) -> Loop:
    """The estate as real Terraform made it, a month old and two weeks in use; nothing has run over it yet."""
    work, bare = tmp_path / "work", tmp_path / "infra.git"
    work.mkdir()
    config = Config.model_validate(
        {
            "run": {"state_dir": tmp_path / "state", "metric_period": PERIOD, "second_opinion": False},
            "accounts": [{"name": "dev", "regions": ["us-east-1"], "endpoint_url": endpoint}],
            "repositories": [
                {
                    "name": "infra",
                    "url": str(bare),
                    "forge": "local",
                    "tracker": "local",
                    "roots": [{"path": ".", "state": str(work / "terraform.tfstate")}],
                }
            ],
            "forges": {"local": {"kind": "local"}},
            "trackers": {"local": {"kind": "local"}},
            "limits": {"opened_per_hour": 10},
        }
    )
    loop = Loop(work, bare, config, endpoint)
    (work / "main.tf").write_text(provider + MAIN)
    (work / "terraform.tfvars").write_text('server_type = "m5.4xlarge"\n')
    (work / ".gitignore").write_text(".terraform/\nterraform.tfstate*\nplan.bin\n")
    (work / "CODEOWNERS").write_text("* @acme/ranking\n")
    terraform.init(work)
    loop.git("init", "--quiet", "--initial-branch=main")
    loop.git("init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    loop.git("remote", "add", "origin", str(bare))
    loop.push("Feature server and trainer (#1)")
    terraform.plan(work)
    terraform.apply(work)
    for name in ("server", "trainer"):
        loop.launched(name, NOW - timedelta(days=30))
        loop.used(name, "AWS/EC2", "CPUUtilization", {"server": 8.0, "trainer": 1.0}[name])
        for metric in ("NetworkIn", "NetworkOut"):
            loop.used(name, "AWS/EC2", metric, 100.0 * PERIOD)
    loop.used("server", "CWAgent", "mem_used_percent", 20.0)
    for metric in ("EBSReadBytes", "EBSWriteBytes", "EBSReadOps", "EBSWriteOps"):
        loop.used("server", "AWS/EC2", metric, 10.0 * PERIOD)
    gpu = {"index": "0", "name": "Tesla T4", "arch": "Turing", "host": "trainer"}
    for metric, value in (("utilization_gpu", 0.0), ("memory_used", 3.0), ("memory_total", 15360.0)):
        loop.used("trainer", "CWAgent", f"nvidia_smi_{metric}", value, **gpu)
    return loop


def changed_lines(diff: str) -> str:
    """What a diff takes away and adds, in its order."""
    kept = [line for line in diff.splitlines() if line[:1] in ("-", "+") and line[:4] not in ("--- ", "+++ ")]
    return "\n".join(kept) + "\n"


def test_waste_becomes_a_merged_applied_and_recorded_change(loop: Loop, terraform) -> None:
    before = loop.heads()["main"]
    opened = loop.run()

    pulls = {p.expected[0].address: (p, d) for p, d in opened.plans if p.route is Route.PULL_REQUEST}
    assert {address: changed_lines(plan.diff) for address, (plan, _) in pulls.items()} == DIFFS
    assert {d.action for _, d in pulls.values()} == {"opened"}
    assert {p.origin.owners[0].handle for p, _ in pulls.values()} == {"@acme/ranking"}
    assert loop.heads()["main"] == before

    # The locked provider cannot declare a stopped instance, so the idle GPU is a person's to stop.
    (ticket,) = [p for p, _ in opened.plans if p.route is Route.TICKET]
    assert [c.rule for c in ticket.changes] == ["idle_gpu"]
    assert any("3.39.0" in doubt for doubt in ticket.doubts)

    requests = {r["title"]: r for r in map(json.loads, loop.outbox().values()) if "head" in r}
    assert len(requests) == len(DIFFS)
    outbox, heads = loop.outbox(), loop.heads()
    assert loop.run(days=0.01).news == ()
    assert (loop.outbox(), loop.heads()) == (outbox, heads)

    for request in requests.values():
        loop.merge(request["head"])
    expected = tuple(e for plan, _ in pulls.values() for e in plan.expected)
    shown = terraform.plan(loop.work)
    assert compare(expected, shown) == ()
    assert compare(expected[:1], shown) != ()
    assert {c["address"]: c["change"]["actions"] for c in json.loads(shown)["resource_changes"]} == {
        "aws_ebs_volume.features": ["update"],
        "aws_ebs_volume.cache": ["update"],
        "aws_instance.server": ["update"],
        "aws_instance.trainer": ["no-op"],
        "aws_volume_attachment.features": ["no-op"],
        "aws_volume_attachment.cache": ["no-op"],
    }
    merged = loop.run(days=0.02)
    assert merged.news == ()
    assert {o.status for o in merged.outcomes if o.route is Route.PULL_REQUEST} == {Status.MERGED}

    terraform.apply(loop.work)
    assert loop.live_volumes() == {1000: ("gp3", 3000, 250), 1200: ("gp3", 3600, 250)}
    assert loop.live_types() == {"server": "m5.2xlarge", "trainer": "g4dn.xlarge"}

    live = loop.run(days=0.03)
    assert live.news == ()
    done = [o for o in live.outcomes if o.route is Route.PULL_REQUEST]
    assert {(o.status, o.merged_at, o.live_at) for o in done} == {
        (Status.LIVE, NOW + timedelta(days=0.02), NOW + timedelta(days=0.03))
    }
    assert len(done) == len(DIFFS)
    assert loop.outbox().keys() == outbox.keys()
    assert compare((), terraform.plan(loop.work)) == ()
