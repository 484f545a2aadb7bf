"""Every function against Terraform's own answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.functions.table import FUNCTIONS
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from tests.iac.terraform.language.calls import EXPRESSIONS, FILES, LOCALS

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | float | bool | None"
ROOT = RootConfig(path=".", state="s")


def plain(value: Evaluated) -> Json:
    data = value.data
    assert not isinstance(data, Unknown), data.reason
    if isinstance(data, Items):
        return [plain(item) for item in data.items]
    if isinstance(data, Fields):
        return {key: plain(inner) for key, inner in data.fields.items()}
    return float(data) if isinstance(data, Decimal) else data


def ours(code: Code) -> dict[str, Evaluated]:
    instances = code.root(ROOT).instances
    return {address.split(".")[1]: made.block.attributes["input"] for address, made in instances.items()}


def test_every_expression_is_what_terraform_makes_of_it(
    make_code: Callable[..., Code], terraform_outputs: Callable[..., Mapping[str, Json]]
) -> None:
    outputs = "".join(f'output "o{n}" {{\n  value = {text}\n}}\n' for n, text in enumerate(EXPRESSIONS))
    theirs = terraform_outputs({"main.tf": LOCALS + outputs, **FILES})
    data = "".join(f'resource "terraform_data" "o{n}" {{\n  input = {text}\n}}\n' for n, text in enumerate(EXPRESSIONS))
    found = ours(make_code({"main.tf": LOCALS + data, **FILES}, ROOT))

    wrong = [
        (EXPRESSIONS[n], plain(found[f"o{n}"]), theirs[f"o{n}"])
        for n in range(len(EXPRESSIONS))
        if json.dumps(plain(found[f"o{n}"]), sort_keys=True) != json.dumps(_floats(theirs[f"o{n}"]), sort_keys=True)
    ]
    assert wrong == []


def _floats(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_every_function_is_tried() -> None:
    """Save those that give another value at every run, or read the machine, or have a test of their own."""
    untried = [name for name in FUNCTIONS if not any(f"{name}(" in text for text in EXPRESSIONS)]
    assert set(untried) <= {
        "abspath", "pathexpand", "timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt", "ephemeralasnull",
        "filebase64", "filebase64sha256", "filebase64sha512", "filesha1", "filesha256", "filesha512",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "range(10000)",
        "range(1, 0, 1)",
        "element([], 0)",
        'regex("(", "a")',
        'jsondecode("{")',
        'format("%d")',
        'format("%z", 1)',
        'parseint("9", 8)',
        'cidrsubnet("10.0.0.0/30", 8, 0)',
        'lookup({}, "a")',
        'index(["a"], "b")',
        'coalesce(null, "")',
        "setproduct(range(1000), range(1000))",
        'indent(10000000, "a\\nb")',
    ],
)
def test_what_terraform_refuses_or_what_would_grow_is_unknown(make_code: Callable[..., Code], text: str) -> None:
    found = ours(make_code({"main.tf": f'resource "terraform_data" "o" {{\n  input = {text}\n}}\n'}, ROOT))["o"]

    assert isinstance(found.data, Unknown)
    assert "(main.tf:2)" in found.data.reason


@pytest.mark.parametrize(
    "text",
    [
        "merge({ a = local.x }, { b = 1 }).a",
        'lookup({ a = local.x }, "a", "y")',
        "coalesce(null, local.x)",
        'concat(["a"], [local.x])[1]',
        "values({ a = local.x })[0]",
        "one([local.x])",
        "flatten([[local.x]])[0]",
        "element([local.x], 0)",
        'zipmap(["a"], [local.x])["a"]',
        "try({}.none, local.x)",
        "reverse([local.x])[0]",
        "tolist(toset([local.x]))[0]",
        "[for x in [local.x] : x][0]",
        "{ for k, v in { a = local.x } : k => v }.a",
        "true ? local.x : null",
        '"${local.x}"',
    ],
)
def test_what_hands_a_value_on_keeps_the_place_where_it_is_written(make_code: Callable[..., Code], text: str) -> None:
    main = f'locals {{\n  x = "here"\n}}\nresource "terraform_data" "o" {{\n  input = {text}\n}}\n'
    found = ours(make_code({"main.tf": main}, ROOT))["o"]

    assert found.data == "here"
    assert found.origin is not None
    assert main[found.origin.start : found.origin.end] == '"here"'


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("merge({ a = var.u }, { b = 1 }).b", True),
        ("merge({ a = var.u }, { b = 1 }).a", False),
        ("length([var.u, var.u])", True),
        ("keys({ a = var.u })[0]", True),
        ("[var.u, 1][1]", True),
        ('contains(["a", var.u], "a")', True),
        ('contains(["a", var.u], "b")', False),
        ('"${var.u}-x"', False),
        ("var.u ? 1 : 2", False),
        ("upper(var.u)", False),
        ("timestamp()", False),
        ("[for k in var.u : k]", False),
        ("null == var.u", False),
        ("provider::aws::arn_parse(1)", False),
    ],
)
def test_what_is_not_known(make_code: Callable[..., Code], text: str, known: bool) -> None:
    main = f'variable "u" {{}}\nresource "terraform_data" "o" {{\n  input = {text}\n}}\n'
    first, second = (ours(make_code({"main.tf": more + main}, ROOT))["o"] for more in ("", "# moved\n"))

    assert (first.unknown is None) is known
    assert first.plain() == second.plain()
