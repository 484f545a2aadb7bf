"""From series to summaries: combined time by time, cut to the time running, quantiles over the windows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from remediator.model import MetricSummary, Usage, Window
from remediator.observe.combining import added_up, combined, together
from remediator.observe.metrics import AT_ANY_SIZE, Combine, Metric, Statistic
from remediator.observe.queries import Query
from remediator.observe.series import Grid, Series, Values

_DAY = 86_400
_ALWAYS = tuple(range(168))
"""What works in every hour of the week has this one tuple, however many do."""
_MONDAY = 72
"""Hours from the Monday before the epoch, which began on a Thursday."""
_PUBLISHERS = {
    "CWAgent": "CloudWatch agent",
    "CWAgent/Prometheus": "CloudWatch agent",
    "ContainerInsights": "Container Insights",
    "DCGM": "DCGM exporter in Prometheus",
}
"""Who publishes what AWS does not publish by itself, by namespace."""
_STATISTICS = {
    Statistic.MAXIMUM: "highest",
    Statistic.MINIMUM: "lowest",
    Statistic.SUM: "sum",
    Statistic.POINTS: "number",
}
_UNSEEN = 255
"""A day of a shape in which nothing was measured."""
_NAMED = 5
"""Earlier machines that are named; the rest are counted."""
_HOUSEKEEPING = 4
"""Periods of an hour from which on a single one above the level is no work: an update, a backup of logs."""


@dataclass(frozen=True, slots=True)
class Track:
    """One of our metrics of one resource on the grid; periods before `first` are before it ran, as it is now.

    `ran` are the periods in which it or a machine before it at its address did, whatever its size; None where that is
    all since `first`.
    """

    metric: Metric
    values: Values
    first: int
    ran: NDArray[np.bool_] | None = None

    @property
    def empty(self) -> bool:
        """Whether there is no value at all."""
        return bool(np.isnan(self.values).all())

    @property
    def periods(self) -> NDArray[np.intp]:
        """Those in which it ran, by their slots."""
        return np.arange(self.first, len(self.values)) if self.ran is None else np.flatnonzero(self.ran)


def track(
    metric: Metric,
    queries: Sequence[Query],
    series: Mapping[str, Series],
    on: Grid,
    first: int,
    count: int = 0,
    alive: NDArray[np.bool_] | None = None,
) -> Track | None:
    """The metric of one resource; None where there is no series of it, or not one of each of its `count` parts.

    `alive` are the periods in which silence means zero.

    Every part counts: where the series of one GPU, or of one direction, has no value, the whole has none. An agent
    that changed a dimension (a new host name) left two series of one GPU, of which either will do.
    """
    parts = by_part(metric, queries, series, on, alive)
    if not parts or (None not in parts and len(parts) < count):
        return None
    return Track(metric, together(metric, list(parts.values())), first)


def by_part(
    metric: Metric,
    queries: Sequence[Query],
    series: Mapping[str, Series],
    on: Grid,
    alive: NDArray[np.bool_] | None = None,
) -> Mapping[str | None, Values]:
    """The values of each part that a metric has series of, one GPU or one variant; None where they are of the whole."""
    parts: dict[str | None, dict[str, Values]] = defaultdict(dict)
    for query in queries:
        if query.metric is metric and query.key in series and not _sums_up(query):
            values = _rate(metric, series[query.key].values, on.period)
            if alive is not None:
                values = np.where(np.isnan(values) & alive, np.float32(0), values)
            seen = parts[query.part]
            seen[query.name] = np.fmax(seen[query.name], values) if query.name in seen else values
    return {name: combined(metric, part, on) for name, part in parts.items()}


def _sums_up(query: Query) -> bool:
    """Whether a series is of all machines together, where they are told apart."""
    return query.part is None and query.metric.combine in (Combine.HIGHEST, Combine.COUNT)


def _rate(metric: Metric, values: Values, period: int) -> Values:
    rate = values / np.float32(period) if metric.statistic is Statistic.SUM else values
    return rate if metric.scale == 1 else rate * np.float32(metric.scale)


def summed(metric: Metric, parts: Sequence[Track], first: int) -> Track:
    """Tracks added up, time by time, as another metric: unknown wherever one of them is."""
    return Track(metric, added_up([part.values for part in parts]), first)


def usage(tracks: Iterable[Track], on: Grid, running_since: datetime | None, earlier: Sequence[str] = ()) -> Usage:
    """The summaries of a resource's tracks over both windows; `earlier` are the machines that are counted with it."""
    found = (_summary(t, on, window, earlier) for t in tracks for window in Window)
    return Usage(tuple(s for s in found if s is not None), running_since, tuple(earlier))


