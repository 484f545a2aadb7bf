"""Terraform's JSON syntax as the same blocks and attributes.

https://developer.hashicorp.com/terraform/language/syntax/json: the text of a JSON value is an HCL expression as it
stands, since strings are templates, and objects and arrays are written alike. Without a provider's schema nested blocks
cannot be told from objects, so they are attributes here.
"""

from bisect import bisect_left
from collections.abc import Iterator

from tree_sitter import Node

from remediator.errors import RemediatorError
from remediator.iac.documents.json_file import Member, members, parsed
from remediator.iac.terraform.syntax import Attribute, Block, SourceFile, Span

__all__ = ["json_source"]

_LABELS = {"resource": 2, "data": 2, "module": 1, "variable": 1, "output": 1, "provider": 1}
_NESTED = ("lifecycle", "backend", "cloud", "required_providers")


def json_source(path: str, content: bytes) -> SourceFile:
    """The blocks of a `.tf.json` file, or the attributes of a `.tfvars.json` file."""
    try:
        root = parsed(path, content)
    except RemediatorError as error:
        return SourceFile(problem=str(error))
    if root.type != "object":
        return SourceFile(problem="its top is no object")
    reader = _Reader(content)
    if path.endswith(".tfvars.json"):
        return SourceFile(attributes=tuple(reader.attribute(member) for member in members(root)))
    blocks = [block for name, key, value in members(root) for block in reader.blocks(name, key, value)]
    return SourceFile(blocks=tuple(blocks))


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.newlines = [at for at, byte in enumerate(content) if byte == 10]

    def blocks(self, type_: str, key: Node, value: Node) -> Iterator[Block]:
        """The blocks of one type: bodies under as many levels of labels as the type has, one or a list of them."""
        yield from self.labelled(type_, (), key, value, _LABELS.get(type_, 0))

    def labelled(self, type_: str, labels: tuple[str, ...], key: Node, value: Node, left: int) -> Iterator[Block]:
        if value.type == "array":
            for item in value.named_children:
                yield from self.labelled(type_, labels, key, item, left)
        elif value.type == "object" and left:
            for name, inner, body in members(value):
                yield from self.labelled(type_, (*labels, name), inner, body, left - 1)
        elif value.type == "object":
            yield self.block(type_, labels, key, value)

    def block(self, type_: str, labels: tuple[str, ...], key: Node, body: Node) -> Block:
        inside = [member for member in members(body) if member[0] != "//"]
        nested = [
            block
            for name, inner, value in inside
            if name in _NESTED or (name == "dynamic" and value.type == "object")
            for block in self.labelled(name, (), inner, value, 1 if name in ("dynamic", "backend") else 0)
        ]
        span = self.span(body.start_byte, body.end_byte)
        header = self.span(key.start_byte, key.end_byte)
        attributes = tuple(self.attribute(m) for m in inside if m[0] not in (*_NESTED, "dynamic"))
        if type_ == "dynamic":
            content = [m for m in inside if m[0] == "content" and m[2].type == "object"]
            nested = [self.block("content", (), k, v) for _, k, v in content]
        inner = self.span(body.start_byte + 1, body.end_byte - 1)
        return Block(type_, labels, span, header, inner, attributes, tuple(nested))

    def attribute(self, member: Member) -> Attribute:
        name, key, value = member
        text = self.content[value.start_byte : value.end_byte].decode()
        return Attribute(
            name,
            self.span(key.start_byte, value.end_byte),
            self.span(key.start_byte, key.end_byte),
            self.span(value.start_byte, value.end_byte),
            text,
        )

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, bisect_left(self.newlines, start) + 1, bisect_left(self.newlines, end) + 1)
