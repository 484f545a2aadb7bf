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


def active(loud: dict[int, float], missing: range = range(0), period: int = 300, days: int = 14) -> object:
    """The active hours of a CPU, which works in some periods; the grid begins on a Monday at midnight, UTC."""
    on = Grid(4 * 86_400, period, days * 86_400 // period)  # the epoch began on a Thursday
    values = np.zeros(on.count, dtype=np.float32)
    for slot, value in loud.items():
        values[slot] = value
    values[list(missing)] = np.nan
    summary = usage([Track(METRICS[0], values, 0)], on, None).metric(METRICS[0].name)
    assert summary is not None
    return summary.active_hours


def test_an_hour_of_any_week_with_more_than_one_period_of_work_is_active() -> None:
    second_tuesday_at_nine = 12 * (24 * 8 + 9)

    assert active({second_tuesday_at_nine: 60, second_tuesday_at_nine + 1: 60}) == (24 + 9,)
    assert active({second_tuesday_at_nine: 60}) == ()
    assert active({second_tuesday_at_nine: 3, second_tuesday_at_nine + 1: 3}) == ()


def test_an_hour_that_was_not_seen_may_be_active() -> None:
    assert active({}, range(7)) == (0,)
    assert active({}, range(6)) == ()


def test_one_long_period_is_enough_and_less_than_two_weeks_are_not() -> None:
    assert active({5: 60}, period=3600) == (5,)
    assert active({5: 60}, period=7200) is None
    assert active({}, days=13) is None


def daily(values: list[float], period: int = 21_600) -> bytes:
    on = Grid(0, period, len(values))
    summary = usage([Track(METRICS[0], np.array(values, dtype=np.float32), 0)], on, None).metric(METRICS[0].name)
    assert summary is not None
    return summary.peaks


def test_the_shape_is_the_peak_of_each_day_counted_from_the_end() -> None:
    nan = float("nan")

    assert list(daily([0, 50, 0, 0, nan, nan, nan, nan, nan, 100, 0, 0])) == [127, 255, 254]
    assert list(daily([100, 0, 0, 0, 50])) == [254, 127]
    assert list(daily([0, 0, nan, 0])) == [0]


def test_the_shape_of_the_last_day_is_the_peak_of_each_hour() -> None:
    values = [90.0] * 288 + [0.0] * 276 + [40.0] * 12
    on = Grid(0, 300, len(values))

    summary = usage([Track(METRICS[0], np.array(values, dtype=np.float32), 0)], on, None).metric(
        METRICS[0].name, Window.RECENT
    )

    assert summary is not None
    assert list(summary.peaks) == [0] * 23 + [254]
    assert summary.source == "CloudWatch AWS/EC2: CPUUtilization, highest of each 5 minutes"


@pytest.mark.parametrize(
    ("metric", "period", "said"),
    [
        ("gpu", 21_600, "CloudWatch agent: nvidia_smi_utilization_gpu, highest of each 6 hours"),
        ("network", 3600, "CloudWatch AWS/EC2: NetworkIn, NetworkOut, sum of each hour"),
        ("cpu_credits", 60, "CloudWatch AWS/EC2: CPUCreditBalance, lowest of each minute"),
    ],
)
def test_a_source_is_named_as_people_call_it(metric: str, period: int, said: str) -> None:
    on = Grid(0, period, 2)
    of = next(m for m in METRICS if m.name == metric)

    summary = usage([Track(of, np.ones(2, dtype=np.float32), 0)], on, None).metric(metric)

    assert summary is not None and summary.source == said


@pytest.mark.parametrize("period", [60, 420, 25_200, 86_400])
def test_the_shape_is_a_byte_a_day_whatever_the_period(period: int) -> None:
    count = 63 * 86_400 // period

    assert len(daily([1.0] * count, period)) == 63
