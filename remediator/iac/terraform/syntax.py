"""HCL syntax with exact byte ranges: blocks and attributes, expressions as the text they are."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.records import BLOCK, END
from remediator.iac.terraform.scanning import MAX_BYTES, scan

__all__ = [
    "MAX_BYTES",
    "Attribute",
    "Block",
    "Encoded",
    "Piece",
    "SourceFile",
    "Span",
    "decode",
    "decode_blocks",
    "encode",
    "parse",
]


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `start` to `end` (exclusive) of a file; lines count from 1 and include both ends."""

    start: int
    end: int
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `start` to `end` of an expression's text stand for bytes `file_start` to `file_end` of the file."""

    start: int
    end: int
    file_start: int
    file_end: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression`; `value` spans the expression and `text` is its source.

    Where the file is JSON, `pieces` are the strings that `text` writes in another way than the file, in order.
    """

    name: str
    span: Span
    name_span: Span
    value: Span
    text: str
    pieces: tuple[Piece, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Encoded:
    """A parsed file as a cache keeps it: its text and the offsets of what is in it; decoded where it is looked at."""

    text: bytes
    offsets: bytes
    problem: str | None


_ATTRIBUTE_LENGTH = 5


def parse(source: bytes) -> SourceFile:
    """The blocks and attributes of a file; byte ranges count in `source` as it is, byte order mark included."""
    return decode(encode(source))


def encode(source: bytes) -> Encoded:
    """Parse a file, but make no values of it yet."""
    return Encoded(source, *scan(source))


def decode(encoded: Encoded) -> SourceFile:
    """The blocks and attributes of an encoded file."""
    attributes, blocks = _reader(encoded).body(iter(array("I", encoded.offsets)))
    return SourceFile(blocks, attributes, encoded.problem)


def decode_blocks(encoded: Encoded, type_: str) -> Iterator[Block]:
    """Only the blocks of one type at the top of an encoded file, without decoding the others."""
    word = type_.encode()
    if word not in encoded.text:
        return
    offsets = array("I", encoded.offsets)
    at, reader = 0, None
    while at < len(offsets):
        if offsets[at] != BLOCK:
            at += _ATTRIBUTE_LENGTH
            continue
        after, start, end = offsets[at + 1], offsets[at + 3], offsets[at + 4]
        if encoded.text[start:end] == word:
            reader = reader or _reader(encoded)
            yield reader.block(iter(offsets[at + 1 : after]))
        at = after


def _reader(encoded: Encoded) -> "_Reader":
    return _Reader(encoded.text, [match.start() for match in re.finditer(rb"\n", encoded.text)])


@dataclass(frozen=True, slots=True)
class _Reader:
    source: bytes
    newlines: list[int]

    def body(self, offsets: Iterator[int]) -> tuple[tuple[Attribute, ...], tuple[Block, ...]]:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        for kind in offsets:
            if kind == END:
                break
            if kind == BLOCK:
                blocks.append(self.block(offsets))
            else:
                attributes.append(self.attribute(next(offsets), next(offsets), next(offsets), next(offsets)))
        return tuple(attributes), tuple(blocks)

    def attribute(self, start: int, name_end: int, value: int, end: int) -> Attribute:
        name, text = self.source[start:name_end].decode(), self.source[value:end].decode()
        return Attribute(name, self.span(start, end), self.span(start, name_end), self.span(value, end), text)

    def block(self, offsets: Iterator[int]) -> Block:
        next(offsets)  # where the next record begins
        words = [(next(offsets), next(offsets)) for _ in range(next(offsets))]
        (start, _), (_, header_end) = words[0], words[-1]
        body = self.span(next(offsets), next(offsets))
        span = self.span(start, next(offsets))
        type_, *labels = (self.word(a, b) for a, b in words)
        attributes, blocks = self.body(offsets)
        return Block(type_, tuple(labels), span, self.span(start, header_end), body, attributes, blocks)

    def word(self, start: int, end: int) -> str:
        text = self.source[start:end].decode()
        return text[1:-1] if text.startswith('"') else text

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, bisect_left(self.newlines, start) + 1, bisect_left(self.newlines, end) + 1)
