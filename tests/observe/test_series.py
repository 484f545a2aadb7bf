import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remediator.model import Window
from remediator.observe.metrics import METRICS
from remediator.observe.pools import joined
from remediator.observe.series import Series, SeriesFile, grid
from remediator.observe.usage import Track, usage

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


def test_a_file_that_cannot_be_written_costs_only_the_next_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hours = grid(NOW, 3600, 14)
    (tmp_path / "file").write_text("in the way of a folder")

    SeriesFile(tmp_path / "file" / "x.sqlite").save([Series("a", hours.empty(), hours.end)], hours)

    assert "the next run asks and pays for them again" in caplog.text


def test_a_locked_file_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hours = grid(NOW, 3600, 14)
    kept = SeriesFile(tmp_path / "x.sqlite")
    kept.save([Series("a", hours.empty(), hours.end)], hours)
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(path, timeout=0.01))

    with closing(connect(tmp_path / "x.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert kept.load(["a"], hours) == {}
        kept.save([Series("b", hours.empty(), hours.end)], hours)

    assert set(kept.load(["a", "b"], hours)) == {"a"}


def test_a_writer_that_is_killed_leaves_whole_series(tmp_path: Path) -> None:
    hours = grid(NOW, 3600, 14)
    keys = [f"i-{n}" for n in range(50)]
    program = (
        "import sys; from pathlib import Path; from datetime import datetime; import numpy as np\n"
        "from remediator.observe.series import Series, SeriesFile, grid\n"
        f"hours = grid(datetime.fromisoformat({NOW.isoformat()!r}), 3600, 14)\n"
        "kept, n = SeriesFile(Path(sys.argv[1])), 0\n"
        "while True:\n"
        "    n += 1\n"
        "    kept.save([Series(f'i-{k}', np.full(hours.count, n, np.float32), hours.end) for k in range(50)], hours)\n"
        "    print(n, flush=True)\n"
    )
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, "-c", program, tmp_path / "x.sqlite"], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"1\n"
        writer.kill()
        writer.communicate()

        found = SeriesFile(tmp_path / "x.sqlite").load(keys, hours)
        assert set(found) == set(keys)
        (written,) = {float(value) for series in found.values() for value in series.values}
        assert written >= 1


def test_a_series_without_a_point_takes_hardly_any_room(tmp_path: Path) -> None:
    fine = grid(NOW, 300, 14)
    SeriesFile(tmp_path / "x.sqlite").save([Series(f"i-{n}", fine.empty(), fine.end) for n in range(100)], fine)

    assert (tmp_path / "x.sqlite").stat().st_size < 100 * 400  # the points alone would be 16 kB each
