"""The table of the configuration that says how much may be open, and when nothing may be opened."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from remediator.config.schedule import checked, in_window
from remediator.config.table import Section


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not a time zone such as Europe/Paris") from error
    return name


def _window(text: str) -> str:
    try:
        first, last = map(date.fromisoformat, text.split("/"))
    except ValueError as error:
        raise ValueError(f"'{text}' is not a window of two days such as 2026-12-20/2027-01-03") from error
    if last < first:
        raise ValueError(f"'{text}' ends before it begins")
    return text


Zone = Annotated[str, AfterValidator(_zone)]
Window = Annotated[str, AfterValidator(checked)]
"""Hours of the week: `mon-fri 08:00-18:00`."""

Freeze = Annotated[str, AfterValidator(_window)]
"""Two days, both included, in which nothing is opened: `2026-12-20/2027-01-03`."""

Environment = Literal["prod", "staging", "dev"]


class ScheduleConfig(Section):
    """One schedule: `windows` in which something may be opened, at any time where there are none, by a `timezone`."""

    windows: tuple[Window, ...] = ()
    timezone: Zone = "UTC"

    def is_open(self, at: datetime) -> bool:
        """Whether a time lies in one of the windows."""
        local = at.astimezone(ZoneInfo(self.timezone))
        return not self.windows or any(in_window(window, local) for window in self.windows)


class LimitsConfig(Section):
    """`[limits]`: how much may be open at once, and when nothing may be opened.

    `open_per_owner` and `open_total` count pull requests over all repositories; `breaker_declines` are declines in a
    row, `breaker_failures` requests in a row whose checks fail. What is asked for on the dashboard passes all of these
    but the breakers, a freeze and `open_destructive`. A decline lasts for `snooze_days`, or for ever.
    Of `schedule` and `further`, such as a repository's own schedule, each has to be open.
    A freeze holds for what is in `freeze_environments`, and for what may be: where nothing says which one it is in.
    With `dashboard`, what waits stands in one issue of its repository. A finding of which no owner is known is counted
    in the summary and reaches nobody, since nobody would answer; with `unowned = "deliver"` it goes to the repository's
    tracker all the same. An `owner` of its account owns what nobody else does.
    """

    onboarding: bool = True
    open_per_repo: Annotated[int, Field(ge=0)] = 5
    opened_per_hour: Annotated[int, Field(ge=0)] = 2
    open_destructive: Annotated[int, Field(ge=0)] = 2
    open_per_owner: Annotated[int, Field(ge=0)] = 10
    open_total: Annotated[int, Field(ge=0)] = 100
    breaker_declines: Annotated[int, Field(ge=1)] = 3
    breaker_failures: Annotated[int, Field(ge=1)] = 3
    dashboard: bool = True
    snooze_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    schedule: tuple[Window, ...] = ()
    timezone: Zone = "UTC"
    further: tuple[ScheduleConfig, ...] = ()
    open_tickets: Annotated[int, Field(ge=0)] = 50
    tickets_per_hour: Annotated[int, Field(ge=0)] = 20
    refresh_beyond: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.2
    freeze: tuple[Freeze, ...] = ()
    freeze_environments: tuple[Environment, ...] = ("prod",)
    unowned: Literal["deliver", "report"] = "report"

    @property
    def freezes(self) -> tuple[tuple[date, date], ...]:
        """The freeze windows as pairs of days, both included."""
        return tuple(
            (date.fromisoformat(a), date.fromisoformat(b)) for a, _, b in (f.partition("/") for f in self.freeze)
        )

    @property
    def snooze(self) -> timedelta | None:
        """How long a decline lasts; None is for ever."""
        return None if self.snooze_days is None else timedelta(days=self.snooze_days)

    def within(self, environments: Iterable[str | None]) -> "LimitsConfig":
        """The limits for what is in these environments: without freezes where none of them may be frozen."""
        frozen = any(name is None or name in self.freeze_environments for name in environments)
        return self if frozen else self.model_copy(update={"freeze": ()})

    def is_open(self, at: datetime) -> bool:
        """Whether every schedule, in its time zone, lets anything be opened at a time."""
        own = ScheduleConfig(windows=self.schedule, timezone=self.timezone)
        return all(schedule.is_open(at) for schedule in (own, *self.further))

    def is_frozen(self, at: datetime) -> bool:
        """Whether a time lies on a day of a freeze, as the time zone has it."""
        today = at.astimezone(ZoneInfo(self.timezone)).date()
        return any(first <= today <= last for first, last in self.freezes)
