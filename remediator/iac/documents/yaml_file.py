"""YAML with exact byte ranges, its scalars read as Terraform's `yamldecode` reads them."""

import re
from decimal import Decimal, InvalidOperation
from itertools import accumulate

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from remediator.errors import RemediatorError
from remediator.iac.documents.limits import MAX_DEPTH, checked_text
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Place
from remediator.model import Role

__all__ = ["composed", "read_yaml"]

MAX_NODES = 50_000
"""Values that a file may come to once aliases are followed: they multiply."""

_TAG = "tag:yaml.org,2002:"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLACELESS = ("|", ">")


def composed(path: str, content: bytes) -> Node | None:
    """The node of a YAML file's one document, None where it is empty; raises RemediatorError."""
    text = checked_text(path, content)
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)  # Terraform reads `yes` as true
    try:
        found: Node | None = reader.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RemediatorError(f"{path}:{line} is not YAML that can be read: {str(error.problem)[:120]}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise RemediatorError(f"{path} is not YAML that can be read: {str(error)[:120]}") from None
    return found


def read_yaml(path: str, content: bytes) -> Evaluated:
    """A YAML file as a value, every part with its place; an alias has the place of its anchor.

    Raises RemediatorError where it cannot be read, or where aliases make it grow beyond bounds.
    """
    node = composed(path, content)
    if node is None:
        return Evaluated(None)
    text = content.decode("utf-8")
    widths = None if text.isascii() else [0, *accumulate(len(c.encode()) for c in text)]
    return _Reading(path, widths).value(node, "", 0)


class _Reading:
    def __init__(self, path: str, widths: list[int] | None) -> None:
        self.path = path
        self.widths = widths
        self.left = MAX_NODES
        self.addresses: dict[int, str] = {}

    def value(self, node: Node, address: str, depth: int) -> Evaluated:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            raise RemediatorError(f"{self.path} nests or repeats more than is followed; flatten it")
        if isinstance(node, MappingNode | SequenceNode) and node.tag not in (f"{_TAG}map", f"{_TAG}seq"):
            raise RemediatorError(f"{self.path}:{node.start_mark.line + 1} has a tag that is not read")
        if isinstance(node, MappingNode):
            return Evaluated(Fields(self.fields(node, address, depth)), self.place(node, address))
        if isinstance(node, SequenceNode):
            items = (self.value(item, f"{address}[{at}]", depth + 1) for at, item in enumerate(node.value))
            return Evaluated(Items(tuple(items)), self.place(node, address))
        written_out = isinstance(node, ScalarNode) and node.style not in _PLACELESS
        return Evaluated(self.scalar(node), self.place(node, address) if written_out else None)

    def fields(self, node: MappingNode, address: str, depth: int) -> dict[str, Evaluated]:
        found: dict[str, Evaluated] = {}
        merged: dict[str, Evaluated] = {}
        for key, value in node.value:
            if key.tag == f"{_TAG}merge":
                for source in value.value if isinstance(value, SequenceNode) else [value]:
                    if isinstance(source, MappingNode):
                        merged = {**self.fields(source, address, depth + 1), **merged}
                continue
            name = key.value if isinstance(key, ScalarNode) else None
            if not isinstance(name, str) or name in found:
                line = key.start_mark.line + 1
                raise RemediatorError(f"{self.path}:{line} has a key that is no text or stands there twice")
            found[name] = self.value(value, f"{address}.{name}".lstrip("."), depth + 1)
        return {**merged, **found}

    def scalar(self, node: Node) -> str | bool | Decimal | None:
        text, tag = str(node.value), str(node.tag).removeprefix(_TAG)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() in ("yes", "true", "on", "y")
        if tag in ("int", "float"):
            return _number(text, self.path)
        if tag == "timestamp" and _DATE.fullmatch(text):
            return f"{text}T00:00:00Z"
        if tag in ("str", "timestamp"):
            return text
        raise RemediatorError(f"{self.path}:{node.start_mark.line + 1} has the tag {tag[:40]}, which is not read")

    def place(self, node: Node, address: str) -> Place:
        start, end = node.start_mark.index, node.end_mark.index
        if self.widths is not None:
            start, end = self.widths[start], self.widths[end]
        first = self.addresses.setdefault(id(node), address)  # an alias is the node of its anchor
        return Place(self.path, start, end, Role.YAML_FILE, first or self.path)


def _number(text: str, path: str) -> Decimal:
    plain = text.replace("_", "")
    try:
        if re.fullmatch(r"[-+]?0[xXoObB]?[0-9a-fA-F]+", plain) and not plain.isdecimal():
            return Decimal(int(plain, 0))
        if re.fullmatch(r"[-+]?0[0-7]+", plain):
            return Decimal(int(plain, 8))
        return Decimal(plain)
    except (ValueError, InvalidOperation):
        raise RemediatorError(f"{path} has the number {text[:40]}, which is not read") from None