def _summary(track: Track, on: Grid, window: Window, earlier: Sequence[str]) -> MetricSummary | None:
    slots = _within(track, window, on)
    values = track.values[slots]
    points = values[~np.isnan(values)]
    if not len(points):
        return None
    first = int(slots[0])
    p50, p95, p99_5 = (float(q) for q in np.quantile(points, (0.5, 0.95, 0.995)))
    return MetricSummary(
        name=track.metric.name,
        unit=track.metric.unit,
        window=window,
        start=on.time(first),
        end=on.time(on.count),
        points=len(points),
        expected=len(slots),
        minimum=float(points.min()),
        p50=p50,
        p95=p95,
        p99_5=p99_5,
        maximum=float(points.max()),
        quiet_since=_quiet_since(track, on),
        source=_source(track.metric, on.period) + told(earlier),
        longest_pause=_longest_pause(track, on),
        active_hours=_active_hours(track, on) if window is Window.LOOKBACK else None,
        mean=float(points.mean(dtype=np.float64)),
        peaks=_peaks(track.values[first:], on.period, _DAY if window is Window.LOOKBACK else 3600),
        ran=None if track.ran is None else timedelta(seconds=len(slots) * on.period),
        quiet_for=None if track.ran is None else _quiet_for(track, on),
    )


def _within(track: Track, window: Window, on: Grid) -> NDArray[np.intp]:
    """The periods of a window in which it ran: the last of a day's running time, or all that say something of it.

    Of the look-back that is what it did in its present size, and at any size whether its devices worked.
    """
    slots = track.periods
    if window is Window.RECENT:
        day = -(-_DAY // on.period)
        return slots[-day:]
    return slots if track.metric.name in AT_ANY_SIZE else slots[slots >= track.first]


def told(earlier: Sequence[str]) -> str:
    """Which machines before it are counted, for people; nothing where there are none."""
    if not earlier:
        return ""
    more = len(earlier) - _NAMED
    named = ", ".join(earlier[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"; with {len(earlier)} earlier machine{'s' if len(earlier) > 1 else ''} of its address ({named})"


def _source(metric: Metric, period: int) -> str:
    """Which series it is, and who publishes it, for people."""
    by = _PUBLISHERS.get(metric.namespace, f"CloudWatch {metric.namespace}")
    return f"{by}: {', '.join(metric.names)}, {_STATISTICS[metric.statistic]} of each {_span(period)}"


def _span(seconds: int) -> str:
    for unit, name in ((3600, "hour"), (60, "minute")):
        if seconds % unit == 0:
            return name if seconds == unit else f"{seconds // unit} {name}s"
    return f"{seconds} seconds"


def _peaks(values: Values, period: int, step: int) -> bytes:
    """The highest of each step of so many seconds to the end, as shares of the highest of all."""
    steps = np.arange(len(values) - 1, -1, -1) * period // step
    peaks = np.fmax.reduceat(values, np.flatnonzero(np.diff(steps, prepend=steps[0] + 1)))
    top = np.nanmax(peaks)
    shares = np.clip(peaks / top, 0, 1) if top > 0 else np.where(np.isnan(peaks), np.nan, 0)
    return np.where(np.isnan(shares), _UNSEEN, np.nan_to_num(shares) * (_UNSEEN - 1)).astype(np.uint8).tobytes()


def _quiet_since(track: Track, on: Grid) -> datetime | None:
    if track.metric.quiet is None:
        return None
    slot = _quiet_slot(track, track.metric.quiet)
    return on.time(slot) if slot < on.count else None


def _quiet_slot(track: Track, quiet: float) -> int:
    """The first period from which on it is quiet."""
    loud = _loud(track, quiet)
    return int(loud[-1]) + 1 if len(loud) else int(track.periods[0])


def _quiet_for(track: Track, on: Grid) -> timedelta | None:
    if track.metric.quiet is None:
        return None
    since = max(track.first, _quiet_slot(track, track.metric.quiet))
    return timedelta(seconds=int((track.periods >= since).sum()) * on.period)


def _longest_pause(track: Track, on: Grid) -> timedelta | None:
    """Between two periods of work whatever is not measured counts as a pause."""
    if track.metric.quiet is None:
        return None
    loud = _loud(track, track.metric.quiet)
    return timedelta(seconds=(int(np.diff(loud).max()) - 1) * on.period) if len(loud) > 1 else None


def _active_hours(track: Track, on: Grid) -> tuple[int, ...] | None:
    """The hours of the week in which it worked, or may have; None where no two weeks were looked at.

    Where machines come and go at an address, the hours in which none ran are no work; the first of them may have come
    within the first day.
    """
    level = track.metric.quiet if track.metric.at_work is None else track.metric.at_work
    slots = np.arange(track.first, on.count)
    least = 14 * _DAY * 0.99 if track.ran is None else 13 * _DAY
    if level is None or on.period > 3600 or len(slots) * on.period < least:
        return None
    hours = (on.start + slots * on.period) // 3600
    values, number = track.values[track.first :], hours - hours[0]
    ran = np.ones(len(slots), dtype=np.bool_) if track.ran is None else track.ran[track.first :]
    loud, unseen, periods = (
        np.bincount(number, weights=mask) for mask in (values > level, np.isnan(values) & ran, ran)
    )
    active = (loud > np.where(periods >= _HOUSEKEEPING, 1, 0)) | (2 * unseen > periods)
    week = np.unique((hours[0] + np.flatnonzero(active) + _MONDAY) % 168)
    return _ALWAYS if len(week) == len(_ALWAYS) else tuple(int(hour) for hour in week)


def _loud(track: Track, quiet: float) -> NDArray[np.intp]:
    """The periods in which it is above its level."""
    slots = track.periods
    return slots[track.values[slots] > quiet]
