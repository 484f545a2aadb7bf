"""Conditions on the way to a value, as sentences: `var.env is "prod"`."""

import re
from decimal import Decimal

from remediator.iac.terraform.language.conversions import as_string, kind
from remediator.iac.terraform.language.nodes import Expression
from remediator.iac.terraform.language.places import Taken
from remediator.iac.terraform.language.scope import Scope
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["taken"]

_REFERENCE = re.compile(r"[\w.-]+")
_SHOWN = 80
"""Characters of an expression, or of a string, that a sentence shows."""


def taken(node: Expression, value: Evaluated, scope: Scope) -> Taken:
    """What an expression came to, on which another value was chosen."""
    text = " ".join(scope.source(node.start, node.end).split())
    if value.secret:
        named = text if _REFERENCE.fullmatch(text) and len(text) <= _SHOWN else "a value"
        return Taken(f"{named} decides, which is sensitive", scope.place(node.start, node.end))
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return Taken(f"{shown} is {_shown(value)}", scope.place(node.start, node.end))


def _shown(value: Evaluated) -> str:
    if isinstance(value.data, str):
        return f'"{value.data[:_SHOWN]}"'
    return str(as_string(value).data) if isinstance(value.data, bool | Decimal) else kind(value)
