"""The sign of zero, which Terraform's numbers keep and its texts show."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.values import Fields

ROOT = RootConfig(path=".", state="s")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("tostring(0 * -2)", "-0"),
        ("tostring(-0)", "-0"),
        ("tostring(0 / -2)", "-0"),
        ("jsonencode(0 * -2)", "-0"),
        ('"${-(1 - 1)}x"', "-0x"),
        ("tostring(-2 * 0 + 0)", "0"),
        ("tostring(1 - 1)", "0"),
        ("tostring(ceil(-0.5))", "0"),
        ("tostring(-4 % 2)", "0"),
        ('format("%d", 0 * -2)', "0"),
        ("0 * -2 == 0", True),
    ],
)
def test_zero_keeps_its_sign_as_in_terraform(
    make_code: Callable[..., Code], expression: str, value: str | bool
) -> None:
    code = make_code({"main.tf": f'resource "terraform_data" "x" {{\n  input = {{ a = {expression} }}\n}}\n'}, ROOT)
    found = code.root(ROOT).instances["terraform_data.x"].block.attributes["input"].data
    assert isinstance(found, Fields)
    assert found.fields["a"].data == value
