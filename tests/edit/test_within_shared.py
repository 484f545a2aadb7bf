"""Values within expressions that several roots, workspaces or decisions read."""

import pytest

from remediator.config import RootConfig
from remediator.model import Role
from tests.edit.sizes import LARGE, SMALLER, web

LOCAL = """
    locals {
      size = "m5.4xlarge"
    }
"""


def test_a_default_that_two_roots_share_gets_an_entry_in_the_right_variable_file(code):
    roots = [
        RootConfig(path="env", state=name, workspace=name, var_files=(f"{name}.tfvars",))
        for name in ("default", "prod")
    ]
    here = code(
        {
            "env/main.tf": web("var.size") + 'variable "size" {\n  default = "m5.4xlarge"\n}\nvariable "region" {}\n',
            "env/default.tfvars": 'region = "us-east-1"\n',
            "env/prod.tfvars": 'region = "us-east-1"',
        },
        roots,
    )

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == '+size   = "m5.2xlarge"\n'
    assert [(x.path, x.role) for x in made.locations] == [("env/default.tfvars", Role.TFVARS)]


def test_a_literal_that_decides_something_else_too_is_left_alone(code):
    text = web("local.size") + (
        'locals {\n  size = "m5.4xlarge"\n}\n'
        'resource "aws_ebs_volume" "scratch" {\n  count = local.size == "m5.4xlarge" ? 1 : 0\n  size  = 10\n}\n'
    )
    made = code({"main.tf": text}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == ("main.tf:5: local local.size would also change aws_ebs_volume.scratch[0]",)


def test_prod_is_edited_where_the_finding_is_prods(code):
    trainer = 'resource "aws_instance" "trainer" {\n  instance_type = "m5.4xlarge"\n}\n'
    roots = [RootConfig(path="envs/prod", state="p"), RootConfig(path="envs/dev", state="d")]
    here = code({"envs/dev/main.tf": trainer, "envs/prod/main.tf": trainer}, roots)

    made = here.draft("aws_instance.trainer", SMALLER, state=LARGE)

    assert [edit.path for edit in made.edits] == ["envs/prod/main.tf"]


@pytest.mark.parametrize("workspace", ["default", "prod"])
def test_workspaces_that_no_root_names_are_said_to_read_the_code_too(code, workspace):
    roots = [
        RootConfig(path="env", state="p", workspace=workspace),
        RootConfig(path="env", state="s", workspace="stage"),
    ]
    files = {"env/main.tf": web('terraform.workspace == "stage" ? "t3.small" : local.size') + LOCAL}

    made = code(files, roots).draft("aws_instance.web", SMALLER, state=LARGE)

    said = 'the workspace is "prod" (others of env than prod, stage, if there are any, read this code too)'
    assert made.doubts == ()
    assert (said in made.traces[0].conditions) == (workspace == "prod")
