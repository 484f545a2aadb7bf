"""Edits of Terragrunt units: at the unit's own line, at the nearest place that leaves its siblings alone."""

import textwrap
from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.model import SetAttribute

MODULE = """
    variable "instance_type" {
      type    = string
      default = "m5.4xlarge"
    }

    resource "aws_instance" "trainer" {
      instance_type = var.instance_type
    }
    """
ROOT = """
    locals {
      env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
    }

    inputs = merge(local.env.locals, { owner = "ml" })
    """
UNIT = """
    include "root" {
      path = find_in_parent_folders("root.hcl")
    }

    terraform {
      source = "../../../modules//trainer"
    }
    """
INPUTS = """
    inputs = {
      name          = "trainer"
      instance_type = "p4d.24xlarge"  # eight GPUs
    }
    """
RESIZE = SetAttribute("instance_type", "p4d.24xlarge", "g5.xlarge")
TRAINER = "aws_instance.trainer"


def roots(*names: str) -> tuple[RootConfig, ...]:
    return tuple(RootConfig(path=f"live/{name}/trainer", state=name) for name in names)


def estate(dev: str = UNIT, prod: str = UNIT, env: str = "", module: str = MODULE) -> dict[str, str]:
    return {
        "modules/trainer/main.tf": module,
        "live/root.hcl": ROOT,
        "live/dev/env.hcl": f'locals {{\n  environment = "dev"\n{env}}}\n',
        "live/prod/env.hcl": f'locals {{\n  environment = "prod"\n{env}}}\n',
        "live/dev/trainer/terragrunt.hcl": dev,
        "live/prod/trainer/terragrunt.hcl": prod,
    }


def drafted(code: Callable[..., object], files: dict[str, str], *names: str, change: SetAttribute = RESIZE):
    tree = code(files, roots(*names))
    made = tree.draft(TRAINER, change, state={"instance_type": change.live})
    return tree, made


def test_the_units_own_line_is_edited_and_not_its_siblings(code) -> None:
    tree, made = drafted(code, estate(UNIT + INPUTS, UNIT + INPUTS), "prod", "dev")
    assert tree.shown(made) == (
        '-  instance_type = "p4d.24xlarge"  # eight GPUs\n+  instance_type = "g5.xlarge"  # eight GPUs\n'
    )
    assert [edit.path for edit in made.edits] == ["live/prod/trainer/terragrunt.hcl"] * len(made.edits)
    assert [(at.path, at.role.value) for at in made.traces[0].locations] == [
        ("modules/trainer/main.tf", "attribute"),
        ("live/prod/trainer/terragrunt.hcl", "map entry"),
    ] or made.traces[0].locations[-1].path == "live/prod/trainer/terragrunt.hcl"


DEFAULT = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")


def test_a_default_is_overridden_in_the_inputs_of_the_one_unit(code) -> None:
    named = UNIT + '\n    inputs = {\n      name = "trainer"\n    }\n'
    tree, made = drafted(code, estate(named, named), "prod", "dev", change=DEFAULT)
    assert tree.shown(made) == '-  name = "trainer"\n+  name          = "trainer"\n+  instance_type = "m5.2xlarge"\n'
    assert {edit.path for edit in made.edits} == {"live/prod/trainer/terragrunt.hcl"}


def test_a_unit_without_inputs_gets_them(code) -> None:
    tree, made = drafted(code, estate(), "prod", "dev", change=DEFAULT)
    assert tree.shown(made) == '+\n+inputs = {\n+  instance_type = "m5.2xlarge"\n+}\n'
    assert {edit.path for edit in made.edits} == {"live/prod/trainer/terragrunt.hcl"}


def test_a_unit_that_is_not_configured_keeps_the_default_too(code) -> None:
    _, made = drafted(code, estate(), "prod", change=DEFAULT)
    assert {edit.path for edit in made.edits} == {"live/prod/trainer/terragrunt.hcl"}


def test_the_only_unit_of_a_module_takes_its_default(code) -> None:
    files = estate()
    del files["live/dev/trainer/terragrunt.hcl"]
    tree, made = drafted(code, files, "prod", change=DEFAULT)
    assert tree.shown(made) == '-  default = "m5.4xlarge"\n+  default = "m5.2xlarge"\n'


SHARED = '      instance_type = "p4d.24xlarge"\n'


def test_what_a_parent_gives_to_several_is_overridden_in_the_one(code) -> None:
    files = estate()
    files["live/root.hcl"] = ROOT.replace('{ owner = "ml" }', '{ owner = "ml", instance_type = "p4d.24xlarge" }')
    tree, made = drafted(code, files, "prod", "dev")
    assert tree.shown(made) == '+\n+inputs = {\n+  instance_type = "g5.xlarge"\n+}\n'
    assert {edit.path for edit in made.edits} == {"live/prod/trainer/terragrunt.hcl"}


def test_what_only_one_environment_gives_is_edited_there(code) -> None:
    tree, made = drafted(code, estate(env=SHARED), "prod", "dev")
    assert tree.shown(made) == '-      instance_type = "p4d.24xlarge"\n+      instance_type = "g5.xlarge"\n'
    assert [edit.path for edit in made.edits] == ["live/prod/env.hcl"]


