"""Functions of times, which stand in RFC 3339."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from remediator.iac.terraform.language.functions.arguments import text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["DATE"]

_DURATION = re.compile(r"[+-]?(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_TOKEN = re.compile(r"'(?:[^']|'')*'|Y+|M+|D+|E+|h+|H+|AA|aa|m+|s+|Z+|[^A-Za-z']")
_FORMS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "DD": "%d", "EEEE": "%A", "EEE": "%a",
    "hh": "%H", "HH": "%I", "AA": "%p", "mm": "%M", "ss": "%S",
}  # fmt: skip


def _moment(value: Evaluated) -> datetime:
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        raise EvaluationError("this is no time as RFC 3339 has it") from None
    if found.tzinfo is None:
        raise EvaluationError("a time needs its zone")
    return found


def _timeadd(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    duration = text(arguments[1])
    if not _DURATION.fullmatch(duration):
        raise EvaluationError(f"{duration[:40]!r} is no duration")
    seconds = sum(float(amount) * _SECONDS[unit] for amount, unit in _PART.findall(duration))
    try:
        moved = _moment(arguments[0]) + timedelta(seconds=-seconds if duration.startswith("-") else seconds)
    except OverflowError:
        raise EvaluationError("timeadd() leaves the calendar") from None
    return Evaluated(_zoned(moved, moved.strftime("%Y-%m-%dT%H:%M:%S")))


def _timecmp(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    one, other = _moment(arguments[0]), _moment(arguments[1])
    return Evaluated(Decimal((one > other) - (one < other)))


def _formatdate(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    pattern, moment = text(arguments[0]), _moment(arguments[1])
    parts = _TOKEN.findall(pattern)
    if "".join(parts) != pattern:
        raise EvaluationError("formatdate() cannot read the format")
    return Evaluated("".join(_formatted(part, moment) for part in parts))


def _formatted(part: str, moment: datetime) -> str:
    if part.startswith("'"):
        return part[1:-1].replace("''", "'")
    if not part.isalpha():
        return part
    numbers = {"M": moment.month, "D": moment.day, "h": moment.hour, "H": moment.hour % 12 or 12, "m": moment.minute}
    if part == "s" or part in numbers:
        return str(numbers.get(part, moment.second))
    if part == "aa":
        return moment.strftime("%p").lower()
    if part == "Z":
        return _zoned(moment, "")
    if part in ("ZZZZ", "ZZZZZ"):
        shown = moment.strftime("%z")
        return shown if part == "ZZZZ" else f"{shown[:3]}:{shown[3:5]}"
    if part not in _FORMS:
        raise EvaluationError(f"formatdate() does not know {part[:20]!r}")
    return moment.strftime(_FORMS[part])


def _zoned(moment: datetime, shown: str) -> str:
    if moment.utcoffset() == UTC.utcoffset(None):
        return f"{shown}Z"
    zone = moment.strftime("%z")
    return f"{shown}{zone[:3]}:{zone[3:5]}"


DATE: Mapping[str, Signature] = {
    "formatdate": Signature(_formatdate, 2, 2),
    "timeadd": Signature(_timeadd, 2, 2),
    "timecmp": Signature(_timecmp, 2, 2),
}
