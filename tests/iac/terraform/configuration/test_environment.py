"""Variables from the environment, beside what real Terraform makes of the same."""

import json
from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.traces import follow
from remediator.model import Role

VALUES = {
    "untyped": ("", "[1]", "[1]"),
    "text": ("type = string", '"${x}"', '"${x}"'),
    "empty": ("type = string", "", ""),
    "number": ("type = number", "3", 3),
    "flag": ("type = bool", "true", True),
    "list": ("type = list(string)", '["a", "b"]', ["a", "b"]),
    "any": ("type = any", '{ k = "v" }', {"k": "v"}),
    "untyped_with_default": ('default = "x"', '["q"]', '["q"]'),
    "filed": ("type = string", "environment", "file"),
}


def test_the_environment_as_terraform_reads_it(
    make_code: Callable[..., Code],
    terraform_outputs: Callable[..., dict[str, object]],
) -> None:
    declared = "".join(f'variable "{name}" {{\n  {body}\n}}\n' for name, (body, _, _) in VALUES.items())
    outputs = "".join(f'output "{name}" {{\n  value = var.{name}\n}}\n' for name in VALUES)
    environment = {f"TF_VAR_{name}": text for name, (_, text, _) in VALUES.items()}
    files = {"main.tf": declared + outputs, "terraform.tfvars": 'filed = "file"\n'}
    assert terraform_outputs(files, environment) == {name: expected for name, (_, _, expected) in VALUES.items()}
    resource = "".join(f"  {name} = jsonencode(var.{name})\n" for name in VALUES)
    root = RootConfig(path=".", state="s", environment=environment)
    text = files["main.tf"] + f'resource "aws_x" "x" {{\n{resource}}}\n'
    code = make_code({**files, "main.tf": text}, root)
    ours = {name: follow(code, code.root(root).instances["aws_x.x"], name).trace.value for name in VALUES}
    assert ours == {name: _json(expected) for name, (_, _, expected) in VALUES.items()}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def test_what_the_environment_sets_is_said_to_come_from_there(make_code: Callable[..., Code]) -> None:
    text = 'variable "size" {}\nresource "aws_instance" "a" {\n  instance_type = var.size\n}\n'
    root = RootConfig(path=".", state="s", environment={"TF_VAR_size": "m5.large"})
    code = make_code({"main.tf": text}, root)
    trace = follow(code, code.root(root).instances["aws_instance.a"], "instance_type").trace
    assert (trace.value, trace.unresolved) == ("m5.large", None)
    last = trace.locations[-1]
    assert (last.path, last.role, last.address) == ("TF_VAR_size", Role.ENVIRONMENT, "var.size")


def test_only_names_of_variables_are_taken() -> None:
    with pytest.raises(ValueError, match="pattern"):
        RootConfig(path=".", state="s", environment={"TF_VAR size": "x"})
