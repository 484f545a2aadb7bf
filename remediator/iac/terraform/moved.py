"""What `moved` blocks say: which address a resource of a state has in the code by now.

https://developer.hashicorp.com/terraform/language/moved
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import MAX_DEPTH, blocks_in, find_call, names
from remediator.model import StateAddress

__all__ = ["moved_address", "moves_in"]

_KEY = re.compile(r'\[\s*(?:"(?:[^"\\]|\\.)*"|\d+)\s*\]')
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+")


_STEPS = 100
"""Moves that are followed of one resource; a module that is moved into itself would take no end of them."""


def moves_in(index: RepositoryIndex, folder: str) -> Iterator[tuple[str, str]]:
    """The pairs of old and new address in a folder's `moved` blocks, without their instance keys."""
    for _, block in blocks_in(index, folder, "moved"):
        old, new = block.attribute("from"), block.attribute("to")
        ends = [_KEY.sub("", end.text).strip() for end in (old, new) if end is not None]
        if len(ends) == 2 and all(map(_ADDRESS.fullmatch, ends)):
            yield ends[0], ends[1]


def moved_address(index: RepositoryIndex, root: str, at: StateAddress) -> StateAddress | None:
    """The address that a state's resource has after the moves which its root or a module tells; None without any.

    Its module path has no keys. What one block moves to several places, key by key, is not told apart.
    """
    path, folder = names(at.module), index.module_folder(root)
    if len(path) > MAX_DEPTH:
        return None
    for level in range(len(path) + 1):
        inner = ".".join([*(f"module.{name}" for name in path[level:]), at.type, at.name])
        after = _followed(inner, _certain(moves_in(index, folder)))
        if after != inner:
            *modules, type_, name = [*(f"module.{name}" for name in path[:level]), *after.split(".")]
            return replace(at, module=".".join(modules), type=type_, name=name)
        call = find_call(index, folder, path[level]) if level < len(path) else ""
        if isinstance(call, str):
            return None
        folder = call.folder
    return None


def _certain(moves: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for old, new in moves:
        found.setdefault(old, set()).add(new)
    return {old: next(iter(new)) for old, new in found.items() if len(new) == 1}


def _followed(address: str, moves: Mapping[str, str]) -> str:
    """Where an address, or the module that it is in, was moved to in the end."""
    for _ in range(_STEPS):
        steps = address.split(".")
        heads = (".".join(steps[:length]) for length in range(len(steps), 1, -2))
        old = next((head for head in heads if head in moves), None)
        if old is None:
            break
        address = moves[old] + address[len(old) :]
    return address
