"""Values written as HCL, in the kind of quoting that stood there."""

import math
import re
from decimal import Decimal

from remediator.errors import RemediatorError
from remediator.iac.terraform.expressions import literal
from remediator.model import Value

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE = re.compile(r"([$%])\{")


def written(value: Value, like: str | None = None) -> str:
    """A value as an HCL expression; `like` is the literal it replaces, whose quotation marks it keeps.

    A number or a truth value that stood in quotation marks stays in them. Raises RemediatorError for what HCL cannot
    write: a number that is not finite, or text with a lone surrogate.
    """
    was = literal(like) if like is not None else None
    plain = _written(value)
    quoted = was is not None and was.quoted and isinstance(value, int | float)
    return f'"{plain}"' if quoted else plain


def template_text(text: str) -> str:
    """A text as it stands inside a template in quotation marks.

    Raises RemediatorError for what HCL cannot write, and for an end that would make something else of an interpolation
    behind it.
    """
    if text.endswith(("$", "%")):
        raise RemediatorError(f"{text[:40]!r} cannot stand before an interpolation; write it by hand")
    return _string(text)[1:-1]


def _written(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, tuple):
        return "[" + ", ".join(_string(item) for item in value) + "]"
    if not math.isfinite(value):
        raise RemediatorError(f"{value} is not a number that HCL can write; give a finite one")
    return str(value) if isinstance(value, int) else _float(value)


def _float(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _string(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RemediatorError(f"{text[:40]!r} holds a lone surrogate, which no UTF-8 file can") from error
    escaped = "".join(_ESCAPED.get(c) or (c if c.isprintable() or c > "\x9f" else f"\\u{ord(c):04x}") for c in text)
    return '"' + _TEMPLATE.sub(r"\1\1{", escaped) + '"'
