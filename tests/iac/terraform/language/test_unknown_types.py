"""Variables without a value have their type all the same, by which what stands beside them is converted."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.values import Data, Fields, Unknown

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


@pytest.mark.parametrize("sides", ["[] : []", '[1] : ["a"]', "[aws_instance.other.id] : [1]"])
@pytest.mark.parametrize("key", ["[2]", '["2"]', '["a"]', "[null]", ".2"])
def test_one_of_two_tuples_has_no_element_that_neither_has(
    make_code: Callable[..., Code], sides: str, key: str
) -> None:
    tried = f'try((aws_instance.other.id != "q" ? {sides}){key}, 0)'
    assert attribute(make_code({"main.tf": MAIN.replace("EXPRESSION", tried)}, ROOT)) == Decimal(0)


@pytest.mark.parametrize("expression", ["[1] : [2]", "[] : [1]", "tolist([]) : [1]", "aws_instance.other.ids : []"])
def test_an_element_that_one_of_two_may_have_is_not_known(make_code: Callable[..., Code], expression: str) -> None:
    tried = f'try((aws_instance.other.id != "q" ? {expression})[0], 0)'
    assert isinstance(attribute(make_code({"main.tf": MAIN.replace("EXPRESSION", tried)}, ROOT)), Unknown)
