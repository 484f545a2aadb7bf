"""Terraform's JSON syntax read into declarations, its strings turned into expressions.

https://developer.hashicorp.com/terraform/language/syntax/json
"""

import json
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from remediator.iac.terraform.language.grammar import compiled_template
from remediator.iac.terraform.language.nodes import If, Literal, Loop, Template, Text
from remediator.iac.terraform.language.scanner import ExpressionError
from remediator.iac.terraform.shadow.declarations import Declaration

__all__ = ["declarations", "literal_text", "template_text"]

_LABELS = {"resource": 2, "data": 2, "variable": 1, "module": 1, "output": 1, "locals": 0}
_COMMENT = "//"


def declarations(content: bytes) -> tuple[Declaration, ...]:
    """The declarations of a `.tf.json` file that a shadow keeps; raises ValueError where it is not such a file."""
    try:
        top = json.loads(content)
    except (RecursionError, UnicodeDecodeError) as error:
        raise ValueError("it is nested too deeply or not UTF-8") from error
    found: list[Declaration] = []
    for body in _objects(top):
        for type_, depth in _LABELS.items():
            found += (_declaration(type_, labels, inner) for labels, inner in _labelled(body.get(type_), depth))
    return tuple(found)


def literal_text(value: JsonValue) -> str:
    """A JSON value as an expression in which nothing is interpolated."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def template_text(text: str) -> str:
    """A string as JSON syntax reads it, a template, as an expression in Terraform's own syntax.

    Raises ValueError for a template with directives and for one that cannot be read.
    """
    try:
        found = compiled_template(text)
    except ExpressionError as error:
        raise ValueError(str(error)) from error
    if isinstance(found, Literal):
        return json.dumps(text, ensure_ascii=False)
    parts = found.parts if isinstance(found, Template) else (found,)
    source = text.encode()
    written: list[str] = []
    at = 0
    for part in parts:
        if isinstance(part, If | Loop):
            raise ValueError("a template in JSON has directives, which are not converted")
        if isinstance(part, Text):
            continue
        opening = source.rindex(b"${", at, part.start)
        closing = source.index(b"}", part.end) + 1
        written += (json.dumps(source[at:opening].decode(), ensure_ascii=False)[1:-1], source[opening:closing].decode())
        at = closing
    if not isinstance(found, Template):
        return f"({source[found.start : found.end].decode()})"
    return f'"{"".join(written)}{json.dumps(source[at:].decode(), ensure_ascii=False)[1:-1]}"'


def _declaration(type_: str, labels: tuple[str, ...], body: Mapping[str, JsonValue]) -> Declaration:
    attributes: dict[str, str] = {}
    blocks: list[Declaration] = []
    for name, value in body.items():
        if name == _COMMENT:
            continue
        if type_ == "variable":
            attributes[name] = value if name == "type" and isinstance(value, str) else literal_text(value)
        elif name == "dynamic":
            blocks += (_declaration(name, words, inner) for words, inner in _labelled(value, 1))
        else:
            attributes[name] = _expression(value)
            # Only the provider's schema says whether an object is a block: it is given as both.
            blocks += (_declaration(name, (), inner) for inner in _objects(value))
    return Declaration(type_, labels, attributes, tuple(blocks))


def _labelled(value: JsonValue, depth: int) -> Iterator[tuple[tuple[str, ...], Mapping[str, JsonValue]]]:
    for body in _objects(value):
        if depth == 0:
            yield (), body
            continue
        for label, inner in body.items():
            if label != _COMMENT:
                yield from (((label, *labels), found) for labels, found in _labelled(inner, depth - 1))


def _objects(value: JsonValue) -> tuple[Mapping[str, JsonValue], ...]:
    if isinstance(value, Mapping):
        return (value,)
    return tuple(v for v in value if isinstance(v, Mapping)) if isinstance(value, list) else ()


def _expression(value: JsonValue) -> str:
    if isinstance(value, str):
        return template_text(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'({template_text(k)}) = {_expression(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_expression, value))}]"
    return json.dumps(value)
