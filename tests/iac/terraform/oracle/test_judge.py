"""Terraform's answers, as the judge reads them."""

from decimal import Decimal

from bench.oracle.answers import UNKNOWN
from bench.oracle.judge import Judge, Refusal
from bench.oracle.trees import Tree
from bench.oracle.units import Unit

MAIN = """\
variable "size" {
  type = number
}

resource "terraform_data" "seed" {
}

resource "terraform_data" "x" {
  for_each = toset(["b", "a"])
  input = {
    size   = var.size
    where  = "${each.key}-${terraform.workspace}"
    hidden = [terraform_data.seed.id, { inner = terraform_data.seed.id, none = null }]
    third  = 1 / 4
  }
}
"""


def tree(**files: str) -> Tree:
    return Tree({f"live/{name.replace('__', '.')}": text for name, text in files.items()}, "live", (), "prod")


def test_values_come_with_their_addresses_and_unknown_ones_as_such(judge: Judge) -> None:
    answers = judge.plan(tree(main__tf=MAIN, terraform__tfvars='size = "8"\n'))
    assert not isinstance(answers, tuple)
    assert set(answers) == {"terraform_data.seed", 'terraform_data.x["a"]', 'terraform_data.x["b"]'}
    assert answers['terraform_data.x["a"]'] == {
        "size": Decimal(8),
        "where": "a-prod",
        "hidden": (UNKNOWN, {"inner": UNKNOWN, "none": None}),
        "third": Decimal("0.25"),
    }
    assert answers["terraform_data.seed"] is None


def test_errors_are_named_with_their_file(judge: Judge) -> None:
    refusals = judge.plan(tree(main__tf="locals {\n  a = local.nowhere\n}\n"))
    assert isinstance(refusals, tuple)
    assert [(r.summary, r.file) for r in refusals] == [("Reference to undeclared local value", "main.tf")]


def test_a_file_that_does_not_parse_is_refused_at_once(judge: Judge) -> None:
    refusals = judge.plan(tree(main__tf="locals {"))
    assert isinstance(refusals, tuple)
    assert "Unclosed configuration block" in {r.summary for r in refusals}


def test_units_that_are_refused_leave_the_others_their_answers(judge: Judge) -> None:
    good = Unit({"UNIT_main.tf": 'resource "terraform_data" "UNIT_a" {\n  input = { a = "x" }\n}\n'}, {})
    bad = Unit({"UNIT_main.tf": 'resource "terraform_data" "UNIT_a" {\n  input = { a = [][1] }\n}\n'}, {})
    judged = judge.judge({"u0": good, "u1": bad, "u2": good})
    assert set(judged.accepted) == {"u0", "u2"}
    assert judged.answers == {"terraform_data.u0_a": {"a": "x"}, "terraform_data.u2_a": {"a": "x"}}
    assert isinstance(judged.refused["u1"], Refusal)
    assert judged.refused["u1"].summary == "Invalid index"
