"""Time series on a grid of completed periods, and the file they are kept in between runs."""

import logging
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grid:
    """The completed periods of the look-back: `count` periods of `period` seconds from `start` (epoch seconds)."""

    start: int
    period: int
    count: int

    @property
    def end(self) -> int:
        """The end of the last completed period, in epoch seconds."""
        return self.start + self.period * self.count

    def slot(self, at: float) -> int:
        """The first period that begins at or after a time, within the grid."""
        return int(min(self.count, max(0, -((self.start - at) // self.period))))

    def time(self, slot: int) -> datetime:
        """When a period begins."""
        return datetime.fromtimestamp(self.start + slot * self.period, UTC)

    def empty(self) -> Values:
        """No value in any period."""
        return np.full(self.count, np.nan, dtype=np.float32)


def grid(now: datetime, period: int, days: int) -> Grid:
    """The grid of the completed periods of the last days."""
    end = int(now.timestamp()) // period * period
    count = days * 86400 // period
    return Grid(end - count * period, period, count)


@dataclass(frozen=True, slots=True)
class Series:
    """One series on a grid; it is known up to `until` (epoch seconds), NaN where there is no point."""

    key: str
    values: Values
    until: int


class SeriesFile:
    """The series of one account and region in a SQLite file, whole at any instant.

    A row holds one series as compressed 32-bit floats: of 14 days of 5-minute periods at most 16 kB, and a few
    hundred bytes where there is no point at all. A cache may be lost, never be wrong: a file that cannot be read is as
    good as none, and one that cannot be written costs the next run its calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, keys: Sequence[str], wanted: Grid) -> dict[str, Series]:
        """The series that are kept, moved onto a grid; what lies before it is left out."""
        found: dict[str, Series] = {}
        if not self._path.exists():
            return found
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                for some in _portions(keys):
                    query = f"SELECT key, start, until, points FROM series WHERE period = ? AND key IN ({_marks(some)})"  # noqa: S608  # marks only
                    for key, start, until, points in connection.execute(query, (wanted.period, *some)):
                        values = np.frombuffer(zlib.decompress(points), np.float32)
                        found[key] = Series(key, _moved(values, start, wanted), until)
        except sqlite3.OperationalError as error:  # locked, not permitted, or nothing was ever kept
            _log.info("%s: the metrics kept in it are not used (%s)", self._path, error)
            return {}
        except (sqlite3.DatabaseError, zlib.error, ValueError):
            _log.warning("%s is damaged and is made again; every metric is asked for once more", self._path)
            self._path.unlink(missing_ok=True)
            return {}
        return found

    def keys(self, beginning: str, period: int) -> Mapping[str, bool]:
        """The keys that are kept and begin so, in order, and whether there is a point of each.

        None where the file cannot be read, which `load` tells of.
        """
        if not self._path.exists():
            return {}
        query = "SELECT key, points FROM series WHERE key >= ? AND key < ? AND period = ? ORDER BY key"
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                found = connection.execute(query, (beginning, f"{beginning}\U0010ffff", period))
                return {str(key): _has_points(points) for key, points in found}
        except (sqlite3.DatabaseError, zlib.error, ValueError):
            return {}

    def until(self, keys: Sequence[str], period: int) -> dict[str, int]:
        """Up to when each series that is kept is known; nothing where the file cannot be read, as of `keys`."""
        found: dict[str, int] = {}
        if not self._path.exists():
            return found
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                for some in _portions(keys):
                    query = f"SELECT key, until FROM series WHERE period = ? AND key IN ({_marks(some)})"  # noqa: S608  # marks only
                    found |= {str(key): int(until) for key, until in connection.execute(query, (period, *some))}
        except (sqlite3.DatabaseError, ValueError, TypeError):
            return {}
        return found

    def save(self, series: Iterable[Series], held: Grid) -> None:
        """Keep series as they now are, in one transaction; what no run asked for in the look-back is dropped."""
        rows = [(s.key, held.period, held.start, s.until, zlib.compress(s.values.tobytes(), 1)) for s in series]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS series (key TEXT, period INT, start INT, until INT, points BLOB, "
                    "PRIMARY KEY (key, period)) WITHOUT ROWID"
                )
                connection.executemany("INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?, ?)", rows)
                connection.execute("DELETE FROM series WHERE until < ?", (held.start,))
        except (OSError, sqlite3.Error) as error:
            _log.warning(
                "%s: metrics cannot be kept (%s); the next run asks and pays for them again", self._path, error
            )


def _has_points(points: bytes) -> bool:
    return not bool(np.isnan(np.frombuffer(zlib.decompress(points), np.float32)).all())


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many at a time as any version of SQLite takes in one statement.

    https://www.sqlite.org/limits.html
    """
    return (keys[at : at + 500] for at in range(0, len(keys), 500))


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _moved(points: Values, start: int, wanted: Grid) -> Values:
    values = wanted.empty()
    shift = (start - wanted.start) // wanted.period
    first, last = max(0, shift), min(wanted.count, shift + len(points))
    if (start - wanted.start) % wanted.period == 0 and first < last:
        values[first:last] = points[first - shift : last - shift]
    return values
