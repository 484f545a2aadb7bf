"""Numeric functions."""

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from remediator.iac.terraform.language.conversions import NUMBERS
from remediator.iac.terraform.language.functions.arguments import number, text, whole
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["NUMERIC"]


def _abs(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(NUMBERS.abs(number(arguments[0])))


def _ceil(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(number(arguments[0]).to_integral_value(ROUND_CEILING) + 0)  # never minus zero


def _floor(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return Evaluated(number(arguments[0]).to_integral_value(ROUND_FLOOR))


def _log(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of, base = float(number(arguments[0])), float(number(arguments[1]))
    try:
        return Evaluated(Decimal(repr(math.log(of) / math.log(base))))
    except (ValueError, ZeroDivisionError):
        raise EvaluationError("log() has no result for these numbers") from None


def _pow(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    try:
        return Evaluated(Decimal(repr(math.pow(float(number(arguments[0])), float(number(arguments[1]))))))
    except (ValueError, OverflowError):
        raise EvaluationError("pow() has no result for these numbers") from None


def _max(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return max(arguments, key=number)


def _min(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return min(arguments, key=number)


def _signum(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    value = number(arguments[0])
    return Evaluated(Decimal((value > 0) - (value < 0)))


def _parseint(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    base = whole(arguments[1])
    digits = text(arguments[0])
    if not 2 <= base <= 36 or "_" in digits or digits != digits.strip() or len(digits) > 200:
        raise EvaluationError("parseint() cannot read this")
    try:
        return Evaluated(Decimal(int(digits, base)))
    except ValueError:
        raise EvaluationError(f"parseint() cannot read {digits[:40]!r}") from None


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
