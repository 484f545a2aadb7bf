"""One verb of `format` with its flags, as Go writes numbers and as Terraform writes the rest.

https://developer.hashicorp.com/terraform/language/functions/format lists the verbs; how numbers are written is
https://pkg.go.dev/math/big#Int.Format and https://pkg.go.dev/math/big#Float.Format.
"""

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from remediator.iac.terraform.language.conversions import as_string
from remediator.iac.terraform.language.floats import BITS, nearest
from remediator.iac.terraform.language.functions.arguments import number, text, truth
from remediator.iac.terraform.language.functions.encodings import json_text
from remediator.iac.terraform.language.functions.graphemes import graphemes
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items

__all__ = ["Verb", "written"]

_EXACT = Context(prec=4 * BITS, Emax=9999, Emin=-9999)
_LETTERS = {"b": "b", "d": "d", "o": "o", "x": "x", "X": "X"}
_PREFIXES = {"b": "0b", "d": "", "o": "0", "x": "0x", "X": "0X"}
_SHORT_EXPONENT = 6
"""From this power of ten on the shortest form of a number has an exponent."""


@dataclass(frozen=True, slots=True)
class Verb:
    """`%`, flags, width, precision, letter."""

    letter: str
    flags: str = ""
    width: int = 0
    precision: int | None = None


def written(verb: Verb, value: Evaluated) -> str:
    """A value as a verb writes it; raises EvaluationError where it does not fit the verb."""
    match verb.letter:
        case "t":
            return "true" if truth(value) else "false"
        case "b" | "d" | "o" | "x" | "X":
            return _whole(verb, number(value))
        case "e" | "E" | "f" | "g" | "G":
            return _float(verb, number(value))
        case "s" | "q":
            return _string(verb, text(value))
        case "v":
            return _as_it_is(verb, value)
    raise EvaluationError(f"format() does not know the verb %{verb.letter}")


def _as_it_is(verb: Verb, value: Evaluated) -> str:
    if isinstance(value.data, Items | Fields) or "#" in verb.flags:
        return _padded(verb, json_text(value))
    if isinstance(value.data, Decimal):
        return _float(Verb("g", verb.flags, verb.width, verb.precision), value.data)
    return _padded(verb, text(as_string(value)))


def _string(verb: Verb, of: str) -> str:
    if verb.precision:
        of = "".join(graphemes(of)[: verb.precision])
    return _padded(verb, json_text(Evaluated(of)) if verb.letter == "q" else of)


def _padded(verb: Verb, shown: str) -> str:
    missing = max(0, verb.width - len(graphemes(shown)))
    if "-" in verb.flags:
        return shown + " " * missing
    return ("0" if "0" in verb.flags else " ") * missing + shown


def _sign(verb: Verb, negative: bool) -> str:
    return "-" if negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _whole(verb: Verb, value: Decimal) -> str:
    if value != value.to_integral_value():
        raise EvaluationError(f"%{verb.letter} takes whole numbers only")
    digits = format(abs(int(value)), _LETTERS[verb.letter])
    sign = _sign(verb, value < 0)
    prefix = _PREFIXES[verb.letter] if "#" in verb.flags else ""
    if verb.precision is not None:
        digits = "" if verb.precision == 0 and digits == "0" else digits.rjust(verb.precision, "0")
        return _spaced(verb, sign + prefix + digits)
    if "0" in verb.flags and "-" not in verb.flags:
        return sign + prefix + digits.rjust(verb.width - len(sign) - len(prefix), "0")
    return _spaced(verb, sign + prefix + digits)


def _float(verb: Verb, value: Decimal) -> str:
    sign = _sign(verb, value.is_signed())
    shown = _magnitude(verb, value.copy_abs())
    shown = shown.upper() if verb.letter in "EG" else shown
    if "0" in verb.flags and "-" not in verb.flags:
        return sign + shown.rjust(verb.width - len(sign), "0")
    return _spaced(verb, sign + shown)


def _spaced(verb: Verb, shown: str) -> str:
    return shown.ljust(verb.width) if "-" in verb.flags else shown.rjust(verb.width)


def _magnitude(verb: Verb, value: Decimal) -> str:
    letter = verb.letter.lower()
    exact = nearest(Fraction(value))
    binary = _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    if letter == "f":
        return f"{binary:.{6 if verb.precision is None else verb.precision}f}"
    if letter == "e":
        return _exponent(f"{binary:.{6 if verb.precision is None else verb.precision}e}")
    precise = value if verb.precision is None else Context(prec=max(1, verb.precision)).create_decimal(binary)
    precise = precise.normalize(_EXACT)
    digits, power = len(precise.as_tuple().digits), precise.adjusted()
    limit = _SHORT_EXPONENT if verb.precision is None else max(1, verb.precision)
    if verb.precision is not None and limit > digits >= power + 1:
        limit = digits
    if precise and (power < -4 or power >= limit):
        return _exponent(f"{precise:.{digits - 1}e}")
    return f"{precise:f}"


def _exponent(shown: str) -> str:
    mantissa, _, power = shown.partition("e")
    return f"{mantissa}e{power[0]}{power[1:].rjust(2, '0')}"
