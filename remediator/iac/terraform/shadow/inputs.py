"""What of a resource goes into its shadow: the attributes in question, blocks as lists of objects."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from remediator.iac.terraform.shadow.declarations import Declaration
from remediator.iac.terraform.shadow.json_syntax import literal_text

__all__ = ["IDENTIFIER", "Rewrite", "braced", "fields"]

Rewrite: TypeAlias = Callable[[str, frozenset[str]], str]
"""From an expression and the names bound around it to the expression in the shadow."""

IDENTIFIER = re.compile(r"[^\W\d][\w-]*")
MAX_DEPTH = 32
_META = frozenset({"count", "for_each", "provider", "depends_on"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})


def fields(resource: Declaration, asked: Sequence[str] | None) -> Iterator[tuple[str, Callable[[Rewrite], str]]]:
    """The top-level attributes in question that the resource sets, each with what writes its expression.

    `asked` are paths such as `root_block_device.volume_type`; None asks for everything.
    """
    for name, tails in _heads(resource, asked).items():
        if IDENTIFIER.fullmatch(name) and name not in _META:
            yield name, _writer(resource, name, tails)


def _writer(resource: Declaration, name: str, tails: Sequence[str] | None) -> Callable[[Rewrite], str]:
    return lambda rewrite: _field(resource, name, tails, rewrite, frozenset(), 0)


def _heads(body: Declaration, asked: Sequence[str] | None) -> dict[str, list[str] | None]:
    if asked is None:
        kinds = [b.labels[0] if b.type == "dynamic" and b.labels else b.type for b in body.blocks]
        return dict.fromkeys((n for n in (*body.attributes, *kinds) if n not in _META_BLOCKS), None)
    heads: dict[str, list[str] | None] = {}
    for path in asked:
        head, _, tail = path.partition(".")
        if head in body.attributes or body.nested(head):
            tails = heads.setdefault(head, [] if tail else None)
            if not tail:
                heads[head] = None
            elif tails is not None:
                tails.append(tail)
    return heads


def _field(
    body: Declaration, name: str, tails: Sequence[str] | None, rewrite: Rewrite, bound: frozenset[str], depth: int
) -> str:
    blocks = body.nested(name)
    if name in body.attributes and not (tails and blocks):
        return rewrite(body.attributes[name], bound)
    if depth > MAX_DEPTH:
        raise ValueError(f"its blocks are nested deeper than {MAX_DEPTH} levels")
    lists = [_list(block, tails, rewrite, bound, depth + 1) for block in blocks]
    return lists[0] if len(lists) == 1 else f"concat({', '.join(lists)})"


def _list(block: Declaration, asked: Sequence[str] | None, rewrite: Rewrite, bound: frozenset[str], depth: int) -> str:
    if block.type != "dynamic":
        return f"[{_object(block, asked, rewrite, bound, depth)}]"
    content = block.block("content")
    if content is None or "for_each" not in block.attributes:
        raise ValueError(f"dynamic {block.labels[0]} has no for_each or no content")
    iterator = block.attributes.get("iterator", block.labels[0]).strip('"')
    if not IDENTIFIER.fullmatch(iterator):
        raise ValueError(f"dynamic {block.labels[0]} has an iterator that is not a name")
    collection = rewrite(block.attributes["for_each"], bound)
    inside = _object(content, asked, rewrite, bound | {iterator}, depth)
    return f"[for {iterator} in [for k, v in {collection}\n: {{ key = k, value = v }}] : {inside}]"


def _object(body: Declaration, asked: Sequence[str] | None, rewrite: Rewrite, bound: frozenset[str], depth: int) -> str:
    return braced(
        (name, _field(body, name, tails, rewrite, bound, depth)) for name, tails in _heads(body, asked).items()
    )


def braced(entries: Iterable[tuple[str, str]]) -> str:
    """An object of expressions by name, one to a line, since a heredoc needs the line's end behind it."""
    return "{\n" + "".join(f"{literal_text(name)} = {text}\n" for name, text in entries) + "}"
