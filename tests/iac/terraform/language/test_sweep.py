"""Every function and operator beside Terraform: written calls by family, and odd arguments in every place.

An answer of ours may be unknown, which makes a ticket; it is never another known value, never a failure where Terraform
has an answer (so that `try` would take another argument), and never an answer where Terraform fails.
"""

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sized
from pathlib import Path
from typing import cast

import pytest

from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.calls import NAMES
from remediator.iac.terraform.language.functions.results import FIXED
from remediator.iac.terraform.language.types import Type
from tests.iac.terraform.language.oracle import HEAD, ROOT, Wrong, compared, program

CALLS = Path(__file__).parent / "calls"
ODD = (
    "null", '""', '"a"', '"1"', "1", "-1", "1.5", "0", "true", "[]", '["a"]', '["b", "a"]', '[1, "a"]', "[1, 2]", "{}",
    "{ a = 1 }", '{ a = "x", b = true }', '{ a = ["x"] }', 'toset(["b", "a"])', "toset([])", 'tolist(["a"])',
    "tolist([1, 2])", "tomap({ a = 1 })", "local.u", "local.ud", "local.ul", "local.un", "local.uo", "local.us",
    '["a", null]', '[["a"], ["b", "c"]]', '"e\\u0301x"', "1e30", '"10.0.0.0/8"', '[{ a = 1 }, { a = "x" }]',
    'sensitive("a")',
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
    terraform = _terraform()

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


def _terraform() -> str:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")
    return terraform


def _functions() -> dict[str, dict[str, object]]:
    shown = subprocess.run([_terraform(), "metadata", "functions", "-json"], capture_output=True, text=True, check=True)
    found: dict[str, dict[str, object]] = json.loads(shown.stdout)["function_signatures"]
    return {name: one for name, one in found.items() if "::" not in name}


def _signatures() -> dict[str, tuple[int, bool]]:
    return {
        name: (len(cast(Sized, one.get("parameters", ()))), "variadic_parameter" in one)
        for name, one in _functions().items()
        if name not in OF_THE_MACHINE
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


def test_the_type_of_what_a_call_gives_shows_in_a_number_beside_it(disagreements: Compare) -> None:
    calls = [call for call in dict.fromkeys(_odd_calls(2)) if "local.u" in call]
    found = disagreements([f"[{call}, true ? 1 : {call}]" for call in calls])
    assert [wrong for wrong in found if wrong.terraform != "fails"] == []  # a call that is refused has no type


def test_functions_whose_results_have_one_type_are_those_of_terraform() -> None:
    made = {name: one["return_type"] for name, one in _functions().items()}
    fixed = {name: type_ for name, type_ in made.items() if "dynamic" not in json.dumps(type_)}
    assert {name: _written(type_) for name, type_ in FIXED.items()} == fixed


def _written(of: Type) -> object:
    return of.name if of.element is None else [of.name, _written(of.element)]


def test_every_function_of_terraform_is_followed_but_one() -> None:
    assert set(_signatures()) - NAMES <= {"yamlencode"}
