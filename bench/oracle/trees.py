"""Many units in one root."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bench.oracle.shapes import Constant
from bench.oracle.units import ENVIRONMENT, MARK, SOURCES, VAR_FILES, Unit
from bench.oracle.words import ENVIRONMENTS, hcl

__all__ = ["Tree", "batches", "planted"]


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a repository by path, and the folder and the workspace that Terraform runs in."""

    files: Mapping[str, str]
    root: str
    var_files: tuple[str, ...]
    workspace: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The same for the same content."""
        parts = (
            sorted(self.files.items()),
            self.root,
            self.var_files,
            self.workspace,
            sorted(self.environment.items()),
        )
        return sha256(repr(parts).encode()).hexdigest()


def planted(units: Mapping[str, Unit], number: int = 0) -> Tree:
    """One root of many units by name; its number decides the folder and the workspace."""
    root = ("live", ".", "envs/prod/eu")[number % 3]
    files: dict[str, str] = {}
    given: dict[str, dict[str, Constant]] = {}
    for name, unit in units.items():
        for path, text in unit.files.items():
            files[path.replace(MARK, name)] = text.replace(MARK, name)
        for source, values in unit.given.items():
            given.setdefault(source, {}).update({key.replace(MARK, name): value for key, value in values.items()})
    named = {source: given.get(source, {}) for source in SOURCES if source in given or source in VAR_FILES}
    files |= {source: _written(source, values) for source, values in named.items()}
    placed = {f"{root}/{path}" if root != "." else path: text for path, text in files.items()}
    environment = {f"{ENVIRONMENT}{name}": str(text) for name, text in given.get(ENVIRONMENT, {}).items()}
    return Tree(placed, root, VAR_FILES, ENVIRONMENTS[number % len(ENVIRONMENTS)], environment)


def _written(source: str, values: Mapping[str, Constant]) -> str:
    if source.endswith(".json"):
        return json.dumps(values, indent=2, ensure_ascii=False)
    return "".join(f"{name} = {hcl(value)}\n" for name, value in values.items())


def batches(units: Sequence[Unit], size: int) -> list[Mapping[str, Unit]]:
    """The units by name, so many at a time."""
    named = [(f"u{at}", unit) for at, unit in enumerate(units)]
    return [dict(named[at : at + size]) for at in range(0, len(named), size)]
