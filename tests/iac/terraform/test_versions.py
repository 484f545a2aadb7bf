"""Version constraints, with Terraform itself as the judge of what each allows."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.shadow.process import found
from remediator.iac.terraform.versions import allows_from, newest

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


@pytest.mark.parametrize(
    ("constraint", "allowed"),
    [
        ("~> 0.11", True),
        ("~> 0.11.14", False),
        ("0.11.14", False),
        ("< 0.12", False),
        ("<= 0.12", True),
        ("< 0.12.1", True),
        ("< 0.12.1, != 0.12.0", False),
        (">= 0.11, < 0.12", False),
        (">= 0.11", True),
        ("> 0.11, < 2", True),
        ("~> 1.5.0", True),
        (">= 99", True),
    ],
)
def test_whether_any_version_from_one_on_is_allowed(constraint: str, allowed: bool) -> None:
    assert allows_from(constraint, "0.12.0") is allowed


@given(st.lists(st.from_regex(r"(~>|>=|!=|<|<=|>|=)? ?[01]\.[0-9](\.[0-3])?", fullmatch=True), min_size=1, max_size=3))
def test_it_is_what_the_newest_of_all_versions_says(parts: list[str]) -> None:
    versions = [f"{a}.{b}.{c}" for a in range(3) for b in range(11) for c in range(6)]
    later = [v for v in versions if tuple(map(int, v.split("."))) >= (0, 5, 2)]
    constraint = ", ".join(parts)
    assert allows_from(constraint, "0.5.2") is (newest(constraint, later) is not None)


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
