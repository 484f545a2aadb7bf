"""What `moved` blocks say: which address a resource of a state has in the code by now.

https://developer.hashicorp.com/terraform/language/moved
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import MAX_DEPTH, blocks_in, find_call
from remediator.model import StateAddress

__all__ = ["moved_address", "moves_in"]

_STEP = re.compile(r'([\w-]+)\.([\w-]+)(?:\[\s*(?:("(?:[^"\\]|\\.)*")|(\d+))\s*\])?')
_STEPS = 100
"""Moves that are followed of one resource; a module that is moved into itself would take no end of them."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of an address: a module's call or the resource, and its key; None where it has none."""

    name: str
    key: int | str | None = None


_Steps = tuple[_Step, ...]


def moves_in(index: RepositoryIndex, folder: str) -> Iterator[tuple[str, str]]:
    """The pairs of old and new address in a folder's `moved` blocks, without their instance keys."""
    for old, new in _moves(index, folder):
        yield _named(old), _named(new)


def moved_address(index: RepositoryIndex, root: str, at: StateAddress) -> StateAddress | None:
    """The address that a state's resource has after the moves which its root or a module tells; None without any.

    Its module path has no keys. Where blocks move one instance to several places, it is not told which.
    """
    own, folder = _Step(f"{at.type}.{at.name}", at.index_key), index.module_folder(root)
    path = _steps(at.module) if at.module else ()
    if path is None or len(path) > MAX_DEPTH:
        return None
    for level in range(len(path) + 1):
        inner = (*path[level:], own)
        after = _followed(inner, list(_moves(index, folder)))
        if after != inner:
            *modules, type_, name = _named((*path[:level], *after)).split(".")
            return replace(at, module=".".join(modules), type=type_, name=name, index_key=after[-1].key)
        call = find_call(index, folder, path[level].name.partition(".")[2]) if level < len(path) else ""
        if isinstance(call, str):
            return None
        folder = call.folder
    return None


def _moves(index: RepositoryIndex, folder: str) -> Iterator[tuple[_Steps, _Steps]]:
    for _, block in blocks_in(index, folder, "moved"):
        old, new = block.attribute("from"), block.attribute("to")
        if old is not None and new is not None:
            ends = _steps(old.text.strip()), _steps(new.text.strip())
            if ends[0] and ends[1]:
                yield ends[0], ends[1]


def _steps(address: str) -> _Steps | None:
    """The steps of an address, or None of what is none."""
    found: list[_Step] = []
    at = 0
    while match := _STEP.match(address, at):
        type_, name, text, number = match.groups()
        try:
            found.append(_Step(f"{type_}.{name}", int(number) if number else json.loads(text) if text else None))
        except ValueError:
            return None
        if match.end() == len(address):
            return tuple(found)
        if address[match.end()] != ".":
            return None
        at = match.end() + 1
    return None


def _named(steps: Sequence[_Step]) -> str:
    return ".".join(step.name for step in steps)


def _followed(address: _Steps, moves: Sequence[tuple[_Steps, _Steps]]) -> _Steps:
    """Where an address, or the module that it is in, was moved to in the end."""
    for _ in range(_STEPS):
        found = [(old, new) for old, new in moves if _within(address, old)]
        surest = max((_rank(old) for old, _ in found), default=None)
        after = {_moved(address, old, new) for old, new in found if _rank(old) == surest}
        if len(after) != 1:
            break
        address = after.pop()
    return address


def _within(address: _Steps, old: _Steps) -> bool:
    """Whether a move is one of an address; what is moved without a key is moved with all its instances."""
    pairs = zip(address, old, strict=False)
    return len(old) <= len(address) and all(a.name == b.name and b.key in (None, a.key) for a, b in pairs)


def _rank(old: _Steps) -> tuple[int, int]:
    """The move of the inner part counts before that of the outer, and that of one instance before that of all."""
    return len(old), sum(step.key is not None for step in old)


def _moved(address: _Steps, old: _Steps, new: _Steps) -> _Steps:
    """The address after a move; the instances of what is moved without a key keep theirs."""
    key = address[len(old) - 1].key if old[-1].key is None and new[-1].key is None else new[-1].key
    return (*new[:-1], replace(new[-1], key=key), *address[len(old) :])
