"""JSON with exact byte ranges."""

import json

import tree_sitter_json
from tree_sitter import Language, Node, Parser

from remediator.errors import RemediatorError
from remediator.iac.documents.limits import MAX_DEPTH, checked_text, number, whole_characters
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role

__all__ = ["Member", "members", "parsed", "read_json", "text_of"]

_LANGUAGE = Language(tree_sitter_json.language())
MAX_COMMAS = 100_000
"""About as many values a file may have: some two seconds of reading."""
Member = tuple[str, Node, Node]
"""A member of an object: its name, the node of the name, the node of the value."""


def read_json(path: str, content: bytes) -> Evaluated:
    """A JSON file as a value, every part with its place; raises RemediatorError where it cannot be read."""
    return _value(path, parsed(path, content), "", 0)


def parsed(path: str, content: bytes) -> Node:
    """The node of a JSON file's one value; raises RemediatorError where it cannot be read.

    Python's own reader has the last word: the tree is lenient with what JSON does not allow.
    """
    text = checked_text(path, content)
    if content.count(b",") > MAX_COMMAS:
        raise RemediatorError(f"{path} has more than {MAX_COMMAS:,} commas, more than are read; split it")
    root = Parser(_LANGUAGE).parse(content).root_node
    values = [node for node in root.named_children if node.type != "comment"]
    if root.has_error or len(values) != 1:
        raise RemediatorError(f"{path} is not JSON that can be read; check it with a JSON linter")
    try:
        json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise RemediatorError(f"{path} is not JSON that can be read: {str(error)[:120]}") from None
    return values[0]


def _unique(pairs: list[tuple[str, None]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise ValueError(f"the key {name[:80]!r} stands there twice")
        names.add(name)


def members(node: Node) -> list[Member]:
    """The members of an object, in order; comments, which some write, are passed over."""
    pairs = [pair for pair in node.named_children if pair.type == "pair"]
    return [(text_of(pair.named_children[0]), pair.named_children[0], pair.named_children[-1]) for pair in pairs]


def text_of(node: Node) -> str:
    """What a string says; a lone half of a character becomes U+FFFD, as Terraform reads it."""
    return whole_characters(str(json.loads(node.text or b'""')))


def _value(path: str, node: Node, address: str, depth: int) -> Evaluated:
    if depth > MAX_DEPTH:
        raise RemediatorError(f"{path} is nested deeper than {MAX_DEPTH} levels; flatten it")
    place = Place(path, node.start_byte, node.end_byte, Role.JSON_FILE, address or path)
    if node.type == "object":
        inside = {
            name: _value(path, value, f"{address}.{name}".lstrip("."), depth + 1) for name, _, value in members(node)
        }
        return Evaluated(Fields(inside), place)
    if node.type == "array":
        items = [item for item in node.named_children if item.type != "comment"]
        values = (_value(path, item, f"{address}[{at}]", depth + 1) for at, item in enumerate(items))
        return Evaluated(Items(tuple(values)), place)
    if node.type == "string":
        return Evaluated(text_of(node), place)
    text = (node.text or b"null").decode()
    return Evaluated(number(text, path) if node.type == "number" else json.loads(text), place)
