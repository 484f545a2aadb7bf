"""One walk over the syntax tree of an HCL file, down to the byte offsets of its blocks and attributes."""

import re
from array import array

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

from remediator.iac.terraform.language.scanner import ExpressionError
from remediator.iac.terraform.records import ATTRIBUTE, BLOCK, END, MAX_DEPTH
from remediator.iac.terraform.structure import structure

MAX_BYTES = 1_000_000
"""Files above this are refused at once: nobody writes such a file, and parsing has to stay bounded."""

_LONG_BLANK = re.compile(rb"[ \t]{5000}")
"""The parser takes time in the square of the length of a run of blanks."""

_LANGUAGE = Language(tree_sitter_hcl.language())
_ATTRIBUTE, _BLOCK, _BODY = (_LANGUAGE.id_for_node_kind(kind, True) for kind in ("attribute", "block", "body"))
_PLAIN_ATTRIBUTE = re.compile(rb"([\w-]+)[ \t]*=[ \t]*(?![\s/#])")
_PLAIN_HEADER = re.compile(rb'([\w-]+)(?:[ \t]+("[\w.-]*"))?(?:[ \t]+("[\w.-]*"))?[ \t]*\{')
"""An attribute up to its value and a header up to its brace, as nearly all are written: this spares asking the parser
for nodes, which costs more than all else here. Any other way of writing is left to the parser."""


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
            return _by_our_own_grammar(source, _first_error(root)), None
        for node in root.named_children:
            if node.type == "body":
                _body(node, source, offsets, 0)
            elif node.type == "object":
                raise _RefusedError("it is written in JSON, which is not read; write it in Terraform's own syntax")
    except _RefusedError as refused:
        return b"", str(refused)
    return offsets.tobytes(), None


def _by_our_own_grammar(source: bytes, line: int) -> bytes:
    try:
        return structure(source.decode()).tobytes()
    except (ExpressionError, RecursionError):
        raise _RefusedError(f"it does not parse near line {line}; run `terraform fmt` on it") from None


def _check(source: bytes) -> None:
    if len(source) > MAX_BYTES:
        raise _RefusedError(f"it has {len(source):,} bytes, more than the {MAX_BYTES:,} that are read; split it")
    if _LONG_BLANK.search(source):
        raise _RefusedError("it has thousands of blanks in a row, over which parsing takes minutes; take them out")
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
    names: set[bytes] = set()
    count = 0
    for node in body.named_children:
        kind = node.kind_id
        if kind == _ATTRIBUTE:
            start = node.start_byte
            plain = _PLAIN_ATTRIBUTE.match(source, start)
            if plain:
                name_end, value = plain.end(1), plain.end()
            else:
                parts = node.named_children
                name_end, value = parts[0].end_byte, parts[-1].start_byte
            offsets.extend((ATTRIBUTE, start, name_end, value, node.end_byte))
            names.add(source[start:name_end])
            count += 1
        elif kind == _BLOCK:
            _block(node, source, offsets, depth + 1)
    if len(names) != count:
        raise _RefusedError(_twice(body, source))


def _block(node: Node, source: bytes, offsets: "array[int]", depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _RefusedError(f"its blocks are nested deeper than {MAX_DEPTH} levels; flatten them")
    start, end = node.start_byte, node.end_byte
    at = len(offsets)
    plain = _PLAIN_HEADER.match(source, start)
    if plain:
        words = plain.lastindex or 1
        header = (place for word in range(1, words + 1) for place in plain.span(word))
        offsets.extend((BLOCK, 0, words, *header, plain.end(), end - 1, end))
        inner: Node | None = node.named_child(words + 1)
    else:
        inner = _odd_block(node, offsets)
    if inner is not None and inner.kind_id != _BODY:
        inner = next((child for child in node.named_children if child.kind_id == _BODY), None)
    if inner is not None:
        _body(inner, source, offsets, depth)
    offsets.append(END)
    offsets[at + 1] = len(offsets)


def _odd_block(node: Node, offsets: "array[int]") -> Node | None:
    """The record of a block whose header is not plain, and its body."""
    header: list[int] = []
    inner = None
    opening = 0
    for child in node.named_children:
        if child.type in ("identifier", "string_lit"):
            header += (child.start_byte, child.end_byte)
        elif child.type == "body":
            inner = child
        elif child.type == "block_start":
            opening = child.end_byte
    offsets.extend((BLOCK, 0, len(header) // 2, *header, opening, node.end_byte - 1, node.end_byte))
    return inner


def _twice(body: Node, source: bytes) -> str:
    seen: dict[bytes, int] = {}
    for node in body.named_children:
        if node.kind_id == _ATTRIBUTE and (parts := node.named_children):
            name, line = source[parts[0].start_byte : parts[0].end_byte], parts[0].start_point.row + 1
            first = seen.setdefault(name, line)
            if first != line:
                return (
                    f"it sets {name.decode()} twice, on lines {first} and {line}, which Terraform does not allow; "
                    "remove one"
                )
    return "it sets an attribute twice on one line, which Terraform does not allow; remove one"
