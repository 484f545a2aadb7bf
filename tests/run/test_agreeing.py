"""One value for findings that share a literal, where each has it among its options."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.config import RootConfig
from remediator.edit.splice import blob_id
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.index import build
from remediator.model import Attributes, Change, Effect, Resource, Saving, SetAttribute, StateAddress, StateResource
from remediator.run.agreeing import agreed
from tests.changes import change_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ROOT = RootConfig(path=".", state="s")
SHARED = """
locals {
  size = "m5.4xlarge"
}
resource "aws_instance" "a" {
  instance_type = local.size
}
resource "aws_instance" "b" {
  instance_type = local.size
}
resource "aws_instance" "c" {
  instance_type = "m5.4xlarge"
}
"""


def code() -> Code:
    content = SHARED.encode()
    blob = blob_id(content, "0" * 40)
    return Code(
        build("infra", "c", [("main.tf", blob)], lambda _: iter([(blob, content)]), None), lambda _: content, [ROOT]
    )


def option(name: str, target: str, monthly: int) -> Change:
    at = StateAddress("infra", ".", "s", "default", "l", 1, "", "managed", "aws_instance", name, None)
    amount = Decimal(monthly)
    return change_of(
        Resource("aws", "dev", "us-east-1", "aws_instance", f"i-{name}", None, Attributes(), Attributes(), NOW),
        StateResource(at, f"i-{name}", None, Attributes()),
        SetAttribute("instance_type", "m5.4xlarge", target),
        concern="size",
        saving=Saving(amount, amount, amount, "USD", "list", "a table", NOW.date()),
        effect=Effect.RESTART,
    )


def change(name: str, *options: tuple[str, int]) -> Change:
    first, *others = (option(name, target, monthly) for target, monthly in options)
    return replace(first, instead=tuple(others))


SMALL, MIDDLE, LARGE = ("m5.large", 300), ("m5.xlarge", 200), ("m5.2xlarge", 100)


@pytest.mark.parametrize(
    ("a", "b", "c", "targets"),
    [
        ((SMALL, MIDDLE, LARGE), (LARGE,), (SMALL,), ("m5.2xlarge", "m5.2xlarge", "m5.large")),
        ((SMALL, MIDDLE, LARGE), (MIDDLE, LARGE), (SMALL, LARGE), ("m5.xlarge", "m5.xlarge", "m5.large")),
        ((SMALL,), (LARGE,), (SMALL,), ("m5.large", "m5.2xlarge", "m5.large")),
        ((MIDDLE,), (MIDDLE,), (SMALL,), ("m5.xlarge", "m5.xlarge", "m5.large")),
    ],
)
def test_the_target_that_all_have_and_that_saves_most(a, b, c, targets) -> None:
    wanted = [(change(name, *options), ROOT) for name, options in (("a", a), ("b", b), ("c", c))]

    found = agreed(wanted, code())

    assert tuple(made.actions[0].target for made, _ in found) == targets
    assert [made.declared.at.name for made, _ in found] == ["a", "b", "c"]
