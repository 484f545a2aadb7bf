from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from remediator.model import Window
from remediator.observe.metrics import METRICS
from remediator.observe.series import Series, SeriesFile, grid
from remediator.observe.usage import Track, joined, usage

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
CPU = next(m for m in METRICS if m.name == "cpu")


def test_the_grid_ends_with_the_last_completed_period() -> None:
    hours = grid(NOW, 3600, 14)

    assert hours.count == 336
    assert hours.time(hours.count) == datetime(2026, 11, 20, 12, tzinfo=UTC)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 400), st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=336, max_size=336))
def test_a_kept_series_moves_with_the_window(tmp_path_factory, hours: int, points: list[float | None]) -> None:
    first, later = grid(NOW, 3600, 14), grid(NOW + timedelta(hours=hours), 3600, 14)
    kept = SeriesFile(tmp_path_factory.mktemp("series") / "x.sqlite")
    values = np.array([np.nan if p is None else p for p in points], dtype=np.float32)
    kept.save([Series("a", values, first.end)], first)

    moved = kept.load(["a", "b"], later)["a"]

    expected = np.concatenate([values[hours:], np.full(min(hours, 336), np.nan, dtype=np.float32)])
    np.testing.assert_array_equal(moved.values, expected)
    assert moved.until == first.end


def test_a_file_that_is_no_database_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"not a database" * 100)

    assert SeriesFile(path).load(["a"], grid(NOW, 3600, 14)) == {}
    assert not path.exists()


def test_another_period_is_another_series(tmp_path: Path) -> None:
    hours, halves = grid(NOW, 3600, 14), grid(NOW, 1800, 14)
    kept = SeriesFile(tmp_path / "x.sqlite")
    kept.save([Series("a", hours.empty(), hours.end)], hours)

    assert kept.load(["a"], halves) == {}


def test_missing_points_lower_the_coverage_and_are_not_zero() -> None:
    on = grid(NOW, 3600, 14)
    values = on.empty()
    values[::2] = 40.0

    (day, fortnight) = sorted(usage([Track(CPU, values, 0)], on, None).summaries, key=lambda s: s.hours)

    assert (day.window, fortnight.window) == (Window.RECENT, Window.LOOKBACK)
    assert fortnight.coverage == 0.5
    assert fortnight.minimum == 40.0


def test_what_ran_for_an_hour_is_expected_for_an_hour() -> None:
    on = grid(NOW, 3600, 14)
    values = on.empty()
    values[-1] = 1.0

    summary = usage([Track(CPU, values, on.count - 1)], on, None).metric("cpu")

    assert summary is not None
    assert (summary.points, summary.expected, summary.hours) == (1, 1, 1.0)


def test_a_group_is_as_busy_as_its_busiest_member_and_as_known_as_its_least_known() -> None:
    on = grid(NOW, 3600, 14)
    idle, busy = on.empty(), on.empty()
    idle[:] = 1.0
    busy[:-24] = 90.0

    pool = joined(joined(None, Track(CPU, idle, 0)), Track(CPU, busy, 0))
    together = pool.track(2)

    assert together is not None
    assert together.values[0] == 90.0
    assert np.isnan(together.values[-24:]).all()
    assert pool.track(3) is None
