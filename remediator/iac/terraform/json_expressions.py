"""JSON values as HCL expressions of the same meaning, which know where each part is written.

https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
"""

import re
from collections.abc import Iterator
from enum import Enum, auto

from tree_sitter import Node

from remediator.iac.documents.json_file import text_of
from remediator.iac.terraform.syntax import Piece

__all__ = ["Reading", "expression"]

_SPACE = re.compile(rb"\s+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ESCAPES = {
    **{code: f"\\u{code:04x}" for code in (*range(32), 127)},
    **str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}),
}
_TEMPLATE = ("${", "%{")
_ESCAPED_TEMPLATE = ("$${", "%%{")


class Reading(Enum):
    """What Terraform takes the strings at a place for: templates, plain text, or references such as `aws_vpc.main`."""

    TEMPLATE = auto()
    TEXT = auto()
    REFERENCE = auto()


def expression(content: bytes, value: Node, reading: Reading) -> tuple[str, tuple[Piece, ...]]:
    """The expression that a JSON value is, and which pieces of it stand for strings that are written differently.

    What is outside of the pieces keeps its distance from the piece before it.
    """
    made = bytearray()
    pieces: list[Piece] = []
    at = value.start_byte
    for node in _strings(value):
        made += _spaced(content[at : node.start_byte])
        new = _written(text_of(node), reading).encode()
        old = content[node.start_byte : node.end_byte]
        if new != old or any(mark.encode() in old for mark in _TEMPLATE):
            pieces.append(Piece(len(made), len(made) + len(new), node.start_byte, node.end_byte))
        made += new
        at = node.end_byte
    made += _spaced(content[at : value.end_byte])
    return made.decode(), tuple(pieces)


def _strings(value: Node) -> Iterator[Node]:
    todo = [value]
    while todo:
        node = todo.pop()
        if node.type == "string":
            yield node
        else:
            todo += reversed(node.named_children)


def _spaced(between: bytes) -> bytes:
    """What stands between strings, with line breaks only where HCL allows them too."""

    def space(match: re.Match[bytes]) -> bytes:
        before = between.endswith((b"{", b"[", b","), 0, match.start())
        allowed = before or between.startswith((b"}", b"]"), match.end())
        return match[0].replace(b"\r", b" ") if allowed else b" " * len(match[0])

    return _SPACE.sub(space, between)


def _written(text: str, reading: Reading) -> str:
    match reading:
        case Reading.REFERENCE:
            return text
        case Reading.TEXT:
            return f'"{text.replace("${", "$${").replace("%{", "%%{").translate(_ESCAPES)}"'
        case Reading.TEMPLATE:
            return f'"{"".join(_template(text))}"'


def _template(text: str) -> Iterator[str]:
    """A template in quotation marks.

    White space at `~` is stripped here, since Terraform strips no further than the line in a template of JSON.
    """
    begun, strip = 0, False
    at = 0
    while at < len(text):
        if text.startswith(_ESCAPED_TEMPLATE, at):
            at += 3
        elif text.startswith(_TEMPLATE, at):
            opening = at + 2 + text.startswith("~", at + 2)
            yield _literal(text[begun:at], strip, opening > at + 2)
            begun = _closing(text, opening)
            strip = text.endswith("~}", opening, begun)
            yield text[at : at + 2] + (f"{text[opening : begun - 2]}}}" if strip else text[opening:begun])
            at = begun
        else:
            at += 1
    yield _literal(text[begun:], strip, False)


def _literal(text: str, strip_before: bool, strip_behind: bool) -> str:
    lines = _LINE.findall(text)
    if lines and strip_before:
        lines[0] = lines[0].lstrip()
    if lines and strip_behind:
        lines[-1] = lines[-1].rstrip()
    return "".join(lines).translate(_ESCAPES)


def _closing(text: str, at: int) -> int:
    """Where the sequence of a template ends whose inside starts at `at`; the end of the text where it never does."""
    inside = ["{"]
    while at < len(text) and inside:
        character, step = text[at], 1
        if inside[-1] == '"':
            if character == "\\" or text.startswith(_ESCAPED_TEMPLATE, at):
                step = 2 if character == "\\" else 3
            elif text.startswith(_TEMPLATE, at):
                inside.append("{")
                step = 2
            elif character == '"':
                inside.pop()
        elif character in '{"':
            inside.append(character)
        elif character == "}":
            inside.pop()
        at += step
    return min(at, len(text))
