"""Numeric functions."""

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import reduce

from remediator.iac.terraform.language.conversions import NUMBERS, as_number
from remediator.iac.terraform.language.functions.arguments import number, unknown_call, whole
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated, RefusedError

__all__ = ["NUMERIC"]

_LARGEST_POWER = 1000
"""Beyond this no power is followed."""


def _abs(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(NUMBERS.abs(number(arguments[0])))


def _ceil(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(number(arguments[0]).to_integral_value(ROUND_CEILING) + 0)  # never minus zero


def _floor(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(number(arguments[0]).to_integral_value(ROUND_FLOOR))


def _log(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of, base = (float(number(argument)) for argument in arguments)
    if of < 0 or base < 0 or of == base == 0:
        raise EvaluationError("log() has no result for these numbers")
    if of == 0 or base in (0, 1):
        return unknown_call("log", arguments, "an infinite logarithm is not followed")
    return Evaluated(Decimal(repr(_natural(of) / _natural(base))))


_LN2 = (6.93147180369123816490e-01, 1.90821492927058770002e-10)
_ODD = (6.666666666666735130e-01, 2.857142874366239149e-01, 1.818357216161805012e-01, 1.479819860511658591e-01)
_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)


def _natural(of: float) -> float:
    """The natural logarithm to the last bit as Go has it, by FreeBSD's series (https://pkg.go.dev/math#Log)."""
    fraction, power = math.frexp(of)
    if fraction < math.sqrt(2) / 2:
        fraction, power = fraction * 2, power - 1
    f = fraction - 1
    s = f / (2 + f)
    s2 = s * s
    s4 = s2 * s2
    odd = s2 * (_ODD[0] + s4 * (_ODD[1] + s4 * (_ODD[2] + s4 * _ODD[3])))
    even = s4 * (_EVEN[0] + s4 * (_EVEN[1] + s4 * _EVEN[2]))
    half = 0.5 * f * f
    return power * _LN2[0] - ((half - (s * (half + (odd + even)) + power * _LN2[1])) - f)


def _pow(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    """Powers that are exact, and square roots; the last bit of any other is not the same on every machine."""
    base, power = (float(number(argument)) for argument in arguments)
    if base < 0 and power != int(power):
        raise EvaluationError("pow() has no result for these numbers")
    if power == 0.5 and base:
        return Evaluated(Decimal(repr(math.sqrt(base))))
    small = abs(power) <= _LARGEST_POWER and power == int(power)
    if small and (base or power >= 0):
        exact = Fraction(base) ** int(power)
        if abs(exact.numerator) < 2**_LARGEST_POWER and Fraction(float(exact)) == exact:
            return Evaluated(Decimal(repr(float(exact))))
    return unknown_call("pow", arguments, "a power that is not exact is not followed")


def _max(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return as_number(max(arguments, key=number))


def _min(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return as_number(min(arguments, key=number))


def _signum(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    value = whole(arguments[0])
    return Evaluated(Decimal((value > 0) - (value < 0)))


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_DIGITS = 200


def _parseint(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    base, digits = whole(arguments[1]), arguments[0].data
    if not isinstance(digits, str) or not 2 <= base <= len(_DIGITS):
        raise EvaluationError("parseint() takes a string and a base from 2 to 62")
    if len(digits) > _MOST_DIGITS:
        raise RefusedError("parseint() of so many digits is not followed")
    bare = digits[1:] if digits[:1] in ("+", "-") else digits
    bare = bare.lower() if base <= 36 else bare
    if not bare or not set(bare) <= set(_DIGITS[:base]):
        raise EvaluationError(f"parseint() cannot read {digits[:40]!r}")
    found = reduce(lambda sum_, digit: sum_ * base + _DIGITS.index(digit), bare, 0)
    return Evaluated(Decimal(-found if digits.startswith("-") else found))


NUMERIC: Mapping[str, Signature] = {
    "abs": Signature(_abs, 1, 1),
    "ceil": Signature(_ceil, 1, 1),
    "floor": Signature(_floor, 1, 1),
    "log": Signature(_log, 2, 2),
    "max": Signature(_max, 1, None),
    "min": Signature(_min, 1, None),
    "parseint": Signature(_parseint, 2, 2),
    "pow": Signature(_pow, 2, 2),
    "signum": Signature(_signum, 1, 1),
}
