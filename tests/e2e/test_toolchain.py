"""That the tools of these tests do what the tests take for granted."""

import json
from pathlib import Path

import boto3
import pytest

pytestmark = pytest.mark.e2e

CODE = """
resource "aws_instance" "trainer" {
  ami           = "ami-04681a1dbd79675a5"
  instance_type = "g4dn.xlarge"

  tags = {
    Name = "trainer"
  }
}

resource "aws_instance" "server" {
  ami           = "ami-04681a1dbd79675a5"
  instance_type = "m5.4xlarge"
}

resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 500
  type              = "gp2"
}
"""


def test_terraform_changes_what_its_plan_says_and_nothing_else(terraform, endpoint: str, provider: str, tmp_path: Path):
    code = tmp_path / "main.tf"
    code.write_text(provider + CODE)
    terraform.init(tmp_path)
    first = json.loads(terraform.plan(tmp_path))
    assert {c["address"]: c["change"]["actions"] for c in first["resource_changes"]} == {
        "aws_instance.trainer": ["create"],
        "aws_instance.server": ["create"],
        "aws_ebs_volume.data": ["create"],
    }
    terraform.apply(tmp_path)
    settled = json.loads(terraform.plan(tmp_path))
    assert {tuple(c["change"]["actions"]) for c in settled["resource_changes"]} == {("no-op",)}

    before = 'type              = "gp2"\n'
    after = 'type              = "gp3"\n  iops              = 3000\n  throughput        = 250\n'
    code.write_text(code.read_text().replace(before, after))
    plan = json.loads(terraform.plan(tmp_path))
    changes = {c["address"]: c["change"] for c in plan["resource_changes"] if c["change"]["actions"] != ["no-op"]}
    assert {address: change["actions"] for address, change in changes.items()} == {"aws_ebs_volume.data": ["update"]}
    was, will = changes["aws_ebs_volume.data"]["before"], changes["aws_ebs_volume.data"]["after"]
    assert {name for name in was if was[name] != will[name]} == {"type", "iops", "throughput"}

    terraform.apply(tmp_path)
    ec2 = boto3.client("ec2", region_name="us-east-1", endpoint_url=endpoint)
    (volume,) = ec2.describe_volumes(VolumeIds=[was["id"]])["Volumes"]
    assert (volume["VolumeType"], volume["Iops"], volume["Throughput"]) == ("gp3", 3000, 250)
