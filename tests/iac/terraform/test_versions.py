"""Version constraints, with Terraform itself as the judge of what each allows."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.shadow.process import found
from remediator.iac.terraform.versions import newest

TAGS = (
    "v0.9.0",
    "1.0.0",
    "v1.2.0",
    "v1.2.9",
    "v1.10.1",
    "v2.0.0-beta.1",
    "v2.0.0-beta.2",
    "latest",
    "v3",
    "module-9.0.0",
)


@pytest.mark.parametrize(
    ("constraint", "tag"),
    [
        (None, "v1.10.1"),
        ("1.2.0", "v1.2.0"),
        ("= 1.0", "1.0.0"),
        ("~> 1.2", "v1.10.1"),
        ("~> 1.2.0", "v1.2.9"),
        ("~> 1", "v1.10.1"),
        ("> 1.2, < 1.10", "v1.2.9"),
        (">= 1.2.0, != 1.10.1", "v1.2.9"),
        ("<= 1", "1.0.0"),
        (">= 2.0.0-beta.1", None),
        ("2.0.0-beta.1", "v2.0.0-beta.1"),
        ("9.0.0", None),
        (">= 3", None),
    ],
)
def test_the_newest_tag_that_a_constraint_allows(constraint: str | None, tag: str | None) -> None:
    assert newest(constraint, TAGS) == tag


@pytest.mark.parametrize("constraint", ["latest", "", "1.0,", "=> 1", "~>", "1.x", "1" * 600])
def test_what_is_no_constraint_is_said(constraint: str) -> None:
    with pytest.raises(ValueError, match="is no version constraint"):
        newest(constraint, TAGS)


@given(st.text(max_size=60) | st.from_regex(r"(~>|>=|!=)? ?[0-9.]{1,20}(-[a-z.0-9]{1,5})?(, <[0-9.]{1,9})?"))
def test_no_constraint_is_too_strange(constraint: str) -> None:
    try:
        assert newest(constraint, TAGS) in (*TAGS, None)
    except ValueError as error:
        assert "is no version constraint" in str(error)


NUMBERS = ("1", "2", "0", "1.11", "1.10", "1.12", "1.11.4", "1.11.5", "0.9", "1.11.4.0")


def test_terraform_takes_the_same_versions(tmp_path: Path) -> None:
    binary = terraform_1_11_4()
    for operator in ("", "=", "!=", ">", ">=", "<", "<=", "~>"):
        for number in NUMBERS:
            constraint = f"{operator} {number}".strip()
            (tmp_path / "main.tf").write_text(f'terraform {{\n  required_version = "{constraint}"\n}}\n')
            done = subprocess.run([binary, "validate", "-no-color"], cwd=tmp_path, capture_output=True, check=False)
            allowed = newest(constraint, ("1.11.4",)) is not None
            assert (done.returncode == 0) is allowed, (constraint, done.stderr.decode())


def terraform_1_11_4() -> str:
    binary = found()
    if binary is None:
        pytest.skip("there is no Terraform")
    said = subprocess.run([*binary.command, "version"], capture_output=True, check=False).stdout.decode()
    if "Terraform v1.11.4" not in said:
        pytest.skip("it is not version 1.11.4, which the cases are about")
    return binary.command[0]
