"""A whole run over a repository whose volumes come out of a library: the request goes to the caller alone."""

import json
from datetime import UTC, datetime

import pytest

from remediator.run import Only
from remediator.run.explaining import explain

MODULE = """
variable "type" {
  default = "gp2"
}

variable "size" {}

variable "iops" {
  default = null
}

variable "throughput" {
  default = null
}

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_ebs_volume" "this" {
  availability_zone = "us-east-1a"
  size              = var.size
  type              = var.type
  iops              = var.iops
  throughput        = var.throughput
}
"""
CALLER = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

module "features" {
  source = "git::https://git.acme.io/acme/library.git//volume?ref=v1"
  size   = 1000
}
"""


@pytest.fixture
def estate(site, make_repository):
    library = make_repository("library")
    library.commit({"volume/main.tf": MODULE})
    library.git("tag", "v1")
    library.commit({"volume/main.tf": MODULE.replace('"gp2"', '"io2"')})
    site.upstream.commit({"main.tf": CALLER})
    held = json.loads(site.state_file.read_text())
    (features,) = (one for one in held["resources"] if one["name"] == "features")
    held["resources"] = [features | {"name": "this", "module": "module.features"}]
    site.state_file.write_text(json.dumps(held))
    site.repository("library", str(library.path), slug="acme/library")
    return site


def test_a_volume_out_of_a_library_is_traced_and_answered_at_the_call(estate):
    summary = estate.run()

    assert [failure.reason for failure in summary.failures] == []
    (request,) = (one for name, one in estate.delivered().items() if name.startswith("pulls/"))
    assert request["repo"] == "infra"
    assert "library@v1:volume/main.tf:3" in request["body"]
    (branch,) = estate.branches()
    changed = estate.upstream.git("diff", "-U0", "main", branch, "--", ".").splitlines()
    assert [line for line in changed if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        '-  source = "git::https://git.acme.io/acme/library.git//volume?ref=v1"',
        "-  size   = 1000",
        '+  source     = "git::https://git.acme.io/acme/library.git//volume?ref=v1"',
        "+  size       = 1000",
        '+  type       = "gp3"',
        "+  iops       = 3000",
        "+  throughput = 250",
    ]


def test_what_a_run_leaves_out_is_still_followed(estate):
    summary = estate.run(only=Only(repository="infra"))

    assert [failure.reason for failure in summary.failures if "leaves it out" not in failure.reason] == []
    assert any("library@v1" in str(one) for one in estate.delivered().values())


def test_an_explanation_names_the_repository_and_the_ref(estate):
    when = datetime.now(UTC)
    found = explain(estate.config, estate.volumes["features"], now=when, progress=lambda _: None)

    lines = [step.evidence for step in found.steps]
    assert any(line.startswith("library@v1:volume/main.tf:25") for line in lines), lines
    assert any(line.startswith("main.tf:11, a module call") for line in lines), lines
