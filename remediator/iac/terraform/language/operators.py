"""Arithmetic, comparison and logic."""

from decimal import Decimal, DecimalException
from fractions import Fraction
from hashlib import sha256

from remediator.iac.terraform.language.conversions import NUMBERS, as_bool, as_number, kind
from remediator.iac.terraform.language.equality import equal
from remediator.iac.terraform.language.floats import nearest, shortest
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.types import BOOL, NUMBER
from remediator.iac.terraform.language.values import Evaluated, RefusedError, Unknown

__all__ = ["binary", "unary"]

_ARITHMETIC = ("+", "-", "*", "/", "%")
_LARGEST = 400
"""Digits before or behind the point of a fraction."""
_SHORT = 150
"""Digits that are surely kept."""
_ORDER = ("<", "<=", ">", ">=")
_UNTOLD = Unknown("whether two collections are of one type is not followed", "")


def unary(operator: str, of: Evaluated) -> Evaluated:
    """`-of` or `!of`; raises EvaluationError."""
    value = as_bool(of) if operator == "!" else as_number(of)
    if isinstance(value.data, Unknown):
        return _unknown(operator, value.data, of)
    if value.data is None:
        raise EvaluationError(f"{operator} stands before null")
    return Evaluated(not value.data if isinstance(value.data, bool) else _number(value).copy_negate())


def binary(operator: str, left: Evaluated, right: Evaluated, written: bool = False) -> Evaluated:
    """`left operator right`; raises EvaluationError.

    `written` says that both are tuples or objects written out, and no lists or maps.
    """
    if operator in ("==", "!="):
        same = equal(left, right, written)
        if same is None:
            return _unknown(operator, left.unknown or right.unknown or _UNTOLD, left, right)
        return Evaluated(same is (operator == "=="))
    convert = as_number if operator in _ARITHMETIC or operator in _ORDER else as_bool
    one, other = convert(left), convert(right)
    missing = next((v.data for v in (one, other) if isinstance(v.data, Unknown)), None)
    if missing:
        return _unknown(operator, missing, left, right)
    if one.data is None or other.data is None:
        raise EvaluationError(f"{operator} stands beside null")
    if operator == "&&":
        return Evaluated(bool(one.data) and bool(other.data))
    if operator == "||":
        return Evaluated(bool(one.data) or bool(other.data))
    a, b = _number(one), _number(other)
    if operator in ("/", "%") and a and not b:
        return _unknown(
            operator, Unknown("a number divided by zero is infinite, which is not followed", ""), left, right
        )
    return Evaluated(_compared(operator, a, b) if operator in _ORDER else _computed(operator, a, b))


def _number(value: Evaluated) -> Decimal:
    if not isinstance(value.data, Decimal):
        raise EvaluationError(f"a number is required, not a value of kind {kind(value)}")
    return value.data


def _compared(operator: str, a: Decimal, b: Decimal) -> bool:
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def _computed(operator: str, a: Decimal, b: Decimal) -> Decimal:
    try:
        match operator:
            case "+":
                plain = NUMBERS.add(a, b)
            case "-":
                plain = NUMBERS.subtract(a, b)
            case "*":
                plain = NUMBERS.multiply(a, b)
            case "/":
                plain = NUMBERS.divide(a, b)
            case _:
                plain = NUMBERS.add(NUMBERS.remainder(a, b), Decimal(0))  # never minus zero
    except (DecimalException, ArithmeticError):
        raise EvaluationError(f"{operator} has no result for these numbers") from None
    if operator == "%" or all(_is_short(number) for number in (a, b, plain)):
        return plain
    if any(abs(number.adjusted()) > _LARGEST for number in (a, b, plain)):
        raise RefusedError("a fraction of a number so large or small is not followed")
    one, other = nearest(Fraction(a)), nearest(Fraction(b))
    exact = {"+": one + other, "-": one - other, "*": one * other, "/": one / (other or 1)}[operator]
    return shortest(nearest(exact)) if exact else plain


def _is_short(number: Decimal) -> bool:
    """Whether it is a whole number that has no more bits than Terraform keeps."""
    return number.adjusted() < _SHORT and number == number.to_integral_value()


def _unknown(operator: str, missing: Unknown, *operands: Evaluated) -> Evaluated:
    keys = "\0".join((operator, *(operand.digest() for operand in operands)))
    of_type = NUMBER if operator in _ARITHMETIC else BOOL
    return Evaluated(Unknown(missing.reason, sha256(keys.encode()).hexdigest()[:16], of_type, never_null=True))
