"""The names that a block had before: what `moved` blocks say of it, followed through their chains."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.modules import Call
from remediator.iac.terraform.moved import moves_in
from remediator.iac.terraform.syntax import Block

__all__ = ["earlier_headers"]

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
        for former in _former(_by_new(moves_in(index, where)), address):
            found.setdefault(former)
    return tuple(found)


def _by_new(moves: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """The old addresses by the new one."""
    found: dict[str, list[str]] = {}
    for old, new in moves:
        found.setdefault(new, []).append(old)
    return found


def _former(moves: Mapping[str, Sequence[str]], address: str) -> Iterator[str]:
    """The headers under the addresses that lead to this one, nearest first; a module that moved takes all along."""
    seen, waiting = {address}, [address]
    while waiting:
        now = waiting.pop(0)
        parts = now.split(".")
        for before in (
            old + now[len(new) :]
            for new in (".".join(parts[:end]) for end in range(len(parts), 0, -1))
            for old in moves.get(new, ())
        ):
            if before in seen:
                continue
            if len(seen) == _NAMES:
                return
            seen.add(before)
            waiting.append(before)
            yield _header(before)


def _header(address: str) -> str:
    *_, type_, name = ["", *address.split(".")]
    return f'module "{name}"' if type_ == "module" else f'resource "{type_}" "{name}"'
