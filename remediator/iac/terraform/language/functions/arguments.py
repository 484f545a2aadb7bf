"""Arguments as functions want them: converted, and refused in a sentence where they are something else."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from remediator.iac.terraform.language.conversions import as_bool, as_number, as_string, kind
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.types import ANY, Type
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = [
    "MAX_ELEMENTS",
    "MAX_TEXT",
    "bounded",
    "elements",
    "listed",
    "number",
    "object_fields",
    "sequence",
    "sized",
    "strings",
    "text",
    "truth",
    "unknown_call",
    "whole",
]

MAX_ELEMENTS = 100_000
"""More elements than this no function makes; an estate has some hundreds."""
MAX_WHOLE = 2**63
"""Larger whole numbers than this Terraform does not take as a width, a position, or a count."""
MAX_TEXT = 4_000_000
"""Longer texts than this, in characters, no function makes."""


def text(value: Evaluated) -> str:
    """The argument as a string; raises EvaluationError."""
    found = as_string(value).data
    if not isinstance(found, str):
        raise EvaluationError(f"a string is required, not {kind(value)}")
    return found


def number(value: Evaluated) -> Decimal:
    """The argument as a number; raises EvaluationError."""
    found = as_number(value).data
    if not isinstance(found, Decimal):
        raise EvaluationError(f"a number is required, not {kind(value)}")
    return found


def whole(value: Evaluated) -> int:
    """The argument as a whole number; raises EvaluationError."""
    found = number(value)
    if found != found.to_integral_value() or abs(found) > MAX_WHOLE:
        raise EvaluationError("a whole number is required")
    return int(found)


def truth(value: Evaluated) -> bool:
    """The argument as a bool; raises EvaluationError."""
    found = as_bool(value).data
    if not isinstance(found, bool):
        raise EvaluationError(f"true or false is required, not {kind(value)}")
    return found


def elements(value: Evaluated) -> Sequence[Evaluated]:
    """The elements of a list, tuple or set, each with the way of the collection; raises EvaluationError."""
    if not isinstance(value.data, Items):
        raise EvaluationError(f"a list is required, not {kind(value)}")
    return [value.element(item) for item in value.data.items]


def strings(value: Evaluated) -> list[str]:
    """The elements of a list of strings; raises EvaluationError, also where one of them is unknown or null."""
    return [text(item) for item in elements(value)]


def object_fields(value: Evaluated) -> dict[str, Evaluated]:
    """The entries of a map or object, each with the way of the map; raises EvaluationError."""
    if not isinstance(value.data, Fields):
        raise EvaluationError(f"a map is required, not {kind(value)}")
    return {key: value.element(inner) for key, inner in value.data.fields.items()}


def listed(items: Sequence[Evaluated], is_list: bool = True) -> Evaluated:
    """A list, or else a tuple; raises EvaluationError where it is too long."""
    bounded(len(items))
    return Evaluated(Items(tuple(items), is_list=is_list))


def sequence(value: Evaluated) -> Items:
    """The argument as a list or a tuple, which a set is not; raises EvaluationError."""
    if not isinstance(value.data, Items) or value.data.is_set:
        raise EvaluationError(f"a list or a tuple is required, not {kind(value)}")
    return value.data


def bounded(count: int) -> None:
    """Raises EvaluationError where a function would make too many elements."""
    if count > MAX_ELEMENTS:
        raise EvaluationError(f"a function would make {count:,} elements, more than the {MAX_ELEMENTS:,} followed")


def sized(made: str) -> Evaluated:
    """A text; raises EvaluationError where it is too long."""
    if len(made) > MAX_TEXT:
        raise EvaluationError(f"a function would make a text of {len(made):,} characters, which is not followed")
    return Evaluated(made)


def unknown_call(name: str, arguments: Sequence[Evaluated], reason: str | None = None, type_: Type = ANY) -> Evaluated:
    """The unknown value of a call, which is another one when the arguments are others."""
    missing = next((found for argument in arguments if (found := argument.unknown)), None)
    why = reason or (missing.reason if missing else f"{name}() is not known before apply")
    keys = "\0".join((name, *(argument.digest() for argument in arguments)))
    return Evaluated(Unknown(why, sha256(keys.encode()).hexdigest()[:16], type_))
