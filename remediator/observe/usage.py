"""From series to summaries: combined time by time, cut to the time running, quantiles over the windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from remediator.model import MetricSummary, Usage, Window
from remediator.observe.cloudwatch import Query, rate
from remediator.observe.metrics import Combine, Metric
from remediator.observe.series import Grid, Series, Values

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Track:
    """One of our metrics of one resource on the grid; periods before `first` are before it ran."""

    metric: Metric
    values: Values
    first: int


def track(metric: Metric, queries: Sequence[Query], series: Mapping[str, Series], on: Grid, first: int) -> Track | None:
    """The metric of one resource, or None where there is no series of it at all."""
    found = [(q, rate(q, series[q.key], on.period).values) for q in queries if q.metric is metric and q.key in series]
    if not found:
        return None
    if metric.combine is Combine.RATIO:
        shares = _ratios(metric, found)
        return Track(metric, _highest_of_all(shares), first) if shares else None
    values = [v for _, v in found]
    if metric.listed:
        return Track(metric, _highest_of_all(values), first)
    return Track(metric, _sum(values) if metric.combine is Combine.SUM else _highest(values), first)


def _ratios(metric: Metric, found: Sequence[tuple[Query, Values]]) -> list[Values]:
    over, under = metric.names
    totals = {frozenset(query.dimensions): values for query, values in found if query.name == under}
    with np.errstate(divide="ignore", invalid="ignore"):
        pairs = [
            np.where(total > 0, values / total * 100, np.nan)
            for q, values in found
            if q.name == over and (total := totals.get(frozenset(q.dimensions))) is not None
        ]
    return [pair.astype(np.float32) for pair in pairs]


def _highest(values: Sequence[Values]) -> Values:
    highest: Values = np.fmax.reduce(np.stack(values), axis=0)
    return highest


def _highest_of_all(values: Sequence[Values]) -> Values:
    """The highest where every series has a value: a GPU whose series stopped is not known to be idle."""
    highest: Values = np.max(np.stack(values), axis=0)  # NaN wherever any is
    return highest


def _sum(values: Sequence[Values]) -> Values:
    stacked = np.stack(values)
    total: Values = np.where(np.isnan(stacked).all(axis=0), np.nan, np.nansum(stacked, axis=0)).astype(np.float32)
    return total


def pooled(tracks: Sequence[Track], members: int) -> Track | None:
    """The tracks of a group's members as one: the highest at each time, and only where every running member is seen.

    None where a member has no such track at all, since what it does is not known.
    """
    if not tracks or len(tracks) < members:
        return None
    seen = np.stack([~np.isnan(t.values) | (np.arange(len(t.values)) < t.first) for t in tracks]).all(axis=0)
    values = np.where(seen, _highest([t.values for t in tracks]), np.nan).astype(np.float32)
    return Track(tracks[0].metric, values, min(t.first for t in tracks))


def usage(tracks: Sequence[Track], on: Grid, running_since: datetime | None) -> Usage:
    """The summaries of a resource's tracks over both windows."""
    found = (_summary(t, on, window) for t in tracks for window in Window)
    return Usage(tuple(s for s in found if s is not None), running_since)


def _summary(track: Track, on: Grid, window: Window) -> MetricSummary | None:
    first = track.first if window is Window.LOOKBACK else max(track.first, on.count - _DAY // on.period)
    values = track.values[first:]
    points = values[~np.isnan(values)]
    if not len(points):
        return None
    p50, p95, p99_5 = (float(q) for q in np.quantile(points, (0.5, 0.95, 0.995)))
    names = ", ".join(track.metric.names)
    return MetricSummary(
        name=track.metric.name,
        unit=track.metric.unit,
        window=window,
        start=on.time(first),
        end=on.time(on.count),
        points=len(points),
        expected=on.count - first,
        minimum=float(points.min()),
        p50=p50,
        p95=p95,
        p99_5=p99_5,
        maximum=float(points.max()),
        quiet_since=_quiet_since(track, on),
        source=f"CloudWatch {track.metric.namespace} {names} ({track.metric.statistic} of {on.period} s)",
    )


def _quiet_since(track: Track, on: Grid) -> datetime | None:
    if track.metric.quiet is None:
        return None
    loud = np.flatnonzero(track.values[track.first :] > track.metric.quiet)
    slot = track.first + int(loud[-1]) + 1 if len(loud) else track.first
    return on.time(slot) if slot < on.count else None
