"""Modules of Terragrunt units, planned by real Terraform with the inputs of the unit."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.evaluation import evaluate, evaluate_edit
from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.proof import Verdict, proved
from remediator.iac.terraform.shadow.sources import Sources
from remediator.model import ExpectedChange

MODULE = """
variable "size" {
  default = "m5.large"
}
variable "name" {
  default = "plain"
}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "net" {
  default = "none"
}
resource "aws_instance" "a" {
  instance_type = var.size
  key_name      = var.name
  tags          = var.tags
  subnet_id     = var.net
}
"""
UNIT = """
terraform {
  source = "../..//m"
}
dependency "net" {
  config_path = "../net"
}
inputs = {
  size = "m5.4xlarge"
  tags = { a = "$${x} %%{y}" }
  net  = dependency.net.outputs.id
}
"""
FILES = {
    "m/main.tf": MODULE,
    "live/app/terragrunt.hcl": UNIT,
    "live/app/x.auto.tfvars": 'name = "filed"\n',
}
ROOT = RootConfig(path="live/app", state="s")
Make = Callable[[dict[str, str]], Sources]


def test_the_module_gets_the_inputs(values: Callable[..., dict[str, dict[str, object]]]) -> None:
    assert values(FILES, "live/app") == {
        "aws_instance.a": {
            "instance_type": "m5.4xlarge",
            "key_name": "filed",
            "tags": {"a": "${x} %{y}"},
            "subnet_id": ...,
        }
    }


def test_an_edit_of_an_input_is_proved(binary: Binary, sources: Make) -> None:
    edited = {"live/app/terragrunt.hcl": UNIT.replace("m5.4xlarge", "m5.xlarge").encode()}
    before, after = evaluate_edit(binary, sources(FILES), ROOT, None, edited)
    wanted = [ExpectedChange("aws_instance.a", ("update",), ("instance_type",))]
    assert proved(before, after, wanted).verdict is Verdict.PROVED
    assert proved(before, after, []).verdict is Verdict.DIFFERS


def test_an_edit_behind_a_dependency_is_not_proved(binary: Binary, sources: Make) -> None:
    edited = {"live/app/terragrunt.hcl": UNIT.replace("outputs.id", "outputs.other").encode()}
    before, after = evaluate_edit(binary, sources(FILES), ROOT, None, edited)
    assert proved(before, after, []).verdict is not Verdict.PROVED


def test_a_unit_that_is_not_followed_has_no_shadow(binary: Binary, sources: Make) -> None:
    files = {**FILES, "live/app/terragrunt.hcl": UNIT.replace("../..//m", "git::https://x/m.git")}
    with pytest.raises(RemediatorError, match="not in this repository"):
        evaluate(binary, sources(files), ROOT, None)
