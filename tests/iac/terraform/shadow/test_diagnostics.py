"""A root that Terraform cannot evaluate says why, and shows nothing that is secret."""

from collections.abc import Callable

import pytest

from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.frozen import Frozen


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"main.tf": "resource {"}, "does not parse"),
        ({"main.tf": 'locals { a = local.b\n b = local.a }\nresource "x" "y" { z = local.a }\n'}, "Cycle"),
        ({"main.tf": 'resource "x" "y" {}\n', "main2.tf": 'resource "x" "y" {}\n'}, "twice"),
        ({"main.tf.json": '{"resource": '}, "main.tf.json"),
        ({"main.tf": "", "terraform.tfvars": "x = {"}, "terraform.tfvars"),
    ],
)
def test_a_root_that_cannot_be_evaluated_says_why(
    frozen: Callable[..., Frozen], files: dict[str, str], reason: str
) -> None:
    with pytest.raises(RemediatorError, match=reason):
        frozen(files)


def test_a_variable_file_that_is_missing_is_named(frozen: Callable[..., Frozen]) -> None:
    with pytest.raises(RemediatorError, match=r"\.\./\.\./x\.tfvars is not in the repository"):
        frozen({"main.tf": ""}, var_files=("../../x.tfvars",))


@pytest.mark.parametrize("hidden", [False, True])
def test_why_terraform_gives_up_shows_no_sensitive_value(frozen: Callable[..., Frozen], hidden: bool) -> None:
    mark = "  sensitive = true\n" if hidden else ""
    files = {
        "main.tf": f"""\
variable "n" {{
{mark}  default = "hunter2"
}}
resource "aws_instance" "a" {{
  cpu_core_count = tonumber(var.n)
}}
"""
    }
    (why,) = frozen(files).shadow.given_up.values()

    assert why.startswith("Terraform says: Invalid function argument")
    assert ("hunter2" in why) is not hidden
