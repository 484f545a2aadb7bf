"""Hours of the week in which something may be opened, written as `mon-fri 08:00-18:00`."""

import re
from datetime import datetime, time

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = "|".join(_DAYS)
_TIME = r"([01]\d|2[0-3]):([0-5]\d)"
_WINDOW = re.compile(rf"({_DAY})(?:-({_DAY}))?(?: {_TIME}-(?:{_TIME}|(24):00))?")


def in_window(window: str, at: datetime) -> bool:
    """Whether a local time lies in a window; one that ends before it begins goes on into the next day.

    Raises ValueError for what is no window.
    """
    first, last, begins, ends = _read(window)
    days = [(first + more) % 7 for more in range((last - first) % 7 + 1)]
    now = at.time().replace(tzinfo=None)
    if ends is None or begins < ends:
        return at.weekday() in days and begins <= now and (ends is None or now < ends)
    yesterday = (at.weekday() - 1) % 7
    return (at.weekday() in days and now >= begins) or (yesterday in days and now < ends)


def checked(window: str) -> str:
    """The window, if it is one; raises ValueError."""
    _read(window)
    return window


def _read(window: str) -> tuple[int, int, time, time | None]:
    found = _WINDOW.fullmatch(window.strip().lower())
    if found is None:
        raise ValueError(f"'{window}' is not a window such as mon-fri 08:00-18:00")
    first = _DAYS.index(found[1])
    last = _DAYS.index(found[2] or found[1])
    begins = time(int(found[3] or 0), int(found[4] or 0))
    whole = found[3] is None or found[7] is not None
    return first, last, begins, None if whole else time(int(found[5]), int(found[6]))
