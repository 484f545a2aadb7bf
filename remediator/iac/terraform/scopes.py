"""Module instances: through which roots and calls a folder becomes part of a configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from remediator.config import RootConfig
from remediator.iac.terraform.index import RepositoryIndex, normal
from remediator.iac.terraform.modules import Call, called_folder, calls_in
from remediator.iac.terraform.syntax import Block, Span

MAX_SCOPES = 1_000
"""More module instances than this are not listed one by one; no estate comes near, an attack would."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A module as one root has it: the calls from the root to its folder, outermost first."""

    root: RootConfig
    calls: tuple[Call, ...]
    folder: str

    @property
    def path(self) -> tuple[str, ...]:
        """The names of the calls."""
        return tuple(call.block.labels[0] for call in self.calls)

    def inside(self, call: Call) -> "Scope":
        """The module that a call in this one leads to."""
        return Scope(self.root, (*self.calls, call), call.folder)

    @property
    def outside(self) -> "Scope":
        """The module that calls this one; a root's own is itself."""
        return Scope(self.root, self.calls[:-1], self.calls[-1].caller) if self.calls else self


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scopes of a folder; `strangers` are calls that come from no configured root, `complete` says if all stand."""

    known: tuple[Scope, ...]
    strangers: tuple[Call, ...]
    complete: bool


def scopes(index: RepositoryIndex, roots: Sequence[RootConfig], folder: str) -> Scopes:
    """Every way by which the configured roots, or code outside them, reach a folder."""
    calls = calls_by_folder(index)
    paths = {normal(root.path) for root in roots} if index.units else set()
    known: list[Scope] = []
    strangers: dict[Call, None] = {}
    waiting: list[tuple[str, tuple[Call, ...]]] = [(folder, ())]
    for _ in range(MAX_SCOPES):
        if not waiting:
            break
        top, chain = waiting.pop()
        found = [Scope(root, chain, folder) for root in roots if index.module_folder(root.path) == top]
        known += found
        strangers.update(dict.fromkeys(call for call in _units(index).get(top, ()) if call.caller not in paths))
        onward = [call for call in calls.get(top, ()) if all(call.caller != passed.folder for passed in chain)]
        waiting += [(call.caller, (call, *chain)) for call in onward if call.caller != folder]
        if not found and not onward and chain:
            strangers[chain[0]] = None
    return Scopes(tuple(known), tuple(strangers), not waiting)


@lru_cache(maxsize=4)
def calls_by_folder(index: RepositoryIndex) -> Mapping[str, tuple[Call, ...]]:
    """Every call in the repository by the folder that it means."""
    found: dict[str, list[Call]] = {}
    for caller in index.folders:
        for file, block in calls_in(index, caller):
            target = called_folder(index, block, caller)
            if target is not None and len(block.labels) == 1:
                found.setdefault(target, []).append(Call(file, block, caller, target))
    return {folder: tuple(calls) for folder, calls in found.items()}


@lru_cache(maxsize=4)
def _units(index: RepositoryIndex) -> Mapping[str, tuple[Call, ...]]:
    """The Terragrunt units that take a module from another folder, by that folder."""
    found: dict[str, list[Call]] = {}
    for unit in index.units.values():
        if unit.module is not None and unit.module != unit.path:
            file = index.files[unit.file]
            block = next(file.blocks("terraform"), _NO_BLOCK)
            found.setdefault(unit.module, []).append(Call(file, block, unit.path, unit.module))
    return {folder: tuple(calls) for folder, calls in found.items()}


_NO_BLOCK = Block("terraform", (), Span(0, 0, 1, 1), Span(0, 0, 1, 1), Span(0, 0, 1, 1), (), ())
"""Of a unit whose module is named in a file that it includes."""
