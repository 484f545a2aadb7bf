"""What Terraform's `yamldecode` takes a plain scalar for: as it was seen to, since no version of YAML has its rules."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from remediator.errors import RemediatorError
from remediator.iac.documents.limits import number

__all__ = ["plain_scalar"]

_BOOLEANS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_NULLS = ("", "~", "null", "Null", "NULL")
_DECIMAL = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_BASED = {"0x": re.compile(r"0x[0-9a-fA-F]+"), "0o": re.compile(r"0o[0-7]+")}
_INFINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TIME = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?:([Tt ])(\d{1,2}:\d{1,2}:\d{1,2})(?:\.\d+)?(Z|[-+]\d\d:\d\d)?)?", re.ASCII
)


def plain_scalar(text: str, path: str) -> str | bool | Decimal | None:
    """The value of a scalar that stands in no quotation marks; raises RemediatorError where there is none."""
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INFINITE.fullmatch(text):
        raise RemediatorError(f"{path} has the number {text[:40]}, which Terraform does not read")
    if _DECIMAL.fullmatch(text):
        return number(text, path)
    for prefix, pattern in _BASED.items():
        if text.startswith(prefix) and len(text) <= 100 and pattern.fullmatch(text):
            return Decimal(int(text, 0))
    return _time(text) or text


def _time(text: str) -> str | None:
    """A time in the one form that Terraform gives it, without fractions of a second."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    date, between, clock, zone = found.groups()
    if between is not None and (between == " ") is not (zone is None):
        return None
    try:
        year, month, day, hour, minute, second = map(int, re.split("[-:]", f"{date}-{clock or '0:0:0'}"))
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return f"{time:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + (zone or "Z")
