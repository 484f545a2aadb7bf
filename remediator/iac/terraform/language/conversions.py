"""Terraform's automatic conversions between strings, numbers and bools."""

import re
from decimal import Context, Decimal, DecimalException

from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, RefusedError, Unknown

__all__ = ["NUMBERS", "as_bool", "as_number", "as_string", "kind", "number_text"]

NUMBERS = Context(prec=156, Emax=4000, Emin=-4000)
"""Terraform counts with floats of 512 bits, which are some 154 digits; its exponents go further, which nobody needs."""

_NUMBER = re.compile(r"([+-]?(\d+(\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|p([+-]?\d+))?", re.ASCII)
"""As https://pkg.go.dev/math/big#Float.Parse reads a number in base ten: behind `p` stands a power of two."""


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
    found = _NUMBER.fullmatch(data) if isinstance(data, str) else None
    if found is not None:
        try:
            number = NUMBERS.create_decimal(f"{found[1]}{found[4] or ''}")
            return value.converted(NUMBERS.multiply(number, NUMBERS.power(2, int(found[5]))) if found[5] else number)
        except DecimalException:
            raise RefusedError("a number is larger or smaller than those that are followed") from None
    raise EvaluationError(f"a number is required, not a value of kind {kind(value)}")


def as_bool(value: Evaluated) -> Evaluated:
    """The value as a bool; null and unknown stay what they are; raises EvaluationError."""
    data = value.data
    if data is None or isinstance(data, bool | Unknown):
        return value
    if data in ("true", "1", "false", "0"):
        return value.converted(data in ("true", "1"))
    raise EvaluationError(f"true or false is required, not a value of kind {kind(value)}")
