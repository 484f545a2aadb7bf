"""Terraform's automatic conversions between strings, numbers and bools, and of the two sides of a conditional."""

import re
from decimal import Context, Decimal, InvalidOperation

from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = ["NUMBERS", "as_bool", "as_number", "as_string", "kind", "number_text", "unified"]

NUMBERS = Context(prec=155, Emax=4000, Emin=-4000)
"""Terraform counts with floats of 512 bits, which are some 154 digits; its exponents go further, which nobody needs."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?")


def kind(value: Evaluated) -> str:
    """What a value is, in Terraform's words."""
    data = value.data
    if isinstance(data, bool):
        return "bool"
    if isinstance(data, Decimal):
        return "number"
    if isinstance(data, str):
        return "string"
    if isinstance(data, Items):
        return "set" if data.is_set else "list"
    if isinstance(data, Fields):
        return "object"
    return "null" if data is None else "unknown"


def number_text(number: Decimal) -> str:
    """A number as Terraform writes it: all digits, no exponent, no zeros behind the last digit; zero keeps its sign."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def as_string(value: Evaluated) -> Evaluated:
    """The value as a string; null and unknown stay what they are; raises EvaluationError for collections."""
    data = value.data
    if data is None or isinstance(data, str | Unknown):
        return value
    if isinstance(data, bool):
        return value.converted("true" if data else "false")
    if isinstance(data, Decimal):
        return value.converted(number_text(data))
    raise EvaluationError(f"a string is required, not a value of kind {kind(value)}")


def as_number(value: Evaluated) -> Evaluated:
    """The value as a number; null and unknown stay what they are; raises EvaluationError."""
    data = value.data
    if data is None or isinstance(data, Unknown | Decimal):
        return value
    if isinstance(data, str) and _NUMBER.fullmatch(data):
        try:
            return value.converted(NUMBERS.create_decimal(data))
        except InvalidOperation:
            pass
    raise EvaluationError(f"a number is required, not a value of kind {kind(value)}")


def as_bool(value: Evaluated) -> Evaluated:
    """The value as a bool; null and unknown stay what they are; raises EvaluationError."""
    data = value.data
    if data is None or isinstance(data, bool | Unknown):
        return value
    if data in ("true", "false"):
        return value.converted(data == "true")
    raise EvaluationError(f"true or false is required, not a value of kind {kind(value)}")


_GROUPS = {"string": "scalar", "number": "scalar", "bool": "scalar", "set": "list"}


def unified(value: Evaluated, other: Evaluated) -> Evaluated:
    """One side of a conditional as the type that both sides share: a number beside a string is a string.

    Raises EvaluationError where no type is shared.
    """
    kinds = {kind(value), kind(other)} - {"null", "unknown"}
    if len({_GROUPS.get(one, one) for one in kinds}) > 1 or kinds == {"number", "bool"}:
        raise EvaluationError(f"the two sides of a conditional do not agree: {' and '.join(sorted(kinds))}")
    if "string" in kinds and kinds & {"number", "bool"}:
        return as_string(value)
    if kinds == {"list"} and isinstance(value.data, Items) and isinstance(other.data, Items):
        inside = {kind(item) for item in (*value.data.items, *other.data.items)}
        if "string" in inside and inside <= {"string", "number", "bool", "null"}:
            return value.converted(Items(tuple(as_string(item) for item in value.data.items)))
    return value
