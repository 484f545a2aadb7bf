"""Code behind symbolic links: edited where it lies, for all that see it, and nothing beside it declared twice."""

import pytest

from remediator.config import RootConfig
from remediator.model import AddResource, Attributes, RemoveResource, SetAttribute
from tests.edit.sizes import LARGE, SMALLER

STOP = AddResource(
    "aws_ec2_instance_state",
    Attributes({"state": "stopped"}),
    (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)
LOCK = {"prod/.terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'}
MODULE = """
    variable "size" {
      default = "m5.4xlarge"
    }
    resource "aws_instance" "t" {
      instance_type = var.size
    }
    resource "aws_instance" "u" {
      instance_type = "m5.4xlarge"
    }
"""
PROD, DEV = RootConfig(path="prod", state="p"), RootConfig(path="dev", state="d")
ONE = {"modules/x/main.tf": MODULE, "prod/main.tf": 'module "x" {\n  source = "./modules/x"\n}\n', **LOCK}
TWO = {**ONE, "dev/main.tf": 'module "x" {\n  source = "../modules/x"\n}\n'}
FOLDER = {"prod/modules": "modules"}


@pytest.mark.parametrize(
    ("name", "action", "path", "doubt"),
    [
        ("t", SMALLER, "prod/main.tf", None),  # an argument at the one call
        ("u", SMALLER, None, "would also change dev: module.x.aws_instance.u"),
        ("u", STOP, None, "would also change dev: module.x.aws_ec2_instance_state.u"),
        ("u", RemoveResource(), None, "without it dev: module.x.aws_instance.u would change or go"),
    ],
)
def test_a_module_folder_behind_a_link(code, name, action, path, doubt):
    address = f"module.x.aws_instance.{name}"

    alone = code(ONE, (PROD,), links=FOLDER).draft(address, action, state=LARGE)
    shared = code(TWO, (PROD, DEV), links=FOLDER).draft(address, action, state=LARGE)

    assert [edit.path for edit in alone.edits] == ["modules/x/main.tf"]
    assert [edit.path for edit in shared.edits] == ([path] if path else [])
    assert doubt is None or doubt in shared.doubts[0]


WEB = 'resource "aws_instance" "t" {\n  instance_type = "m5.4xlarge"\n}\n'
FILE = {"prod/main.tf": "common/main.tf"}


@pytest.mark.parametrize(
    ("beside", "action", "doubt"),
    [
        ("", SMALLER, None),
        ('resource "aws_ec2_instance_state" "t" {\n  instance_id = aws_instance.t.id\n}\n', STOP,
         "prod/more.tf:1: aws_ec2_instance_state.t is there for aws_instance.t already"),
        ('resource "aws_ebs_volume" "k" {\n  size = aws_instance.t.x\n}\n', RemoveResource(),
         "aws_instance.t is still referred to at prod/more.tf:2"),
        ("resource {", STOP, "prod/more.tf could not be read"),
    ],
)  # fmt: skip
def test_a_file_behind_a_link_stands_with_its_neighbours_there(code, beside, action, doubt):
    here = code({"common/main.tf": WEB, "prod/more.tf": beside, **LOCK}, (PROD,), links=FILE)

    made = here.draft("aws_instance.t", action, state=LARGE)

    assert [edit.path for edit in made.edits] == ([] if doubt else ["common/main.tf"])
    assert doubt is None or doubt in made.doubts[0]


def test_a_name_that_is_taken_beside_the_link_is_not_taken_again(code):
    taken = 'resource "aws_ec2_instance_state" "t" {\n  instance_id = "i-9"\n}\n'
    here = code({"common/main.tf": WEB, "prod/more.tf": taken, **LOCK}, (PROD,), links=FILE)

    made = here.draft("aws_instance.t", STOP, state=LARGE)

    assert made.expected[0].address == "aws_ec2_instance_state.t_2"


def test_a_file_that_two_roots_link_to_is_edited_for_both_or_not_at_all(code):
    links = {"prod/main.tf": "common/main.tf", "dev/main.tf": "common/main.tf"}
    here = code({"common/main.tf": WEB, "dev/x.tf": "", "prod/x.tf": ""}, (PROD, DEV), links=links)

    made = here.draft("aws_instance.t", SMALLER, state=LARGE)
    both = here.draft("aws_instance.t", SMALLER, state=LARGE, also=["dev: aws_instance.t"])

    assert "would also change dev: aws_instance.t" in made.doubts[0]
    assert [edit.path for edit in both.edits] == ["common/main.tf"]


@pytest.mark.parametrize("twin", ["main.tofu", "more_override.tofu"])
def test_opentofu_files_stand_in_for_their_twins(code, twin):
    here = code({"main.tf": WEB.replace("m5.4xlarge", "other"), "x.tofu": "", twin: WEB})

    made = here.draft("aws_instance.t", SMALLER, state=LARGE)

    assert [edit.path for edit in made.edits] == [twin]
