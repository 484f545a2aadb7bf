"""The table of the configuration that says how much may be open, and when nothing may be opened."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from remediator.config.table import Section


class LimitsConfig(Section):
    """`[limits]`: how much may be open at once, and when nothing may be opened.

    With `unowned = "report"` a finding of which no owner is known is counted in the summary and reaches nobody.
    """

    onboarding: bool = True
    open_per_repo: Annotated[int, Field(ge=0)] = 5
    opened_per_hour: Annotated[int, Field(ge=0)] = 2
    open_destructive: Annotated[int, Field(ge=0)] = 2
    breaker_declines: Annotated[int, Field(ge=1)] = 3
    open_tickets: Annotated[int, Field(ge=0)] = 50
    tickets_per_hour: Annotated[int, Field(ge=0)] = 20
    refresh_beyond: Annotated[float, Field(ge=0)] = 0.2
    freeze: tuple[str, ...] = ()
    unowned: Literal["deliver", "report"] = "deliver"

    @property
    def freezes(self) -> tuple[tuple[date, date], ...]:
        """The freeze windows as pairs of days, both included."""
        return tuple(
            (date.fromisoformat(a), date.fromisoformat(b)) for a, _, b in (f.partition("/") for f in self.freeze)
        )

    @model_validator(mode="after")
    def _freezes_are_windows(self) -> "LimitsConfig":
        for window in self.freeze:
            try:
                first, last = (date.fromisoformat(day) for day in window.split("/"))
            except ValueError as error:
                raise ValueError(f"'{window}' is not a window of two days such as 2026-12-20/2027-01-03") from error
            if last < first:
                raise ValueError(f"'{window}' ends before it begins")
        return self
