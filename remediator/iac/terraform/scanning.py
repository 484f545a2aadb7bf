"""One walk over the syntax tree of an HCL file, down to the byte offsets of its blocks and attributes."""

from array import array

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

MAX_BYTES = 1_000_000
"""Files above this are refused at once: nobody writes such a file, and parsing has to stay bounded."""
MAX_DEPTH = 64
"""Blocks nested deeper than this are refused; providers nest some ten levels."""
ATTRIBUTE, BLOCK, END = 0, 1, 2
"""What a record holds: ATTRIBUTE, name and value as start and end; or BLOCK, how many words its header has, each as
start and end, start and end of the body, end of the block, the records inside, END."""

_LANGUAGE = Language(tree_sitter_hcl.language())


class _RefusedError(Exception):
    """A sentence that says why a file is not read."""


def scan(source: bytes) -> tuple[bytes, str | None]:
    """The records of a file as 32-bit offsets, and a sentence where it cannot be parsed (then there are no records).

    Expressions are not entered, and nothing is decoded: this costs little more than the bare parse.
    """
    offsets = array("I")
    try:
        _check(source)
        root = Parser(_LANGUAGE).parse(source).root_node
        if root.has_error:
            raise _RefusedError(f"it does not parse near line {_first_error(root)}; run `terraform fmt` on it")
        for node in root.named_children:
            if node.type == "body":
                _body(node, source, offsets, 0)
            elif node.type == "object":
                raise _RefusedError("it is written in JSON, which is not read; write it in Terraform's own syntax")
    except _RefusedError as refused:
        return b"", str(refused)
    return offsets.tobytes(), None


def _check(source: bytes) -> None:
    if len(source) > MAX_BYTES:
        raise _RefusedError(f"it has {len(source):,} bytes, more than the {MAX_BYTES:,} that are read; split it")
    if b"\0" in source:
        raise _RefusedError("it holds a NUL byte, which Terraform does not allow; remove it")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _RefusedError(f"it is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def _first_error(node: Node) -> int:
    while True:
        broken = next((c for c in node.children if c.has_error or c.is_missing), None)
        if broken is None or broken.is_error:
            return (broken or node).start_point.row + 1
        node = broken


def _body(body: Node, source: bytes, offsets: "array[int]", depth: int) -> None:
    names: dict[bytes, int] = {}
    for node in body.named_children:
        kind = node.type
        if kind == "attribute":
            parts = node.named_children
            name, value = parts[0], parts[-1]
            start, end = name.start_byte, name.end_byte
            offsets.extend((ATTRIBUTE, start, end, value.start_byte, value.end_byte))
            first = names.setdefault(source[start:end], start)
            if first != start:
                raise _RefusedError(_twice(source, first, start, end))
        elif kind == "block":
            _block(node, source, offsets, depth + 1)


def _block(node: Node, source: bytes, offsets: "array[int]", depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _RefusedError(f"its blocks are nested deeper than {MAX_DEPTH} levels; flatten them")
    header: list[int] = []
    inner = None
    opening = closing = 0
    for child in node.named_children:
        kind = child.type
        if kind in ("identifier", "string_lit"):
            header += (child.start_byte, child.end_byte)
        elif kind == "body":
            inner = child
        elif kind == "block_start":
            opening = child.end_byte
        elif kind == "block_end":
            closing = child.start_byte
    offsets.extend((BLOCK, len(header) // 2, *header, opening, closing, node.end_byte))
    if inner is not None:
        _body(inner, source, offsets, depth)
    offsets.append(END)


def _twice(source: bytes, first: int, start: int, end: int) -> str:
    lines = [source.count(b"\n", 0, at) + 1 for at in (first, start)]
    name = source[start:end].decode()
    return f"it sets {name} twice, on lines {lines[0]} and {lines[1]}, which Terraform does not allow; remove one"
