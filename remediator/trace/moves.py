"""The names that a block had before: what `moved` blocks say of it, followed through their chains."""

import re
from collections.abc import Iterator

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import Call, blocks_in
from remediator.iac.terraform.syntax import Block

__all__ = ["earlier_headers"]

_KEY = re.compile(r'\[\s*(?:"(?:[^"\\]|\\.)*"|\d+)\s*\]')
_ADDRESS = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_NAMES = 100
"""Names of one block that are known at most, its present one included."""


def earlier_headers(index: RepositoryIndex, calls: tuple[Call, ...], folder: str, block: Block) -> tuple[str, ...]:
    """The headers that a block had under the names that `moved` blocks give, such as `resource "aws_instance" "old"`.

    `calls` lead to the module in `folder` that the block stands in; its caller may have moved it into there, or the
    whole module with it. https://developer.hashicorp.com/terraform/language/moved
    """
    own = ".".join(block.labels) if block.type == "resource" else f"{block.type}.{'.'.join(block.labels)}"
    places = [(folder, own)]
    for call in reversed(calls):
        own = f"module.{call.block.labels[0]}.{own}" if call.block.labels else own
        places.append((call.caller, own))
    found: dict[str, None] = {}
    for where, address in places:
        for former in _former(list(_moves(index, where)), address):
            found.setdefault(former)
    return tuple(found)


def _former(moves: list[tuple[str, str]], address: str) -> Iterator[str]:
    """The headers under the addresses that lead to this one, nearest first; a module that moved takes all along."""
    seen, waiting = {address}, [address]
    while waiting:
        now = waiting.pop(0)
        for old, new in moves:
            before = old + now[len(new) :]
            if (now != new and not now.startswith(f"{new}.")) or before in seen:
                continue
            if len(seen) == _NAMES:
                return
            seen.add(before)
            waiting.append(before)
            yield _header(before)


def _moves(index: RepositoryIndex, folder: str) -> Iterator[tuple[str, str]]:
    """The pairs of old and new address in a folder's `moved` blocks, without their instance keys."""
    for _, block in blocks_in(index, folder, "moved"):
        old, new = block.attribute("from"), block.attribute("to")
        ends = [_KEY.sub("", end.text).strip() for end in (old, new) if end is not None]
        if len(ends) == 2 and all(map(_ADDRESS.fullmatch, ends)):
            yield ends[0], ends[1]


def _header(address: str) -> str:
    *_, type_, name = ["", *address.split(".")]
    return f'module "{name}"' if type_ == "module" else f'resource "{type_}" "{name}"'
