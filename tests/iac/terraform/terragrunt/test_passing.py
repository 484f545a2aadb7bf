"""Inputs as variables of the module have them, beside what real Terraform makes of the TF_VAR_ variables."""

import json
from collections.abc import Callable, Mapping

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.traces import follow

PASSED = {
    "untyped_text": ("", '"a"', "a"),
    "untyped_list": ("", '["a", 1]', '["a",1]'),
    "untyped_number": ("", "3", "3"),
    "text": ("type = string", '"x"', "x"),
    "text_of_number": ("type = string", "1.50", "1.5"),
    "text_of_flag": ("type = string", "true", "true"),
    "text_of_list": ("type = string", '["a"]', '["a"]'),
    "number": ("type = number", '"8"', "8"),
    "flag": ("type = bool", '"true"', "true"),
    "listed": ("type = list(string)", '["a", "$${b}"]', '["a", "$${b}"]'),
    "list_in_text": ("type = list(string)", 'jsonencode(["a"])', '["a"]'),
    "object": ("type = object({ a = number, b = optional(string, \"d\") })", '{ a = "1" }', '{"a":"1"}'),
    "mixed": ("type = any", '{ a = [1, "x"], b = null }', '{"a":[1,"x"],"b":null}'),
    "unique": ("type = set(string)", 'toset(["b", "a", "b"])', '["a","b"]'),
    "nothing": ('default = "set"', "null", None),
    "long": ("type = string", "12345678901234567890", "12345678901234567890"),
    "filed": ("type = string", '"input"', "input"),
    "from_default": ('default = "own"', None, None),
}  # fmt: skip
"""Of each variable how it is declared, which input it gets, and the text that Terragrunt passes for that."""
FILES = {"terraform.tfvars": 'filed = "file"\nnothing = "file"\n'}


def test_inputs_arrive_as_terraform_reads_them(
    make_code: Callable[..., Code], terraform_outputs: Callable[..., Mapping[str, object]]
) -> None:
    declared = "".join(f'variable "{name}" {{\n  {body}\n}}\n' for name, (body, _, _) in PASSED.items())
    outputs = "".join(f'output "{name}" {{\n  value = jsonencode(var.{name})\n}}\n' for name in PASSED)
    environment = {f"TF_VAR_{name}": text for name, (_, _, text) in PASSED.items() if text is not None}
    nulls = {".terragrunt-null-vars.auto.tfvars.json": json.dumps({"nothing": None})}
    theirs = terraform_outputs({"main.tf": declared + outputs, **FILES, **nulls}, environment)

    inputs = "".join(f"  {name} = {text}\n" for name, (_, text, _) in PASSED.items() if text is not None)
    resource = "".join(f"  {name} = jsonencode(var.{name})\n" for name in PASSED)
    files = {
        "live/app/terragrunt.hcl": f'terraform {{\n  source = "../..//m"\n}}\ninputs = {{\n{inputs}}}\n',
        "m/main.tf": f'{declared}resource "aws_x" "x" {{\n{resource}}}\n',
        "live/app/terraform.tfvars": FILES["terraform.tfvars"],
    }
    root = RootConfig(path="live/app", state="s")
    code = make_code(files, root)
    instance = code.root(root).instances["aws_x.x"]
    assert {name: follow(code, instance, name).trace.value for name in PASSED} == theirs


@pytest.mark.parametrize(
    ("path", "wins"), [("m/x.auto.tfvars", True), ("live/app/terraform.tfvars", True), ("live/other.tfvars", False)]
)
def test_variable_files_win_over_inputs(make_code: Callable[..., Code], path: str, wins: bool) -> None:
    root = RootConfig(path="live/app", state="s")
    code = make_code(
        {
            "live/app/terragrunt.hcl": 'terraform {\n  source = "../../m"\n}\ninputs = {\n  size = "input"\n}\n',
            "m/main.tf": 'variable "size" {}\nresource "aws_x" "x" {\n  size = var.size\n}\n',
            path: 'size = "file"\n',
        },
        root,
    )
    trace = follow(code, code.root(root).instances["aws_x.x"], "size").trace
    assert trace.value == ("file" if wins else "input")
    assert trace.locations[-1].path == (path if wins else "live/app/terragrunt.hcl")


def test_variable_files_of_extra_arguments_win_over_all(make_code: Callable[..., Code]) -> None:
    root = RootConfig(path="live/app", state="s")
    arguments = """terraform {
      source = "../../m"
      extra_arguments "vars" {
        commands           = get_terraform_commands_that_need_vars()
        required_var_files = ["${get_terragrunt_dir()}/../common.tfvars"]
        optional_var_files = ["${get_terragrunt_dir()}/../none.tfvars"]
      }
    }
    inputs = { size = "input" }
    """
    code = make_code(
        {
            "live/app/terragrunt.hcl": arguments,
            "live/common.tfvars": 'size = "common"\n',
            "m/main.tf": 'variable "size" {}\nresource "aws_x" "x" {\n  size = var.size\n}\n',
            "m/x.auto.tfvars": 'size = "automatic"\n',
        },
        root,
    )
    assert follow(code, code.root(root).instances["aws_x.x"], "size").trace.value == "common"
