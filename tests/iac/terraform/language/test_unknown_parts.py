"""Functions of collections that hold something unknown, as Terraform has them."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.values import Data, Fields, Items, Unknown

MAIN = 'resource "terraform_data" "seed" {\n}\n\nresource "terraform_data" "x" {\n  input = { a = EXPRESSION }\n}\n'
ROOT = RootConfig(path=".", state="s")


def attribute(make_code: Callable[..., Code], expression: str) -> Data:
    code = make_code({"main.tf": MAIN.replace("EXPRESSION", expression)}, ROOT)
    value = code.root(ROOT).instances["terraform_data.x"].block.attributes["input"]
    return value.data.fields["a"].data if isinstance(value.data, Fields) else value.data


@pytest.mark.parametrize(
    "expression",
    [
        'join("-", [terraform_data.seed.id])',
        'sort([terraform_data.seed.id, "a"])[0]',
        'try(join("-", [terraform_data.seed.id]), "x")',
        'upper(join("", ["a", terraform_data.seed.id]))',
        "sum([1, terraform_data.seed.id])",
    ],
)
def test_what_hangs_on_an_unknown_element_is_unknown_and_no_error(
    make_code: Callable[..., Code], expression: str
) -> None:
    data = attribute(make_code, expression)
    assert isinstance(data, Unknown)
    assert "terraform_data.seed" in data.reason


@pytest.mark.parametrize(
    ("expression", "length"),
    [
        ("sort([terraform_data.seed.id])", 1),
        ('sort(["b", terraform_data.seed.id, terraform_data.seed.id])', 3),
        ('sort(toset(["b", terraform_data.seed.id]))', None),
    ],
)
def test_a_sorted_list_is_as_long_whatever_is_unknown(
    make_code: Callable[..., Code], expression: str, length: int | None
) -> None:
    data = attribute(make_code, expression)
    assert isinstance(data, Unknown) if length is None else isinstance(data, Items)
    if isinstance(data, Items):
        assert [type(item.data) for item in data.items] == [Unknown] * (length or 0)
        assert len({item.digest() for item in data.items}) == length


def test_a_call_that_fails_for_another_reason_still_fails(make_code: Callable[..., Code]) -> None:
    assert attribute(make_code, 'try(join("-", [["a"]]), "x")') == "x"


def test_letters_that_have_no_single_capital_stay(make_code: Callable[..., Code]) -> None:
    assert attribute(make_code, 'upper("Größe ŉ")') == "GRÖßE ŉ"
    assert attribute(make_code, 'title("ßa größe")') == "ßa Größe"
    assert attribute(make_code, 'lower("GRÖßE İΣ")') == "größe iσ"


def test_equal_numbers_on_both_sides_of_an_unknown_condition_are_known_and_texts_are_not(
    make_code: Callable[..., Code],
) -> None:
    assert attribute(make_code, 'terraform_data.seed.id == "x" ? 4 : 2 + 2') == 4
    assert isinstance(attribute(make_code, 'terraform_data.seed.id == "x" ? 4 : 5'), Unknown)
    assert isinstance(attribute(make_code, 'terraform_data.seed.id == "x" ? "a" : "a"'), Unknown)