def test_values_of_a_document_are_edited_in_it(code) -> None:
    unit = UNIT + (
        "\n    locals {\n"
        '      sizes = yamldecode(file(find_in_parent_folders("sizes.yaml")))\n    }\n'
        "    inputs = {\n      instance_type = local.sizes.gpu\n    }\n"
    )
    files = estate(unit) | {"live/prod/sizes.yaml": "gpu: p4d.24xlarge # GPUs\n"}
    files["live/prod/trainer/terragrunt.hcl"] = unit
    files["live/sizes.yaml"] = "gpu: p4d.24xlarge\n"
    tree, made = drafted(code, files, "prod", "dev")
    assert tree.shown(made) == "-gpu: p4d.24xlarge # GPUs\n+gpu: g5.xlarge # GPUs\n"
    assert [edit.path for edit in made.edits] == ["live/prod/sizes.yaml"]


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        (UNIT.replace("../../../modules//trainer", "git::https://x.io/m.git//t?ref=v1"), "not in this repository"),
        (UNIT + INPUTS.replace('"p4d.24xlarge"', 'get_env("SIZE", "p4d.24xlarge")'), "get_env() reads SIZE"),
        (UNIT + INPUTS.replace('"p4d.24xlarge"', "dependency.net.outputs.size"), "another unit's state"),
        (UNIT.replace("root.hcl", "none.hcl"), "no folder above live/prod/trainer holds none.hcl"),
        (
            UNIT + INPUTS + 'generate "more" {\n  path = "more.tf"\n  if_exists = "overwrite"\n'
            '  contents = "resource \\"a\\" \\"b\\" {}\\n"\n}\n',
            "generates more.tf",
        ),
        (
            UNIT.replace("terraform {", 'terraform {\n  extra_arguments "x" {\n    commands = ["plan"]\n'
                         '    arguments = ["-var", "instance_type=x"]\n  }') + INPUTS,
            "extra_arguments at live/prod/trainer/terragrunt.hcl",
        ),
    ],
)  # fmt: skip
def test_what_is_not_followed_says_why(code, unit: str, said: str) -> None:
    _, made = drafted(code, estate(prod=unit), "prod", "dev")
    assert made.edits == ()
    assert said in " ".join(made.doubts)


TWO = """
    variable "instance_type" {
      default = "m5.4xlarge"
    }

    variable "monitoring" {
      default = "a"
    }

    resource "aws_instance" "trainer" {
      instance_type = var.instance_type
      key_name      = var.monitoring
    }
    """


@pytest.mark.parametrize(
    ("inputs", "shown"),
    [
        (
            "inputs = {\n  name = 1,\n}\n",
            '-  name = 1,\n+  name          = 1,\n+  instance_type = "m5.2xlarge",\n+  monitoring    = "b",\n',
        ),
        (
            "inputs = {\n  name = 1\n}\n",
            '-  name = 1\n+  name          = 1\n+  instance_type = "m5.2xlarge"\n+  monitoring    = "b"\n',
        ),
        ("inputs = {}\n", '-inputs = {}\n+inputs = { instance_type = "m5.2xlarge", monitoring = "b" }\n'),
        (
            "inputs = merge({}, { a = 1 })\n",
            "-inputs = merge({}, { a = 1 })\n"
            '+inputs = merge({}, { a = 1, instance_type = "m5.2xlarge", monitoring = "b" })\n',
        ),
        ("", '+\n+inputs = {\n+  instance_type = "m5.2xlarge"\n+  monitoring    = "b"\n+}\n'),
    ],
)
def test_several_inputs_are_added_at_once(code, inputs: str, shown: str) -> None:
    unit = textwrap.dedent(UNIT) + inputs
    tree = code(estate(unit, unit, module=TWO), roots("prod", "dev"))
    made = tree.draft(
        TRAINER,
        DEFAULT,
        SetAttribute("key_name", "a", "b"),
        state={"instance_type": "m5.4xlarge", "key_name": "a"},
    )
    assert tree.shown(made) == shown
    assert {edit.path for edit in made.edits} == {"live/prod/trainer/terragrunt.hcl"}


READER = """
    dependency "trainer" {
      config_path = "../../prod/trainer"
    }
    inputs = {
      size = dependency.trainer.outputs.%s
    }
    """


@pytest.mark.parametrize(("output", "refused"), [("size", True), ("id", False)])
def test_an_output_that_another_unit_reads_is_no_ones_to_change(code, output: str, refused: bool) -> None:
    module = MODULE + '\n    output "size" {\n      value = aws_instance.trainer.instance_type\n    }\n'
    files = estate(UNIT + READER % output, UNIT + INPUTS, module=module)
    _, made = drafted(code, files, "prod", "dev")
    said = "output.size, which is read at live/dev/trainer/terragrunt.hcl:"
    assert (said in " ".join(made.doubts)) is refused
    assert (made.edits == ()) is refused
