"""Functions of times, which stand in RFC 3339."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from remediator.iac.terraform.language.functions.arguments import text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.values import Evaluated, RefusedError

__all__ = ["DATE"]

_LONGEST = 100
"""Characters of a duration."""
_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|us|µs|μs|ns|m|s))+)", re.ASCII)
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|us|µs|μs|ns|m|s)", re.ASCII)
_NANOSECONDS = {
    "h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "µs": 1_000,
    "μs": 1_000, "ns": 1,
}  # fmt: skip
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_TOKEN = re.compile(r"'(?:[^']|'')*'|Y+|M+|D+|E+|h+|H+|AA|aa|m+|s+|Z+|[^A-Za-z']")
_FORMS = {
    "MMMM": "%B", "MMM": "%b", "MM": "%m", "DD": "%d", "EEEE": "%A", "EEE": "%a",
    "hh": "%H", "HH": "%I", "AA": "%p", "mm": "%M", "ss": "%S",
}  # fmt: skip


def _moment(value: Evaluated) -> datetime:
    shown = text(value)
    found = _MOMENT.fullmatch(shown)
    if found is None:
        raise EvaluationError("this is no time as RFC 3339 has it")
    if len(found[1] or "") > 6:
        raise RefusedError("a time below microseconds is not followed")
    try:
        return datetime.fromisoformat(shown)
    except ValueError:
        raise EvaluationError("this is no time as RFC 3339 has it") from None


def _timeadd(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    duration = text(arguments[1])
    if len(duration) > _LONGEST:
        raise RefusedError("a duration of so many digits is not followed")
    if not _DURATION.fullmatch(duration):
        raise EvaluationError(f"{duration[:40]!r} is no duration")
    length = sum(int(Decimal(amount) * _NANOSECONDS[unit]) for amount, unit in _PART.findall(duration))
    try:
        shift = timedelta(microseconds=(-length if duration.startswith("-") else length) // 1000)
        moved = _moment(arguments[0]) + shift
    except OverflowError:
        raise RefusedError("a time outside the years 1 to 9999 is not followed") from None
    return Evaluated(_zoned(moved, moved.replace(microsecond=0, tzinfo=None).isoformat()))


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
    if part == "''":
        return "'"
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
    if part == "ZZZ" and moment.utcoffset() == UTC.utcoffset(None):
        return "UTC"
    if part in ("ZZZ", "ZZZZ", "ZZZZZ"):
        shown = moment.strftime("%z")
        return f"{shown[:3]}:{shown[3:5]}" if part == "ZZZZZ" else shown
    if part in ("YYYY", "YY"):
        return f"{moment.year:04}"[-len(part) :]
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
