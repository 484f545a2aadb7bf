"""`format` and `formatlist`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from remediator.iac.terraform.language.conversions import as_string
from remediator.iac.terraform.language.functions.arguments import (
    MAX_TEXT,
    bounded,
    listed,
    text,
    unknown_call,
)
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.functions.verbs import Verb, written
from remediator.iac.terraform.language.splicing import MAX_LENGTH, spliced
from remediator.iac.terraform.language.types import STRING
from remediator.iac.terraform.language.values import Evaluated, Items, RefusedError
from remediator.model import Role

__all__ = ["FORMATTING"]

_VERB = re.compile(
    r"%(?P<flags>[ +\-0#]*)(?P<width>[1-9]\d*)?(?:\.(?P<precision>\d*))?(?:\[(?P<at>\d{1,9})\])?(?P<verb>.)",
    re.DOTALL | re.ASCII,
)
_MAX_WIDTH = 10_000


def _format(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    if _has_null(arguments[1:]):
        return unknown_call("format", arguments, "the type of a null is not followed")
    return _formatted(arguments[0], arguments[1:])


def _has_null(values: Sequence[Evaluated]) -> bool:
    """Terraform formats a null that has a type, and waits for the type of one that has none."""
    return any(value.data is None for value in values)


def _formatted(given: Evaluated, values: Sequence[Evaluated]) -> Evaluated:
    pattern = text(given)
    out: list[Evaluated] = []
    at = used = highest = 0
    length = len(pattern)
    for match in _VERB.finditer(pattern):
        if match.start() < at:
            continue
        out.append(_stretch(given, pattern, at, match.start()))
        at = match.end()
        if match[0] == "%%":
            out.append(Evaluated("%"))
            continue
        used = int(match["at"]) if match["at"] else used + 1
        highest = max(highest, used)
        if not 0 < used <= len(values):
            raise EvaluationError("format() has fewer values than verbs")
        value = values[used - 1]
        made = written(_verb(match), value)
        out.append(value if _is_as_it_is(value, made) else Evaluated(made))
        length += len(made)
        if length > MAX_TEXT:
            raise RefusedError(f"format() would make more than the {MAX_TEXT:,} characters that are followed")
    if "%" in pattern[at:]:
        raise EvaluationError("format() has an unfinished verb")
    if highest < len(values):
        raise EvaluationError("format() has more values than verbs")
    return spliced([*out, _stretch(given, pattern, at, len(pattern))])


def _stretch(given: Evaluated, pattern: str, start: int, end: int) -> Evaluated:
    """A part of a pattern, with its place where the pattern is short and stands in quotation marks without escapes."""
    found, origin = pattern[start:end], given.origin
    if origin is None or len(pattern) > MAX_LENGTH or origin.end - origin.start != len(pattern.encode()) + 2:
        return Evaluated(found)
    at = origin.start + 1 + len(pattern[:start].encode())
    return Evaluated(found, replace(origin, start=at, end=at + len(found.encode()), role=Role.TEMPLATE))


def _is_as_it_is(value: Evaluated, made: str) -> bool:
    """Whether a verb writes a value just as a template would."""
    return isinstance(value.data, bool | Decimal | str) and as_string(value).data == made


def _verb(match: "re.Match[str]") -> Verb:
    width, precision = match["width"] or "", match["precision"]
    if max(len(width), len(precision or "")) > len(str(_MAX_WIDTH)) or int(width or 0) > _MAX_WIDTH:
        raise RefusedError("format() with such a width is not followed")
    return Verb(match["verb"], match["flags"], int(width or 0), None if precision is None else int(precision or 0))


def _formatlist(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    if _has_null(arguments[1:]):
        return unknown_call("formatlist", arguments, "the type of a null is not followed")
    pattern = text(arguments[0])
    if not all(argument.counted for argument in arguments):
        return unknown_call("formatlist", arguments)
    lengths = {len(a.data.items) for a in arguments[1:] if isinstance(a.data, Items)}
    if len(lengths) > 1:
        raise EvaluationError("formatlist() is given lists of different lengths")
    count = lengths.pop() if lengths else 1
    bounded(count * len(pattern) // 100)
    rows = [[a.data.items[at] if isinstance(a.data, Items) else a for a in arguments[1:]] for at in range(count)]
    made = [_row(arguments[0], row) for row in rows]
    if sum(row.size for row in made) > MAX_TEXT // 1000:
        raise EvaluationError("formatlist() would make more text than is followed")
    return listed(made)


def _row(pattern: Evaluated, values: Sequence[Evaluated]) -> Evaluated:
    if any(value.unknown is not None for value in values):
        return unknown_call("formatlist", [pattern, *values], type_=STRING)
    return _formatted(pattern, values)


FORMATTING: Mapping[str, Signature] = {
    "format": Signature(_format, 1, None),
    "formatlist": Signature(_formatlist, 1, None),
}
