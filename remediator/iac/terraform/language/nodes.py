"""Syntax trees of expressions; offsets are bytes from the start of the expression's own text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import TypeAlias

__all__ = [
    "Attr",
    "Binary",
    "Call",
    "Conditional",
    "Entry",
    "Expression",
    "For",
    "If",
    "Index",
    "Literal",
    "Loop",
    "Name",
    "Object",
    "Part",
    "Splat",
    "Template",
    "Text",
    "Tuple",
    "Unary",
    "inside",
]


@dataclass(frozen=True, slots=True)
class Literal:
    """`null`, a bool, a number, or a string without templates."""

    start: int
    end: int
    value: bool | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Name:
    """The first word of a reference: `var`, `local`, `each`, a resource type, the variable of a `for`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Attr:
    """`of.name`."""

    start: int
    end: int
    of: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of[key]`, and the old `of.0`."""

    start: int
    end: int
    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Splat:
    """`of[*].a[0]` (`full`) or `of.*.a`: `each` is applied to every element, which stands in it as the Name `*`."""

    start: int
    end: int
    of: "Expression"
    each: "Expression"
    full: bool


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`; `expand` where the last argument is followed by `...`."""

    start: int
    end: int
    name: str
    arguments: tuple["Expression", ...]
    expand: bool


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? yes : no`."""

    start: int
    end: int
    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    start: int
    end: int
    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Unary:
    """`-of` or `!of`."""

    start: int
    end: int
    operator: str
    of: "Expression"


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[items]`."""

    start: int
    end: int
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """`key = value` of an object; a bare word as key is a Literal."""

    key: "Expression"
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Object:
    """`{ entries }`."""

    start: int
    end: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class For:
    """`[for names in collection : value if condition]`, with `key` the object form; `grouped` by a trailing `...`."""

    start: int
    end: int
    names: tuple[str, ...]
    collection: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    grouped: bool


@dataclass(frozen=True, slots=True)
class If:
    """`%{ if condition }yes%{ else }no%{ endif }` in a template."""

    condition: "Expression"
    yes: tuple["Part", ...]
    no: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """`%{ for names in collection }body%{ endfor }` in a template."""

    names: tuple[str, ...]
    collection: "Expression"
    body: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Text in a template, with escapes and indents resolved; `span` is where it stands, None where not as it is."""

    value: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A string or heredoc with interpolations."""

    start: int
    end: int
    parts: tuple["Part", ...]


Expression: TypeAlias = (
    Literal | Name | Attr | Index | Splat | Call | Conditional | Binary | Unary | Tuple | Object | For | Template
)
Part: TypeAlias = Text | Expression | If | Loop


def inside(node: object) -> Iterator[object]:
    """What a part of a tree is made of, one level down; nothing of what is no part."""
    if isinstance(node, tuple):
        yield from node
    elif is_dataclass(node):
        yield from (getattr(node, field.name) for field in fields(node))
