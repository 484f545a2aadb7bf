"""A whole run over a repository whose volumes come out of a library: the request goes to the caller alone."""

import json
from datetime import UTC, datetime

import pytest

from remediator.run import Only
from remediator.run.codebase import NO_ROOT
from remediator.run.explaining import explain

SOURCE = "git::https://git.acme.io/acme/library.git//volume?ref=v1"
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


def test_a_library_alone_needs_no_root(estate):
    summary = estate.run(only=Only(repository="library"))

    assert [failure.unit for failure in summary.failures if failure.reason == NO_ROOT] == []


def test_what_a_run_leaves_out_keeps_the_module_that_it_calls_from_being_edited(estate, make_repository):
    caller = make_repository("other")
    fixed = MODULE.replace("var.type", '"gp2"')
    estate.upstream.commit({"main.tf": CALLER.replace(SOURCE, "./volume"), "volume/main.tf": fixed})
    caller.commit({"main.tf": CALLER.replace(SOURCE, "git::https://git.acme.io/acme/infra.git//volume")})
    estate.repository("other", str(caller.path), slug="acme/other")
    estate.tables["repositories"][0]["slug"] = "acme/infra"

    summary = estate.run(only=Only(repository="infra"))

    (plan,) = (plan for plan, _ in summary.plans if plan.changes[0].declared)
    assert plan.edits == ()
    assert any("would also change other: main.tf:" in doubt for doubt in plan.doubts)


def test_what_is_left_out_and_cannot_be_read_is_only_noted(estate):
    estate.repository("gone", "/nowhere", slug="acme/gone")

    summary = estate.run(only=Only(repository="infra"))

    assert not any("gone" in failure.unit for failure in summary.failures if "leaves it out" not in failure.reason)
    assert any(note.startswith("Which modules gone calls is not known: ") for note in summary.notes)
