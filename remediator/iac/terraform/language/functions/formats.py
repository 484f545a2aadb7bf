"""`format` and `formatlist`.

Verbs as https://developer.hashicorp.com/terraform/language/functions/format lists them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from remediator.iac.terraform.language.conversions import as_string, number_text
from remediator.iac.terraform.language.functions.arguments import MAX_TEXT, bounded, listed, number, sized, text, truth
from remediator.iac.terraform.language.functions.encodings import json_text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated, Fields, Items

__all__ = ["FORMATTING"]

_VERB = re.compile(
    r"%(?P<flags>[ +\-0#]*)(?P<width>\d{1,9})?(?:\.(?P<precision>\d{0,9}))?(?:\[(?P<at>\d{1,9})\])?(?P<verb>.)",
    re.DOTALL,
)
_MAX_WIDTH = 10_000


def _format(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return sized(_formatted(text(arguments[0]), arguments[1:]))


def _formatted(pattern: str, values: Sequence[Evaluated]) -> str:
    out: list[str] = []
    at = used = highest = 0
    for match in _VERB.finditer(pattern):
        if match.start() < at:
            continue
        out.append(pattern[at : match.start()])
        at = match.end()
        if match["verb"] == "%":
            out.append("%")
            continue
        used = int(match["at"]) if match["at"] else used + 1
        highest = max(highest, used)
        if not 0 < used <= len(values):
            raise EvaluationError("format() has fewer values than verbs")
        out.append(_verb(match, values[used - 1]))
    if "%" in pattern[at:]:
        raise EvaluationError("format() has an unfinished verb")
    if highest < len(values):
        raise EvaluationError("format() has more values than verbs")
    return "".join([*out, pattern[at:]])


def _verb(match: "re.Match[str]", value: Evaluated) -> str:
    flags, verb = match["flags"], match["verb"]
    width = int(match["width"] or 0)
    precision = None if match["precision"] is None else int(match["precision"] or 0)
    if width > _MAX_WIDTH or (precision or 0) > _MAX_WIDTH:
        raise EvaluationError("format() with such a width is not followed")
    if verb in "sqv":
        shown = _text(verb, value, flags)
        shown = shown[:precision] if precision is not None and verb == "s" else shown
    elif verb == "t":
        shown = "true" if truth(value) else "false"
    elif verb in "bdoxXeEfFgG":
        shown = _number(verb, number(value), flags, precision)
    else:
        raise EvaluationError(f"format() does not know the verb %{verb}")
    if "-" in flags:
        return shown.ljust(width)
    if "0" in flags and verb not in "sqvt":
        sign = shown[:1] if shown[:1] in "+-" and shown[:1] else ""
        return sign + shown[len(sign) :].rjust(width - len(sign), "0")
    return shown.rjust(width)


def _text(verb: str, value: Evaluated, flags: str) -> str:
    if verb == "v" and (value.data is None or isinstance(value.data, Items | Fields) or "#" in flags):
        return json_text(value)
    if verb == "v" and isinstance(value.data, Decimal):
        return number_text(value.data)
    shown = as_string(value).data
    if not isinstance(shown, str):
        raise EvaluationError("format() cannot show null")
    return json.dumps(shown, ensure_ascii=False) if verb == "q" else shown


def _number(verb: str, value: Decimal, flags: str, precision: int | None) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else "-"
    if verb in "bdoxX":
        return format(int(value), f"{sign}{verb}")
    places = 6 if precision is None and verb in "eEfF" else precision
    if places is None:
        shown = _shortest(float(value), verb)
        return shown if shown.startswith("-") or sign == "-" else sign + shown
    return format(float(value), f"{sign}.{places}{verb}")


def _shortest(value: float, verb: str) -> str:
    shown = repr(value).removesuffix(".0")
    mantissa, e, exponent = shown.partition("e")
    if e:
        shown = f"{mantissa}e{exponent[0]}{exponent[1:].rjust(2, '0')}"
    return shown.upper() if verb == "G" else shown


def _formatlist(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    pattern = text(arguments[0])
    lengths = {len(a.data.items) for a in arguments[1:] if isinstance(a.data, Items)}
    if len(lengths) > 1:
        raise EvaluationError("formatlist() is given lists of different lengths")
    count = lengths.pop() if lengths else 1
    bounded(count * len(pattern) // 100)
    rows = [[a.data.items[at] if isinstance(a.data, Items) else a for a in arguments[1:]] for at in range(count)]
    made = [_formatted(pattern, row) for row in rows]
    if sum(map(len, made)) > MAX_TEXT:
        raise EvaluationError("formatlist() would make more text than is followed")
    return listed([Evaluated(row) for row in made])


FORMATTING: Mapping[str, Signature] = {
    "format": Signature(_format, 1, None),
    "formatlist": Signature(_formatlist, 1, None),
}
