"""Terraform's JSON syntax as the same blocks and attributes.

https://developer.hashicorp.com/terraform/language/syntax/json. Only a provider's schema tells which members of a
resource are nested blocks, so those are attributes here, whose value is an object or a list of objects: who follows
`root_block_device.volume_type` goes on inside of such a value. Blocks of the language itself are blocks.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from remediator.errors import RemediatorError
from remediator.iac.documents.json_file import Member, members, parsed
from remediator.iac.terraform.json_expressions import Reading, expression
from remediator.iac.terraform.syntax import Attribute, Block, SourceFile, Span

__all__ = ["json_source"]

_LABELS = {
    "resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "check": 1,
}  # fmt: skip
_CONDITIONS = {"precondition": 0, "postcondition": 0}
_MANAGED = {"lifecycle": 0, "provisioner": 1, "connection": 0, "dynamic": 1}
_NESTED: Mapping[str, Mapping[str, int]] = {
    "resource": _MANAGED,
    "data": _MANAGED,
    "ephemeral": _MANAGED,
    "content": {"dynamic": 1},
    "dynamic": {"content": 0},
    "lifecycle": _CONDITIONS,
    "output": _CONDITIONS,
    "variable": {"validation": 0},
    "check": {"data": 2, "assert": 0},
    "terraform": {"backend": 1, "cloud": 0, "required_providers": 0, "provider_meta": 1},
    "cloud": {"workspaces": 0},
    "removed": {"lifecycle": 0, "provisioner": 1},
}
"""Blocks of the language by the block they stand in, with their number of labels."""
_TEXT = {
    "variable": ("default", "description"),
    "module": ("source", "version"),
    "terraform": ("required_version",),
}
_TEXTS = ("backend", "cloud", "workspaces", "required_providers")
_REFERENCES = {
    "variable": ("type",),
    "lifecycle": ("ignore_changes", "replace_triggered_by"),
    "dynamic": ("iterator", "labels"),
    "moved": ("from", "to"),
    "removed": ("from",),
    "import": ("to", "provider"),
}
_REFERRING = ("depends_on", "provider", "providers")
_REPEATED = ("resource", "data", "ephemeral", "module", "output")
"""Blocks that take the members of `_REFERRING`."""
_COMMENT = "//"


def json_source(path: str, content: bytes) -> SourceFile:
    """The blocks of a `.tf.json` file, or the attributes of a `.tfvars.json` file, whose strings are plain text."""
    try:
        root = parsed(path, content)
    except RemediatorError as error:
        return SourceFile(problem=str(error))
    reader = _Reader(content)
    if path.endswith(".tfvars.json"):
        if root.type != "object":
            return SourceFile(problem="its top is no object")
        inside = (member for member in members(root) if member[0] != _COMMENT)
        return SourceFile(attributes=tuple(reader.attribute(member, Reading.TEXT) for member in inside))
    tops = root.named_children if root.type == "array" else [root]
    if any(top.type != "object" for top in tops):
        return SourceFile(problem="its top is no object")
    found = (
        block
        for top in tops
        for name, key, value in members(top)
        if name != _COMMENT
        for block in reader.blocks(name, (), key, value, _LABELS.get(name, 0))
    )
    return SourceFile(blocks=tuple(found))


def _reading(type_: str, name: str) -> Reading:
    if name in _REFERENCES.get(type_, ()) or (name in _REFERRING and type_ in _REPEATED):
        return Reading.REFERENCE
    return Reading.TEXT if type_ in _TEXTS or name in _TEXT.get(type_, ()) else Reading.TEMPLATE


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.newlines = [at for at, byte in enumerate(content) if byte == 10]

    def blocks(self, type_: str, labels: tuple[str, ...], key: Node, value: Node, left: int) -> Iterator[Block]:
        """The bodies under as many further levels of labels as are left, one or a list of them."""
        todo = [(labels, key, value)]
        while todo:
            labels, key, value = todo.pop()
            if value.type == "array":
                todo += [(labels, key, item) for item in reversed(value.named_children)]
            elif value.type == "object" and len(labels) < left:
                todo += [((*labels, name), inner, body) for name, inner, body in reversed(members(value))]
            elif value.type == "object":
                yield self.block(type_, labels, key, value)

    def block(self, type_: str, labels: tuple[str, ...], key: Node, body: Node) -> Block:
        """A block whose header is the key that stands before its body."""
        kinds = _NESTED.get(type_, {})
        attributes: list[Attribute] = []
        nested: list[Block] = []
        for member in members(body):
            name, inner, value = member
            if name in kinds:
                nested += self.blocks(name, (), inner, value, kinds[name])
            elif name != _COMMENT:
                attributes.append(self.attribute(member, _reading(type_, name)))
        return Block(
            type_,
            labels,
            self.span(body.start_byte, body.end_byte),
            self.span(key.start_byte, key.end_byte),
            self.span(body.start_byte + 1, body.end_byte - 1),
            tuple(attributes),
            tuple(nested),
        )

    def attribute(self, member: Member, reading: Reading) -> Attribute:
        """A member as an attribute whose value spans the JSON value."""
        name, key, value = member
        text, pieces = expression(self.content, value, reading)
        return Attribute(
            name,
            self.span(key.start_byte, value.end_byte),
            self.span(key.start_byte, key.end_byte),
            self.span(value.start_byte, value.end_byte),
            text,
            pieces,
        )

    def span(self, start: int, end: int) -> Span:
        """Bytes with their lines."""
        return Span(start, end, bisect_left(self.newlines, start) + 1, bisect_left(self.newlines, end) + 1)
