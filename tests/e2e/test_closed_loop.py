"""Waste goes all the way: found live, edited in code, merged, planned and applied by real Terraform, seen live."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from remediator.config import Config
from remediator.model import Route, Status
from remediator.run import run
from remediator.verify.terraform_plan import compare

pytestmark = pytest.mark.e2e

MAIN = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "3.39.0"
    }
  }
}

provider "aws" {
  region                      = "us-east-1"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    ec2 = "ENDPOINT"
    sts = "ENDPOINT"
    iam = "ENDPOINT"
  }
}

variable "cache_type" {
  default = "gp2"
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp2" # nightly features
}

resource "aws_ebs_volume" "cache" {
  availability_zone = "us-east-1a"
  size              = 1200
  type              = var.cache_type
}

resource "aws_instance" "trainer" {
  ami           = "ami-12c6146b"
  instance_type = "g4dn.xlarge"
}

resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.trainer.id
}

resource "aws_volume_attachment" "cache" {
  device_name = "/dev/sdg"
  volume_id   = aws_ebs_volume.cache.id
  instance_id = aws_instance.trainer.id
}
"""


def git(*arguments: str, at: Path) -> str:
    person = ["-c", "user.name=Rosa", "-c", "user.email=rosa@acme.example"]
    return subprocess.run(
        ["git", *person, *arguments], cwd=at, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def work(tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with the configuration, committed and pushed to a bare repository beside it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    work = tmp_path / "work"
    work.mkdir()
    (work / "main.tf").write_text(MAIN.replace("ENDPOINT", endpoint))
    (work / ".gitignore").write_text(".terraform/\nterraform.tfstate*\nplan.bin\n")
    (work / "CODEOWNERS").write_text("* @acme/ranking\n")
    git("init", "-q", "-b", "main", at=work)
    git("add", "-A", at=work)
    git("commit", "-qm", "Training data (#1)", at=work)
    git("init", "-q", "--bare", "-b", "main", str(tmp_path / "infra.git"), at=tmp_path)
    git("remote", "add", "origin", str(tmp_path / "infra.git"), at=work)
    git("push", "-q", "origin", "main", at=work)
    return work


def configuration(work: Path, endpoint: str) -> Config:
    return Config.model_validate(
        {
            "run": {"state_dir": work.parent / "state", "deliver": True, "metric_period": 3600},
            "accounts": [{"name": "dev", "regions": ["us-east-1"], "endpoint_url": endpoint}],
            "repositories": [
                {
                    "name": "infra",
                    "url": str(work.parent / "infra.git"),
                    "forge": "local",
                    "tracker": "local",
                    "roots": [{"path": ".", "state": str(work / "terraform.tfstate")}],
                }
            ],
            "forges": {"local": {"kind": "local"}},
            "trackers": {"local": {"kind": "local"}},
        }
    )


def volume_types(endpoint: str) -> dict[int, str]:
    volumes = boto3.client("ec2", region_name="us-east-1", endpoint_url=endpoint).describe_volumes()["Volumes"]
    return {v["Size"]: v["VolumeType"] for v in volumes if v["Size"] in (1000, 1200)}


def test_from_waste_to_live(work: Path, endpoint: str, terraform) -> None:
    terraform(work, "init", "-input=false", "-no-color")
    git("add", ".terraform.lock.hcl", at=work)
    git("commit", "-qm", "Lock the provider (#2)", at=work)
    git("push", "-q", "origin", "main", at=work)
    terraform.apply(work)
    config = configuration(work, endpoint)

    opened = run(config, now=datetime.now(UTC))

    assert [f for f in opened.failures] == []
    pulls = [(p, d) for p, d in opened.plans if p.route is Route.PULL_REQUEST]
    assert [d.action for _, d in pulls] == ["opened", "opened"]
    assert {e.address for p, _ in pulls for e in p.expected} == {"aws_ebs_volume.data", "aws_ebs_volume.cache"}
    assert all(p.origin.owners[0].handle == "@acme/ranking" for p, _ in pulls)

    git("fetch", "-q", "origin", at=work)
    branches = git("branch", "-r", "--list", "origin/remediator/*", "--format", "%(refname:short)", at=work).split()
    assert len(branches) == 2
    for branch in branches:
        git("merge", "-q", "--no-ff", "-m", "Merge pull request", branch, at=work)
    git("push", "-q", "origin", "main", at=work)

    expected = tuple(e for p, _ in pulls for e in p.expected)
    assert compare(expected, terraform.plan(work)) == ()
    merged = run(config, now=datetime.now(UTC))
    assert {o.status for o in merged.outcomes if o.route is Route.PULL_REQUEST} == {Status.MERGED}

    terraform.apply(work)
    assert volume_types(endpoint) == {1000: "gp3", 1200: "gp3"}
    live = run(config, now=datetime.now(UTC))

    done = [o for o in live.outcomes if o.route is Route.PULL_REQUEST]
    assert {o.status for o in done} == {Status.LIVE}
    assert all(o.opened_at and o.merged_at and o.live_at for o in done)
    assert live.news == ()
    assert not [e for _, d in live.plans for e in [d.action] if e == "opened"]
    assert compare((), terraform.plan(work)) == ()
