"""Our values beside Terraform's."""

from decimal import Decimal

import pytest

from bench.oracle.answers import UNKNOWN, Answer, differences
from remediator.iac.terraform.language.values import Data, Evaluated, Fields, Items, Unknown

HIDDEN = Unknown("a resource computes it", "k")


def items(*data: Data, is_set: bool = False) -> Items:
    return Items(tuple(Evaluated(one) for one in data), is_set)


def fields(**data: Data) -> Fields:
    return Fields({name: Evaluated(one) for name, one in data.items()})


@pytest.mark.parametrize(
    ("terraform", "ours"),
    [
        ("a", "a"),
        (True, True),
        (None, None),
        (UNKNOWN, HIDDEN),
        (Decimal("8.0"), Decimal(8)),
        (Decimal("0.3333333333333333"), Decimal(1) / Decimal(3)),
        (("a", Decimal(1)), items("a", Decimal(1))),
        (("b", "a"), items("a", "b", is_set=True)),
        ((("a",), UNKNOWN), items(HIDDEN, items("a"), is_set=True)),
        ({"b": None, "a": ()}, fields(a=items(), b=None)),
        ({}, fields()),
    ],
)
def test_equal_values_do_not_differ(terraform: Answer, ours: Data) -> None:
    assert list(differences(terraform, Evaluated(ours))) == []


@pytest.mark.parametrize(
    ("terraform", "ours", "sentence"),
    [
        ("1", Decimal(1), '.: terraform says "1", we say 1'),
        (Decimal(1), True, ".: terraform says 1, we say true"),
        (True, Decimal(1), ".: terraform says true, we say 1"),
        (None, HIDDEN, ".: terraform says null, we say (unknown: a resource computes it)"),
        (UNKNOWN, "a", '.: terraform says (unknown), we say "a"'),
        (("a", "b"), items("b", "a"), '[0]: terraform says "a", we say "b"'),
        (("a",), items("a", "b"), '.: terraform says ["a"], we say ["a", "b"]'),
        ((), fields(), ".: terraform says [], we say {}"),
        (("a", "b"), items("a", "c", is_set=True), '.: terraform has "b" in the set, we have "a", "c"'),
        ({"a": {"b": "x"}}, fields(a=fields(b="y")), '.a.b: terraform says "x", we say "y"'),
        ({"a": "x"}, fields(b="x"), '.: terraform says {a = "x"}, we say {b = "x"}'),
    ],
)
def test_what_differs_is_said_with_its_path(terraform: Answer, ours: Data, sentence: str) -> None:
    assert sentence in list(differences(terraform, Evaluated(ours)))
