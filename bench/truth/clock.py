"""The time axis of an estate: the look-back that is measured, and the days after it that decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from remediator.observe.series import Grid, Values, grid

PERIOD = 300
LOOKBACK_DAYS = 14
DECIDING_DAYS = 30
"""Days after the finding that decide whether it was right; a month holds every monthly job once."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Every period by its beginning, in epoch seconds: those on the grid first, then those that decide."""

    on: Grid
    times: NDArray[np.int64]

    @property
    def past(self) -> slice:
        """The periods of the look-back."""
        return slice(0, self.on.count)

    @property
    def future(self) -> slice:
        """The periods that decide."""
        return slice(self.on.count, len(self.times))

    @property
    def relative(self) -> NDArray[np.float64]:
        """Each period's beginning in hours from now."""
        hours: NDArray[np.float64] = (self.times - self.on.end) / 3600
        return hours

    def hour(self, offset: float) -> NDArray[np.float64]:
        """The hour of the day, 0 to 24, as many hours east of Greenwich."""
        hours: NDArray[np.float64] = (self.times / 3600 + offset) % 24
        return hours

    def weekday(self, offset: float) -> Mask:
        """Monday to Friday, as many hours east of Greenwich."""
        days = np.floor((self.times / 3600 + offset) / 24)
        weekday: Mask = (days + 3) % 7 < 5  # the epoch began on a Thursday
        return weekday

    def month_turn(self) -> Mask:
        """The last and the first day of a month."""
        days = self.times.astype("datetime64[s]").astype("datetime64[D]")
        months = days.astype("datetime64[M]")
        turn: Mask = ((days + 1).astype("datetime64[M]") != months) | ((days - 1).astype("datetime64[M]") != months)
        return turn

    def within(self, spans: Iterable[tuple[float, float]]) -> Mask:
        """The periods that begin within spans of hours from now."""
        mask = np.zeros(len(self.times), dtype=np.bool_)
        relative = self.relative
        for begin, end in spans:
            mask[np.searchsorted(relative, begin) : np.searchsorted(relative, end)] = True
        return mask

    def zeros(self) -> Values:
        """Nothing in any period."""
        return np.zeros(len(self.times), dtype=np.float32)


def clock(now: datetime, lookback_days: int = LOOKBACK_DAYS, deciding_days: int = DECIDING_DAYS) -> Clock:
    """The periods around a time, on the grid that observation lays."""
    on = grid(now, PERIOD, lookback_days)
    count = on.count + deciding_days * 86_400 // PERIOD
    return Clock(on, on.start + PERIOD * np.arange(count, dtype=np.int64))
