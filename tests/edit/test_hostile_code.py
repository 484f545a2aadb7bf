"""Code that is made to break what reads it: a reason in bounded time, and never an exception."""

import time

import pytest

from remediator.iac.terraform.configuration.root import STEPS
from remediator.model import SetAttribute

SMALLER = SetAttribute("instance_type", "p4d.24xlarge", "g5.xlarge")
SHARED = """
locals {
  size = "p4d.24xlarge"
  big  = [for i in range(1000) : [for j in range(100) : j]]
  text = join("", [for i in range(1000) : "0123456789012345678901234567890123456789"])
}
data "x" "y" {}
resource "aws_instance" "a" {
  instance_type = local.size
}
resource "aws_instance" "z" {
  ami = HERE
}
"""
HOSTILE = {
    "a glob that is no pattern": 'join(",", fileset(path.module, "[z-a]"))',
    "a glob that goes back": 'join(",", fileset(".", "' + "**a" * 12 + 'b"))',
    "a wide format": 'format("%' + "9" * 5000 + 'd", 1)',
    "a long number": "9" * 5000,
    "a number of many digits": "9" * 200 + ".5",
    "a large number": 'tonumber("1e9999") * 2',
    "many interpolations": '"' + "${1}" * 100_000 + '"',
    "many conditions": '["é",' + "true ? 1 : 2," * 7_000 + "]",
    "a loop of comparisons": "[for i in range(1000) : local.big == local.big]",
    "a loop of unknown comparisons": "[for i in range(1000) : data.x.y.id == local.big]",
    "a loop of hashes": "[for i in range(1000) : [for j in range(1000) : sha256(local.text)]]",
    "a loop of splits": '[for i in range(1000) : length(split("", local.text))]',
    "a loop of matches": '[for i in range(1000) : length(regexall(".", local.text))]',
    "deep brackets": "[" * 3000 + "]" * 3000,
    "deep calls": "abs(" * 3000 + "1" + ")" * 3000,
}


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    """A tenth of the steps that a root may take, so that what counts none of them is told from what does."""
    monkeypatch.setattr("remediator.iac.terraform.configuration.root.STEPS", STEPS // 10)


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon_with_an_edit_or_a_reason(code, name):
    here = code({"main.tf": SHARED.replace("HERE", HOSTILE[name])})
    start = time.process_time()

    made = here.draft("aws_instance.a", SMALLER, state={"instance_type": "p4d.24xlarge"})

    assert bool(made.edits) is not bool(made.doubts)
    assert time.process_time() - start < 10  # alone two at most; with steps without end, a minute and more


def test_a_module_source_that_is_a_long_number(code):
    call = 'module "m" {\n  source = ' + "1" * 5000 + "\n}\n"
    here = code({"main.tf": SHARED.replace("HERE", "1"), "m.tf": call})

    assert here.draft("aws_instance.a", SMALLER, state={"instance_type": "p4d.24xlarge"}).doubts == ()
