"""A small estate for whole runs: live volumes in an emulated cloud, a bare repository that declares two, its state."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import requests

from remediator.config import Config
from remediator.run import Only, run
from remediator.run.summary import Summary
from tests import emulator
from tests.loopback import Loopback

NOW = datetime.now(UTC).replace(microsecond=0)
ZONE = "us-east-1a"
CODE = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_ebs_volume" "features" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp2"
}

resource "aws_ebs_volume" "cache" {
  availability_zone = "us-east-1a"
  size              = 1200
  type              = "gp2"
}
"""
SIZES = {"features": 1000, "cache": 1200}
STRAY = 2000
"""The size in GiB of a volume that no code declares."""


def state(volumes: dict[str, str], **changes: object) -> bytes:
    """A state of version 4 that holds the volumes, by name."""
    resources = [
        {
            "mode": "managed",
            "type": "aws_ebs_volume",
            "name": name,
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [
                {
                    "schema_version": 0,
                    "attributes": {
                        "id": id_,
                        "arn": f"arn:aws:ec2:us-east-1:123456789012:volume/{id_}",
                        "type": "gp2",
                        "size": SIZES[name],
                        "availability_zone": ZONE,
                    },
                }
            ],
        }
        for name, id_ in volumes.items()
    ]
    whole = {"version": 4, "terraform_version": "1.9.0", "serial": 3, "lineage": "c0ffee", "resources": resources}
    return json.dumps(whole | changes).encode()


@dataclass
class Site:
    """The estate, the configuration as a table that tests change, and what runs have left."""

    tmp_path: Path
    endpoint: str
    volumes: dict[str, str]
    stray: str
    upstream: object
    tables: dict[str, object] = field(default_factory=dict)

    @property
    def state_file(self) -> Path:
        return self.tmp_path / "terraform.tfstate"

    @property
    def state_dir(self) -> Path:
        return self.tmp_path / "state"

    @property
    def config(self) -> Config:
        return Config.model_validate(self.tables)

    def client(self, service: str):
        return emulator.client(service, self.endpoint)

    def account(self, name: str, endpoint: str, region: str = "us-east-1") -> None:
        self.tables["accounts"].append({"name": name, "regions": [region], "endpoint_url": endpoint})

    def repository(self, name: str, url: str, **more: object) -> None:
        self.tables["repositories"].append({"name": name, "url": url, "forge": "local", "tracker": "local"} | more)

    def run(self, hours: float = 0, only: Only | None = None) -> Summary:
        return run(self.config, now=NOW + timedelta(hours=hours), only=only)

    def written(self) -> dict[str, object]:
        """The file of the latest run."""
        return json.loads(max((self.state_dir / "runs").glob("*.json")).read_bytes())

    def delivered(self) -> dict[str, dict[str, object]]:
        """The pull requests and tickets, by the name of their file."""
        home = self.state_dir / "outbox"
        return {str(p.relative_to(home)): json.loads(p.read_bytes()) for p in sorted(home.glob("*/*.json"))}

    def branches(self) -> set[str]:
        """The branches that we pushed."""
        return set(self.upstream.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()) - {"main"}

    def settle(self) -> None:
        """Merge what we pushed, and make it live."""
        for branch in sorted(self.branches()):
            self.upstream.git("reset", "--quiet", "--hard", "main")
            self.upstream.git("merge", "--quiet", "--no-ff", "-m", f"Merge {branch}", branch)
        for name, iops in (("features", 3000), ("cache", 3600)):
            self.client("ec2").modify_volume(VolumeId=self.volumes[name], VolumeType="gp3", Iops=iops, Throughput=250)

    def statuses(self, summary: Summary) -> dict[str, str]:
        """The status of every delivered plan, by its addresses."""
        return {" ".join(o.addresses): o.status.value for o in summary.outcomes}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


