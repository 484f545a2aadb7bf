"""Every function and operator beside Terraform: written calls by family, and odd arguments in every place.

An answer of ours may be unknown, which makes a ticket; it is never another known value, never a failure where Terraform
has an answer (so that `try` would take another argument), and never an answer where Terraform fails.
"""

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.calls import NAMES
from tests.iac.terraform.language.oracle import HEAD, ROOT, Wrong, compared, program

CALLS = Path(__file__).parent / "calls"
ODD = (
    "null", '""', '"a"', '"1"', "1", "-1", "1.5", "0", "true", "[]", '["a"]', '["b", "a"]', '[1, "a"]', "[1, 2]", "{}",
    "{ a = 1 }", '{ a = "x", b = true }', '{ a = ["x"] }', 'toset(["b", "a"])', "toset([])", 'tolist(["a"])',
    "tolist([1, 2])", "tomap({ a = 1 })", "local.ud", "local.ul", "local.uo", "local.us", '["a", null]',
    '[["a"], ["b", "c"]]', '"e\\u0301x"', "1e30", '"10.0.0.0/8"', '[{ a = 1 }, { a = "x" }]', 'sensitive("a")',
)  # fmt: skip
OF_THE_MACHINE = (
    "abspath", "base64gzip", "bcrypt", "file", "filebase64", "filebase64sha256", "filebase64sha512", "fileexists",
    "filemd5", "fileset", "filesha1", "filesha256", "filesha512", "pathexpand", "plantimestamp", "rsadecrypt",
    "templatefile", "timestamp", "uuid",
)  # fmt: skip
"""Functions whose value is another one at every run or in every folder."""
MakeCode = Callable[..., Code]


EXACT = Path(__file__).parent / "exact"
"""Calls to which even an unknown is no answer where Terraform knows one."""
Compare = Callable[..., list[Wrong]]


@pytest.fixture
def disagreements(make_code: MakeCode, tmp_path: Path) -> Compare:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")

    def run(expressions: list[str], exactly: bool = False) -> list[Wrong]:
        code = make_code({"main.tf": HEAD + program(dict(enumerate(expressions)))}, ROOT)
        return compared(terraform, tmp_path, expressions, code, exactly)

    return run


@pytest.mark.parametrize("family", sorted(path.stem for path in CALLS.iterdir()))
def test_written_calls_have_the_values_that_terraform_gives_them(disagreements: Compare, family: str) -> None:
    assert disagreements((CALLS / f"{family}.txt").read_text().splitlines()) == []


@pytest.mark.parametrize("family", sorted(path.stem for path in EXACT.iterdir()))
def test_what_terraform_knows_of_collections_that_hold_unknowns_we_know_too(
    disagreements: Compare, family: str
) -> None:
    assert disagreements((EXACT / f"{family}.txt").read_text().splitlines(), exactly=True) == []


def _signatures() -> dict[str, tuple[int, bool]]:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")
    shown = subprocess.run([terraform, "metadata", "functions", "-json"], capture_output=True, text=True, check=True)
    found = json.loads(shown.stdout)["function_signatures"]
    return {
        name: (len(one.get("parameters", ())), "variadic_parameter" in one)
        for name, one in found.items()
        if "::" not in name and name not in OF_THE_MACHINE
    }


def _odd_calls(seed: int) -> Iterator[str]:
    """Calls of every function with odd arguments: all of them where there is one parameter, else some."""
    choice = random.Random(seed).choice
    for name, (count, more) in sorted(_signatures().items()):
        if count == 1 and not more:
            yield from (f"{name}({argument})" for argument in ODD)
            continue
        for _ in range(12):
            length = count + (choice((1, 1, 2)) if more or name == "lookup" else 0)
            yield f"{name}({', '.join(choice(ODD) for _ in range(length))})"


def test_odd_arguments_fare_as_with_terraform(disagreements: Compare) -> None:
    assert disagreements(list(dict.fromkeys(_odd_calls(1)))) == []


def test_every_function_of_terraform_is_followed_but_one() -> None:
    assert set(_signatures()) - NAMES <= {"yamlencode"}
