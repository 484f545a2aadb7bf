"""Whole runs over Terragrunt units that nobody configured: two of one module, each with a state of its own."""

import json
import shutil

import pytest

from tests.run.conftest import SIZES, Site, state

MODULE = """
variable "size" {
  type = number
}

variable "type" {
  type    = string
  default = "gp2"
}

variable "iops" {
  type    = number
  default = null
}

variable "throughput" {
  type    = number
  default = null
}

resource "aws_ebs_volume" "this" {
  availability_zone = "us-east-1a"
  size              = var.size
  type              = var.type
  iops              = var.iops
  throughput        = var.throughput
}
"""
ROOT = """
remote_state {
  backend = "s3"
  config = {
    bucket = "acme-tfstate"
    key    = "${path_relative_to_include()}/terraform.tfstate"
  }
}
"""
UNIT = """
include "root" {
  path = find_in_parent_folders("root.hcl")
}

terraform {
  source = "${get_repo_root()}/modules//volume"
}

inputs = {
  size = %d
  type = "gp2" # as it always was
}
"""
LOCK = """
provider "registry.terraform.io/hashicorp/aws" {
  version = "5.60.0"
}
"""


@pytest.fixture
def units(site: Site) -> Site:
    files = {"modules/volume/main.tf": MODULE, "live/root.hcl": ROOT, "main.tf": ""}
    client = site.client("s3")
    client.create_bucket(Bucket="acme-tfstate")
    for name, size in SIZES.items():
        files[f"live/{name}/terragrunt.hcl"] = UNIT % size
        files[f"live/{name}/.terraform.lock.hcl"] = LOCK
        held = json.loads(state({name: site.volumes[name]}, lineage=name))
        held["resources"][0]["name"] = "this"
        client.put_object(Bucket="acme-tfstate", Key=f"{name}/terraform.tfstate", Body=json.dumps(held).encode())
    site.upstream.commit(files, "Units (#2)")
    site.tables["repositories"][0]["roots"] = []
    return site


def test_each_finding_edits_the_line_of_its_own_unit(units: Site) -> None:
    summary = units.run()

    diffs = [units.upstream.git("diff", "-U0", f"main...{branch}").split("\n") for branch in units.branches()]
    edits = {lines[0].split(" b/")[-1]: [line for line in lines[5:] if line] for lines in diffs}
    assert summary.failures == ()
    assert edits == {
        f"live/{name}/terragrunt.hcl": [
            f"-  size = {SIZES[name]}",
            '-  type = "gp2" # as it always was',
            f"+  size       = {SIZES[name]}",
            '+  type       = "gp3" # as it always was',
            f"+  iops       = {iops}",
            "+  throughput = 250",
        ]
        for name, iops in (("features", 3000), ("cache", 3600))
    }


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")
def test_terraform_says_the_same(units: Site) -> None:
    units.run()

    bodies = [str(pull["body"]) for name, pull in units.delivered().items() if name.startswith("pulls/")]
    assert len(bodies) == 2
    assert all("Terraform planned a copy of live/" in body and "shows the same" in body for body in bodies)
