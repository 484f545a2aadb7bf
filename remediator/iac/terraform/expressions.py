"""Expressions as text: literals, plain references, and what else they are."""

import re
from dataclasses import dataclass

from remediator.model import Value

_NUMBER = re.compile(r"-?\d{1,300}(\.\d{1,300})?([eE][+-]?\d{1,2})?")
_NAME = r"[^\W\d][\w-]*"
_REFERENCE = re.compile(rf"{_NAME}(\.{_NAME})+")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down; `quoted` where it stands in quotation marks."""

    value: Value
    quoted: bool


def literal(text: str) -> Literal | None:
    """The literal that an expression is, or None where it is anything else."""
    if text in ("true", "false"):
        return Literal(text == "true", False)
    if _NUMBER.fullmatch(text):
        return Literal(float(text) if re.search(r"[.eE]", text) else int(text), False)
    if len(text) < 2 or text[0] != '"' or text[-1] != '"' or _has_template(text):
        return None
    return Literal(_ESCAPE.sub(_unescaped, text[1:-1]), True)


def _has_template(text: str) -> bool:
    return bool(re.search(r"(?<!\$)\$\{|(?<!%)%\{", text))


def _unescaped(match: re.Match[str]) -> str:
    sequence = match[0]
    if sequence in ("$${", "%%{"):
        return sequence[1:]
    kind = sequence[1]
    return chr(int(sequence[2:], 16)) if kind in "uU" and len(sequence) > 2 else _SIMPLE.get(kind, sequence)


def reference(text: str) -> tuple[str, ...] | None:
    """The parts of a plain reference such as `var.x` or `aws_instance.y.id`, or None where it is anything else."""
    return tuple(text.split(".")) if _REFERENCE.fullmatch(text) else None


def described(text: str) -> str:
    """What an expression is, in words."""
    if "?" in text and ":" in text:
        return "a conditional"
    if text.startswith("<<"):
        return "a heredoc"
    if text.startswith('"'):
        return "a string template"
    if re.match(rf"{_NAME}\(", text):
        return f"a call of {text.partition('(')[0]}()"
    if text.startswith("["):
        return "a list"
    if text.startswith("{"):
        return "an object"
    if text.startswith(("each.", "count.")):
        return f"{text.partition('.')[0]} of a repeated block"
    if text.startswith("data."):
        return "read from a data source"
    if "[" in text:
        return "an index into a collection"
    return "a reference to another object" if reference(text) else "an expression"
