"""Variables without a value have their type all the same, by which what stands beside them is converted."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.values import Data, Fields

MAIN = """\
variable "text" {
  type = string
}
variable "record" {
  type = object({ a = string, b = optional(number, 1) })
}
variable "open" {
  type = list(any)
}
variable "any" {
}
resource "aws_instance" "x" {
  tags = { a = EXPRESSION }
}
"""
ROOT = RootConfig(path=".", state="s")


def attribute(code: Code) -> Data:
    tags = code.root(ROOT).instances["aws_instance.x"].block.attributes["tags"].data
    assert isinstance(tags, Fields)
    return tags.fields["a"].data


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ("true ? 1 : var.text", "1"),
        ("true ? 1 : var.record.a", "1"),
        ("true ? 1 : var.record.b", Decimal(1)),
        ("true ? 1 : var.open[0]", Decimal(1)),
        ("true ? 1 : var.any", Decimal(1)),
        ("true ? 1 : aws_instance.other.id", Decimal(1)),
        ("tolist([1, var.text])[0]", "1"),
        ('"a${var.any}" == 5', False),
        ("var.text == 5", False),
        ("var.record == 5", False),
    ],
)
def test_the_type_of_a_variable_without_a_value_counts(
    make_code: Callable[..., Code], expression: str, data: Data
) -> None:
    found = attribute(make_code({"main.tf": MAIN.replace("EXPRESSION", expression)}, ROOT))
    assert (type(found), found) == (type(data), data)
