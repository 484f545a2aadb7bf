"""Files that are not in the repository may be there where Terraform runs: what hangs on them is unknown."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.values import Fields, Unknown
from tests.iac.terraform.terragrunt.conftest import plain

MAIN = 'resource "terraform_data" "x" {\n  input = { a = EXPRESSION }\n}\n'
ROOT = RootConfig(path="live", state="s")


@pytest.mark.parametrize(
    "expression",
    [
        'file("/etc/passwd")',
        'templatefile("../../x", {})',
        'try(file("~/.ssh/id_rsa.pub"), "none")',
        'fileexists("~/.ssh/id_rsa.pub") ? "yes" : "no"',
        'fileexists("/etc/passwd") ? "yes" : "no"',
        'can(file("${path.module}/../../other/x.json"))',
        'try(filemd5("/x"), "none")',
        'try(templatefile("~/x.tftpl", {}), "none")',
        'length(fileset("../../other", "*.json"))',
        'try(fileset("~", "*"), [])',
    ],
)
def test_no_fallback_is_taken_for_them(make_code: Callable[..., Code], expression: str) -> None:
    code = make_code({"live/main.tf": MAIN.replace("EXPRESSION", expression)}, ROOT)
    value = code.root(ROOT).instances["terraform_data.x"].block.attributes["input"]
    data = value.data.fields["a"].data if isinstance(value.data, Fields) else value.data
    assert isinstance(data, Unknown)
    assert "outside the repository (live/main.tf)" in data.reason


def test_a_file_that_is_missing_in_the_repository_still_makes_a_call_fail(make_code: Callable[..., Code]) -> None:
    expression = '[try(file("none"), "no"), fileexists("../none"), fileexists("a~b")]'
    code = make_code({"live/main.tf": MAIN.replace("EXPRESSION", expression)}, ROOT)
    value = code.root(ROOT).instances["terraform_data.x"].block.attributes["input"]
    assert plain(value) == {"a": ["no", False, False]}
