"""Terraform's own answer to many expressions at once, and ours."""

import json
import re
import subprocess
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from bench.oracle.answers import Answer, differences, merged
from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, RefusedError

__all__ = ["ROOT", "Wrong", "compared", "program"]

ROOT = RootConfig(path=".", state="s")
HEAD = """\
resource "terraform_data" "seed" {}
locals {
  u  = tostring(terraform_data.seed.id)
  un = tonumber(terraform_data.seed.id)
  ub = tobool(terraform_data.seed.id)
  ud = jsondecode(terraform_data.seed.id)
  ul = [local.u, "a"]
  uo = { a = local.u, b = 1 }
  us = toset(["a", local.u])
  ut = tolist([local.u, "a"])
}
"""
_LINES = 4
"""Lines of one output."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An expression to which we have another known answer than Terraform, or fail where it does not, or the reverse."""

    expression: str
    terraform: str
    ours: str


def program(expressions: Mapping[int, str]) -> str:
    """Outputs of these expressions, each on as many lines."""
    return "".join(f'output "o{n}" {{\n  sensitive = true\n  value = {text}\n}}\n' for n, text in expressions.items())


def compared(
    terraform: str, folder: Path, expressions: Sequence[str], code: Code, exactly: bool = False
) -> list[Wrong]:
    """The disagreements; an unknown of ours is none, whatever Terraform says, unless the answer is to be exactly it."""
    top = code.root(ROOT).top
    assert top is not None
    top.shared.budget.left = 10**9
    theirs = _Terraform(terraform, folder).answers(dict(enumerate(expressions)))
    found: list[Wrong] = []
    for n, text in enumerate(expressions):
        try:
            ours = top.refer("output", f"o{n}")
        except RefusedError:
            continue
        except EvaluationError as error:
            if n in theirs:
                found.append(Wrong(text, str(theirs[n]), f"fails: {error}"))
            continue
        if n not in theirs:
            if ours.known:
                found.append(Wrong(text, "fails", str(ours.plain())))
            continue
        found += _wrong(text, theirs[n], ours, exactly)
    return found


def _wrong(text: str, theirs: Answer, ours: Evaluated, exactly: bool) -> Iterator[Wrong]:
    for sentence in differences(theirs, ours):
        if exactly or "we say (unknown" not in sentence:
            yield Wrong(text, sentence, "")
            return


class _Terraform:
    def __init__(self, binary: str, folder: Path) -> None:
        self.binary = binary
        self.folder = folder
        self.environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "CHECKPOINT_DISABLE": "1", "GOGC": "400"}

    def run(self, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [self.binary, *arguments]
        return subprocess.run(command, cwd=folder, env=self.environment, capture_output=True, text=True, check=False)

    def answers(self, expressions: Mapping[int, str]) -> Mapping[int, Answer]:
        """The values of the expressions that Terraform accepts: errors are slow, so most are found by `can` first."""
        failing = self.failing(expressions)
        left = {n: text for n, text in expressions.items() if n not in failing}
        (self.folder / "main.tf").write_text(HEAD)
        assert self.run(self.folder, "init", "-backend=false").returncode == 0
        while True:
            (self.folder / "out.tf").write_text(program(left))
            done = self.run(self.folder, "plan", "-json", "-refresh=false", "-out=p")
            if not done.returncode:
                break
            blamed = _blamed(done.stdout, tuple(left))
            assert blamed, done.stdout[-2000:]
            left = {n: text for n, text in left.items() if n not in blamed}
        changes = self.shown(self.folder)
        return {n: merged(changes[f"o{n}"]["after"], changes[f"o{n}"]["after_unknown"]) for n in left}

    def failing(self, expressions: Mapping[int, str]) -> set[int]:
        """Those that fail and hang on no unknown."""
        plain = {n: text for n, text in expressions.items() if "local.u" not in text and "terraform_data" not in text}
        folder = self.folder / "can"
        folder.mkdir()
        (folder / "out.tf").write_text(program({n: f"can({text})" for n, text in plain.items()}))
        for arguments in (["init", "-backend=false"], ["plan", "-refresh=false", "-out=p"]):
            done = self.run(folder, *arguments)
            assert done.returncode == 0, done.stderr[-2000:]
        return {int(name[1:]) for name, change in self.shown(folder).items() if change["after"] is False}

    def shown(self, folder: Path) -> dict[str, dict[str, bool]]:
        plan = json.loads(self.run(folder, "show", "-json", "p").stdout, parse_float=Decimal, parse_int=Decimal)
        changes: dict[str, dict[str, bool]] = plan.get("output_changes", {})
        return {name: {"after": None, **change} for name, change in changes.items()}


def _blamed(out: str, numbers: tuple[int, ...]) -> set[int]:
    """The outputs that fail, by the line of the error, or by their name where their value cannot be kept."""
    starts = [1 + _LINES * at for at in range(len(numbers))]
    found: set[int] = set()
    for line in out.splitlines():
        diagnostic = json.loads(line).get("diagnostic", {}) if line.startswith("{") else {}
        if diagnostic.get("severity") != "error":
            continue
        found |= {int(n) for n in re.findall(r'output value "o(\d+)"', diagnostic.get("detail", ""))}
        if diagnostic.get("range", {}).get("filename") == "out.tf":
            found.add(numbers[bisect_right(starts, diagnostic["range"]["start"]["line"]) - 1])
    return found