@pytest.fixture(scope="session")
def offers(server: str) -> bytes:
    """What zones offer, as a run keeps it: asked for once, since the emulator takes long to say."""
    ec2 = emulator.client("ec2", server)
    zones = defaultdict(set)
    for page in ec2.get_paginator("describe_instance_type_offerings").paginate(LocationType="availability-zone"):
        for one in page["InstanceTypeOfferings"]:
            zones[one["Location"]].add(one["InstanceType"])
    return json.dumps({"at": NOW.isoformat(), "zones": {zone: sorted(types) for zone, types in zones.items()}}).encode()


@pytest.fixture
def site(server: str, offers: bytes, tmp_path: Path, make_repository) -> Site:
    """Two declared gp2 volumes and a stray one, all in use; nothing has run yet, and everything can be read."""
    requests.post(f"{server}/moto-api/reset", timeout=10)
    ec2 = emulator.client("ec2", server)
    started = ec2.run_instances(ImageId="ami-04681a1dbd79675a5", InstanceType="t3.micro", MinCount=1, MaxCount=1)
    instance = started["Instances"][0]["InstanceId"]
    ids = {}
    for letter, (name, size) in zip("fgh", (SIZES | {"stray": STRAY}).items(), strict=True):
        ids[name] = ec2.create_volume(AvailabilityZone=ZONE, Size=size, VolumeType="gp2")["VolumeId"]
        ec2.attach_volume(VolumeId=ids[name], InstanceId=instance, Device=f"/dev/sd{letter}")
    stray = ids.pop("stray")
    upstream = make_repository("infra")
    upstream.commit({"main.tf": CODE}, "Volumes (#1)")
    upstream.git("config", "receive.denyCurrentBranch", "ignore")
    site = Site(tmp_path, server, ids, stray, upstream)
    site.state_file.write_bytes(state(ids))
    site.tables = {
        "run": {"state_dir": str(site.state_dir), "metric_period": 86_400, "deliver": True, "second_opinion": False},
        "accounts": [],
        "repositories": [],
        "forges": {"local": {"kind": "local"}},
        "trackers": {"local": {"kind": "local"}},
        "limits": {"opened_per_hour": 50, "unowned": "deliver"},
        # what the emulator does not have
        "planners": {rule: {"enabled": False} for rule in ("unused_reservation", "idle_studio_app")},
    }
    kept = site.state_dir / "cache" / "offers" / "dev" / "us-east-1.json"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(offers)
    site.account("dev", server)
    site.repository("infra", str(upstream.path), roots=[{"path": ".", "state": str(site.state_file)}])
    return site


def refusal(request: BaseHTTPRequestHandler, code: str) -> tuple[str, bytes]:
    """The type and the body of an error as the protocol of the request has it."""
    kind = request.headers.get("Content-Type", "")
    if "cbor" in kind:
        return kind, b"\xa1\x66__type\x78" + bytes([len(code)]) + code.encode()
    if "json" in kind:
        return kind, json.dumps({"__type": code, "message": "You may not."}).encode()
    error = f"<Error><Code>{code}</Code><Message>You may not.</Message></Error>"
    ec2 = "/ec2/" in request.headers.get("Authorization", "")
    outer = f"<Response><Errors>{error}</Errors></Response>" if ec2 else f"<ErrorResponse>{error}</ErrorResponse>"
    return "text/xml", outer.encode()


@pytest.fixture
def refusing(server: str) -> Iterator[Callable[..., str]]:
    """Starts a service that answers an operation (every one for "") with an error of AWS, and passes on the rest."""
    services: list[Loopback] = []

    def start(code: str, status: int, operation: str = "") -> str:
        class Refusing(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if operation in f"{self.path} {self.headers} {asked.decode('latin-1')}":
                    self.answer(status, *refusal(self, code))
                    return
                passed = requests.post(server + self.path, asked, headers=dict(self.headers), timeout=30)
                self.answer(passed.status_code, passed.headers["Content-Type"], passed.content, passed.headers)

            do_GET = do_POST

            def answer(self, status: int, kind: str, body: bytes, further: Mapping[str, str] | None = None) -> None:
                self.send_response(status)
                for name in ("smithy-protocol",):
                    if value := (further or self.headers).get(name):
                        self.send_header(name, value)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        services.append(Loopback(Refusing))
        return services[-1].url

    yield start
    for service in services:
        service.close()
