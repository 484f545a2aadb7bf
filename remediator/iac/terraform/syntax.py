"""HCL syntax with exact byte ranges: blocks and attributes, expressions as the text they are."""

import json
from dataclasses import dataclass
from typing import TypeAlias

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser

MAX_BYTES = 1_000_000
"""Files above this are refused at once: nobody writes such a file, and parsing has to stay bounded."""

_LANGUAGE = Language(tree_sitter_hcl.language())

Raw: TypeAlias = list["int | str | Raw"]
"""A block or attribute as nested lists of offsets, as the index stores it."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end` (exclusive) of a file; lines count from 1 and include both ends."""

    start: int
    end: int
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression`; `value` spans the expression and `text` is its source."""

    name: str
    span: Span
    name_span: Span
    value: Span
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its labels; `header` runs to before the opening brace, `body` lies between the braces."""

    type: str
    labels: tuple[str, ...]
    span: Span
    header: Span
    body: Span
    attributes: tuple[Attribute, ...]
    blocks: tuple["Block", ...]

    @property
    def address(self) -> str:
        """Its address inside its module: `aws_instance.x`, `data.aws_ami.x`, `module.m`, `var.x`."""
        prefix = {"resource": (), "variable": ("var",)}.get(self.type, (self.type,))
        return ".".join((*prefix, *self.labels))

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of that name, directly in this block."""
        return next((a for a in self.attributes if a.name == name), None)

    def nested(self, type_: str) -> tuple["Block", ...]:
        """The blocks of that type, directly in this block."""
        return tuple(b for b in self.blocks if b.type == type_)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A parsed file; `problem` is a sentence where it could not be parsed, and then there is nothing in it."""

    blocks: tuple[Block, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    problem: str | None = None


def parse(source: bytes) -> SourceFile:
    """The blocks and attributes of a file; byte ranges count in `source` as it is, byte order mark included."""
    return decode(encode(source))


def encode(source: bytes) -> str:
    """The same as JSON, for a cache: quick to make, quick to load, decoded only where it is looked at."""
    problem = _refusal(source)
    if problem is None:
        tree = Parser(_LANGUAGE).parse(source)
        if tree.root_node.has_error:
            problem = f"it does not parse near line {_first_error(tree.root_node)}; run `terraform fmt` on it"
        else:
            body = next((n for n in tree.root_node.named_children if n.type == "body"), None)
            return json.dumps(_body(body, source) if body else [[], []], separators=(",", ":"))
    return json.dumps(problem)


def decode(encoded: str) -> SourceFile:
    """The file that `encode` stored."""
    raw = json.loads(encoded)
    if isinstance(raw, str):
        return SourceFile(problem=raw)
    attributes, blocks = raw
    return SourceFile(tuple(map(_block_value, blocks)), tuple(map(_attribute_value, attributes)))


def _refusal(source: bytes) -> str | None:
    if len(source) > MAX_BYTES:
        return f"it has {len(source):,} bytes, more than the {MAX_BYTES:,} that are read; split it"
    if b"\0" in source:
        return "it holds a NUL byte, which Terraform does not allow; remove it"
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 at byte {error.start}; save it as UTF-8"
    return None


def _first_error(node: Node) -> int:
    while True:
        broken = next((c for c in node.children if c.has_error or c.is_missing), None)
        if broken is None or broken.is_error:
            return (broken or node).start_point.row + 1
        node = broken


def _body(body: Node, source: bytes) -> Raw:
    attributes: Raw = []
    blocks: Raw = []
    for node in body.named_children:
        if node.type == "attribute":
            attributes.append(_attribute(node, source))
        elif node.type == "block":
            blocks.append(_block(node, source))
    return [attributes, blocks]


def _attribute(node: Node, source: bytes) -> Raw:
    name, value = node.child(0), node.child(node.child_count - 1)
    if name is None or value is None:
        raise AssertionError("the grammar has no attribute without name and value")
    return [
        *_range(node),
        *_range(name),
        *_range(value),
        source[name.start_byte : name.end_byte].decode(),
        source[value.start_byte : value.end_byte].decode(),
    ]


def _block(node: Node, source: bytes) -> Raw:
    labels: Raw = []
    inner: Raw = [[], []]
    type_ = ""
    header: Node = node
    opening = closing = node
    for child in node.named_children:
        kind = child.type
        if kind == "identifier" and not type_:
            type_ = source[child.start_byte : child.end_byte].decode()
            header = child
        elif kind == "string_lit":
            labels.append(source[child.start_byte + 1 : child.end_byte - 1].decode())
            header = child
        elif kind == "identifier":
            labels.append(source[child.start_byte : child.end_byte].decode())
            header = child
        elif kind == "block_start":
            opening = child
        elif kind == "body":
            inner = _body(child, source)
        elif kind == "block_end":
            closing = child
    start, _, first, _ = _range(node)
    body = [opening.end_byte, closing.start_byte, opening.end_point.row + 1, closing.start_point.row + 1]
    return [*_range(node), start, header.end_byte, first, header.end_point.row + 1, *body, type_, labels, *inner]


def _range(node: Node) -> tuple[int, int, int, int]:
    return node.start_byte, node.end_byte, node.start_point.row + 1, node.end_point.row + 1


def _attribute_value(raw: list[int | str]) -> Attribute:
    spans = [Span(*raw[at : at + 4]) for at in (0, 4, 8)]  # type: ignore[arg-type]  # offsets stand first, as written
    return Attribute(str(raw[12]), spans[0], spans[1], spans[2], str(raw[13]))


def _block_value(raw: list[int | str | list[str] | Raw]) -> Block:
    span, header, body = (Span(*raw[at : at + 4]) for at in (0, 4, 8))  # type: ignore[arg-type]  # likewise
    type_, labels, attributes, blocks = raw[12:]
    return Block(
        str(type_),
        tuple(labels),  # type: ignore[arg-type]  # labels are texts, as written
        span,
        header,
        body,
        tuple(map(_attribute_value, attributes)),  # type: ignore[arg-type]  # likewise
        tuple(map(_block_value, blocks)),  # type: ignore[arg-type]  # likewise
    )
