from datetime import timedelta

import numpy as np
import pytest

from remediator.model import Window
from remediator.observe.metrics import METRICS
from remediator.observe.series import Grid
from remediator.observe.usage import Track, usage


@pytest.mark.parametrize("period", [300, 3600, 25_200])
def test_the_recent_window_holds_a_whole_day_whatever_the_period(period: int) -> None:
    on = Grid(0, period, 14 * 86_400 // period)
    track = Track(METRICS[0], np.zeros(on.count, dtype=np.float32), 0)

    recent = usage([track], on, None).metric(METRICS[0].name, Window.RECENT)

    assert recent is not None
    assert 24 <= recent.hours < 24 + period / 3600


def paused(*loud: int) -> timedelta | None:
    """The longest pause of a CPU that works in some hours of two days, and in half of the others is not measured."""
    on = Grid(0, 3600, 48)
    values = np.where(np.arange(on.count) % 2 == 0, np.float32(np.nan), np.float32(0))
    values[list(loud)] = 50
    summary = usage([Track(METRICS[0], values.astype(np.float32), 0)], on, None).metric(METRICS[0].name)
    assert summary is not None
    return summary.longest_pause


def test_the_longest_pause_lies_between_two_times_of_work() -> None:
    assert paused(2, 3, 9, 11, 12) == timedelta(hours=5)
    assert paused(2, 3) == timedelta(0)


@pytest.mark.parametrize("loud", [(), (20,)])
def test_without_work_before_and_after_there_is_no_pause(loud) -> None:
    assert paused(*loud) is None
