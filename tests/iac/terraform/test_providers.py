from collections.abc import Callable, Mapping

import pytest
from packaging.version import Version

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.providers import locked_version, lower_bound, needed
from remediator.model import Value

LOCK = """# This file is maintained automatically by "terraform init".
provider "registry.terraform.io/hashicorp/aws" {
  version     = "3.39.0"
  constraints = "~> 3.0"
  hashes      = ["h1:x="]
}
provider "registry.terraform.io/hashicorp/random" {
  version = "3.6.0"
}
"""
REQUIRED = "terraform {{\n  required_providers {{\n    {}\n  }}\n}}\n"
Make = Callable[[Mapping[str, str]], RepositoryIndex]


def test_the_lock_file_says_it(make_index: Make) -> None:
    index = make_index({"envs/dev/.terraform.lock.hcl": LOCK, "envs/dev/v.tf": REQUIRED.format('aws = "~> 5.0"')})
    assert locked_version(index, "envs/dev") == Version("3.39.0")
    assert locked_version(index, "./envs/dev/", "hashicorp/random") == Version("3.6.0")
    assert locked_version(index, "envs/prod") is None


@pytest.mark.parametrize(
    ("entry", "version"),
    [
        ('aws = { source = "hashicorp/aws", version = ">= 4.60.0, < 6.0" }', "4.60.0"),
        ('aws = {\n source = "hashicorp/aws"\n # version = "1.0"\n version = "~> 5.1" # or "2.0"\n }', "5.1"),
        ('cloud = {\n version = "= 5.2.0"\n source = "registry.terraform.io/hashicorp/aws"\n }', "5.2.0"),
        ('aws = "~> 2.70"', "2.70"),
        ('aws = { version = "5.0.0" }', "5.0.0"),
        ('aws = { source = "acme/aws", version = "9.0" }', None),
        ('aws = { source = "hashicorp/aws" }', None),
        ('google = "~> 5.0"', None),
    ],
)
def test_else_the_lowest_version_required(make_index: Make, entry: str, version: str | None) -> None:
    index = make_index({"versions.tf": REQUIRED.format(entry)})
    assert locked_version(index, ".") == (Version(version) if version else None)


@pytest.mark.parametrize(
    ("constraint", "version"),
    [
        ("5.0.0", "5.0.0"),
        ("~>5.1", "5.1"),
        (">= 3.0, >= 4.2, != 4.3, <= 6", "4.2"),
        ("< 6.0", None),
        ("latest", None),
        ("", None),
        (">= 5.0-beta1", "5.0b1"),
    ],
)
def test_lower_bounds(constraint: str, version: str | None) -> None:
    assert lower_bound(constraint) == (Version(version) if version else None)


@pytest.mark.parametrize(
    ("type_", "attribute", "value", "version"),
    [
        ("aws_ec2_instance_state", None, None, "4.49.0"),
        ("aws_ec2_instance_state", "state", "stopped", "4.49.0"),
        ("aws_rds_instance_state", None, None, "5.77.0"),
        ("aws_ebs_volume", "final_snapshot", True, "4.18.0"),
        ("aws_ebs_volume", "throughput", 125, "3.25.0"),
        ("aws_ebs_volume", "type", "gp3", None),
        ("aws_instance", "root_block_device.throughput", 125, "3.22.0"),
        ("aws_instance", "instance_type", "m5.large", None),
        ("aws_eks_node_group", "scaling_config.min_size", 0, "3.46.0"),
        ("aws_eks_node_group", "scaling_config.min_size", 1, None),
        ("aws_eks_node_group", "scaling_config.max_size", 0, None),
        ("aws_db_instance", "storage_type", "gp3", "4.45.0"),
        ("aws_db_instance", "storage_type", "io1", None),
        ("aws_s3_bucket_lifecycle_configuration", None, None, "4.0.0"),
    ],
)
def test_what_came_with_which_version(type_: str, attribute: str | None, value: Value, version: str | None) -> None:
    assert needed(type_, attribute, value) == (Version(version) if version else None)


def test_what_modules_require_counts_as_well(make_index: Make) -> None:
    index = make_index({
        "v.tf": REQUIRED.format('aws = ">= 4.0"'),
        "m/v.tf": REQUIRED.format('aws = ">= 5.1"'),
        "n/v.tf": REQUIRED.format('aws = ">= 5.9"'),
    })  # fmt: skip
    assert locked_version(index, ".") == Version("4.0")
    assert locked_version(index, ".", folders=("m", "")) == Version("5.1")
