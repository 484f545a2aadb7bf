"""What the versions of Terraform and of its provider do not know is not written."""

import pytest

from remediator.model import RemoveResource, SetAttribute
from tests.edit.sizes import LARGE, SMALLER

WEB = 'resource "aws_instance" "web" {\n  instance_type = "m5.4xlarge"\n}\n'
GROUP = """
    resource "aws_eks_node_group" "gpu" {
      scaling_config {
        min_size     = 1
        desired_size = 2
        max_size     = 4
      }
    }
"""
TO_GP3 = SetAttribute("root_block_device.volume_type", "gp2", "gp3")
GP2 = {"root_block_device.volume_type": "gp2"}
TO_ZERO = SetAttribute("scaling_config.min_size", 1, 0)


def required(version: str) -> str:
    return f'terraform {{\n  required_version = "{version}"\n}}\n'


@pytest.mark.parametrize("action", [SMALLER, RemoveResource()])
def test_a_terraform_of_another_language_gets_no_edit(code, action):
    here = code({"main.tf": WEB, "versions.tf": required("~> 0.11.14")})

    made = here.draft("aws_instance.web", action, state=LARGE)

    assert made.edits == ()
    assert made.doubts == (
        'versions.tf:2: required_version = "~> 0.11.14", and code is read as Terraform 0.12.0 and newer read it; '
        "upgrade, or edit by hand",
    )


@pytest.mark.parametrize("version", [">= 0.11", ">= 0.12, < 0.13", "~> 1.5", ">= 99"])
def test_any_other_is_none_of_our_business(code, version):
    here = code({"main.tf": WEB, "versions.tf": required(version)})

    assert here.draft("aws_instance.web", SMALLER, state=LARGE).doubts == ()


def test_what_terraform_would_not_read_is_named(code):
    here = code({"main.tf": WEB, "versions.tf": required("newest")})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == (
        "versions.tf:2: required_version: 'newest' is no version constraint; write one such as ~> 1.2",
    )


def test_the_module_on_the_way_counts_and_no_other(code):
    call = 'module "web" {\n  source = "./m"\n}\n'
    here = code({"main.tf": call, "m/main.tf": WEB + required("< 0.12"), "n/main.tf": WEB})
    beside = code({"main.tf": call, "m/main.tf": WEB, "n/main.tf": WEB + required("< 0.12")})

    assert "m/main.tf:5: required_version" in here.draft("module.web.aws_instance.web", SMALLER, state=LARGE).doubts[0]
    assert beside.draft("module.web.aws_instance.web", SMALLER, state=LARGE).doubts == ()


@pytest.mark.parametrize(
    ("versions", "had"),
    [
        ('provider "registry.terraform.io/hashicorp/aws" {\n  version = "3.45.0"\n}\n', "has version 3.45.0"),
        ("", "does not say its version"),
    ],
)
def test_a_value_that_the_provider_refuses(code, versions, had):
    here = code({"main.tf": GROUP, ".terraform.lock.hcl": versions})
    state = {"scaling_config.min_size": 1}

    made = here.draft("aws_eks_node_group.gpu", TO_ZERO, state=state)
    other = here.draft("aws_eks_node_group.gpu", SetAttribute("scaling_config.min_size", 1, 2), state=state)

    assert made.doubts == (
        f".terraform.lock.hcl: the hashicorp/aws provider {had}, and "
        "aws_eks_node_group.scaling_config.min_size = 0 needs 3.46.0 or newer",
    )
    assert here.shown(other) == "-    min_size     = 1\n+    min_size     = 2\n"


def test_what_a_module_on_the_way_requires_says_what_the_provider_knows(code):
    needs = 'terraform {\n  required_providers {\n    aws = ">= 4.0"\n  }\n}\n'
    here = code({"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": GROUP, "m/versions.tf": needs})

    made = here.draft("module.m.aws_eks_node_group.gpu", TO_ZERO, state={"scaling_config.min_size": 1})

    assert here.shown(made) == "-    min_size     = 1\n+    min_size     = 0\n"


DISK = 'resource "aws_instance" "web" {\n  root_block_device {\n    volume_type = "gp2"\n  }\n}\n'
PROVIDERS = 'terraform {\n  required_providers {\n    aws = "%s"\n  }\n}\n'


@pytest.mark.parametrize("version", ["", "3.22.0", "5.31.0", ">= 3.0"])
def test_a_value_that_all_but_old_providers_take(code, version):
    lock = f'provider "registry.terraform.io/hashicorp/aws" {{\n  version = "{version}"\n}}\n'
    files = {".terraform.lock.hcl": lock} if version[:1].isdigit() else {"versions.tf": PROVIDERS % version}
    here = code({"main.tf": DISK} | (files if version else {}))

    made = here.draft("aws_instance.web", TO_GP3, state=GP2)

    assert here.shown(made) == '-    volume_type = "gp2"\n+    volume_type = "gp3"\n'


def test_a_locked_provider_that_is_too_old_for_a_value(code):
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "3.10.0"\n}\n'

    made = code({"main.tf": DISK, ".terraform.lock.hcl": lock}).draft("aws_instance.web", TO_GP3, state=GP2)

    assert made.doubts == (
        ".terraform.lock.hcl: the hashicorp/aws provider has version 3.10.0, and "
        "aws_instance.root_block_device.volume_type = gp3 needs 3.22.0 or newer",
    )
