"""Blocks as they are written: in Terraform's own language, or in JSON, whose strings are templates."""

import json
from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["Attributes", "hidden_values", "in_json", "local_values", "resource", "resource_in_json"]

Attributes: TypeAlias = Sequence[tuple[str, str]]
"""Names and the expressions that they are set to."""


def resource(name: str, repeated: str, attributes: Attributes) -> str:
    """A `terraform_data` with the attributes as its input; `repeated` is the line of `count` or `for_each`, if any."""
    lines = "".join(f"    {at} = {text}\n" for at, text in attributes)
    return f'resource "terraform_data" "{name}" {{\n{repeated}  input = {{\n{lines}  }}\n}}\n'


def resource_in_json(name: str, repeated: str, attributes: Attributes) -> str:
    """The same as a file in JSON."""
    key, _, value = repeated.strip().partition(" = ")
    head = {key: in_json(value)} if key else {}
    body = head | {"input": {at: in_json(text) for at, text in attributes}}
    return json.dumps({"resource": {"terraform_data": {name: body}}}, indent=2, ensure_ascii=False)


def hidden_values(prefix: str) -> Attributes:
    """Locals that are a string, a number and a bool, of which nobody knows the value before an apply."""
    return [(f"{prefix}hidden_{of}", f"to{of}(terraform_data.{prefix}seed.id)") for of in ("string", "number", "bool")]


def local_values(values: Attributes) -> str:
    """A block of locals."""
    return f"locals {{\n{''.join(f'  {name} = {text}{chr(10)}' for name, text in values)}}}\n"


def in_json(expression: str) -> str | bool:
    """An expression as a string of JSON, a template that is nothing else; a bool as itself."""
    return expression == "true" if expression in ("true", "false") else f"${{{expression}}}"
