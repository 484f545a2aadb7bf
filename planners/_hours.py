"""The hours of the week that something is used in, as a daily window that a schedule can say."""

from collections.abc import Collection
from dataclasses import dataclass

WEEK = 168
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, slots=True)
class Window:
    """On from `begin` (an hour, UTC) for `length` hours, on `days` (0 is Monday); it may run past midnight."""

    begin: int
    length: int
    days: tuple[int, ...]

    @property
    def off(self) -> int:
        """Hours of the week that lie outside it."""
        return WEEK - self.length * len(self.days)

    @property
    def start(self) -> str:
        """When it begins, as cron says it in UTC."""
        return f"0 {self.begin} * * {_days(self.days)}"

    @property
    def stop(self) -> str:
        """When it ends, as cron says it in UTC."""
        end = self.begin + self.length
        return f"0 {end % 24} * * {_days(tuple((day + end // 24) % 7 for day in self.days))}"

    def __str__(self) -> str:
        """As it stands in a sentence."""
        names = ", ".join(DAYS[day].capitalize() for day in self.days)
        return f"{names} {self.begin:02}:00 to {(self.begin + self.length) % 24:02}:00 UTC"


def window(active: Collection[int], margin: int) -> Window | None:
    """The shortest daily window that holds all active hours, wider by a margin on both sides; None where it fills days.

    `active` are hours of the week, 0 being Monday from 00:00 UTC.
    """
    found = [made for begin in range(24) if (made := _from(begin, active, margin)) is not None]
    return max(found, key=lambda w: (w.off, -w.begin), default=None)


def _from(begin: int, active: Collection[int], margin: int) -> Window | None:
    """The window that begins at an hour, less the margin."""
    length = max(((hour - begin) % 24 for hour in active), default=-1) + 1 + 2 * margin
    if not active or length >= 24:
        return None
    days = sorted({(hour - begin) % WEEK // 24 for hour in active})
    first = begin - margin
    return Window(first % 24, length, tuple(sorted((day + first // 24) % 7 for day in days)))


def _days(days: tuple[int, ...]) -> str:
    """Days as cron names them, Sunday first as AWS counts them."""
    return ",".join(DAYS[day] for day in sorted(days, key=lambda day: (day + 1) % 7))
