"""The series of one metric as one, time by time."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from remediator.observe.metrics import Combine, Metric
from remediator.observe.series import Grid, Values

__all__ = ["added_up", "combined", "together"]


def combined(metric: Metric, part: Mapping[str, Values], on: Grid) -> Values:
    """The series of one part, by the names that a metric is made of."""
    named = [part.get(name, on.empty()) for name in metric.names]
    if metric.combine is Combine.COUNT:
        return named[0]  # counted with the others
    if metric.combine is Combine.TOTAL:
        return added_up(named)
    if metric.combine is not Combine.RATIO:
        return together(metric, named)
    used, total = named
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Values = np.where(total > 0, used / total * np.float32(100), np.float32(np.nan))
    return share


def together(metric: Metric, parts: Sequence[Values]) -> Values:
    """Several as one, NaN wherever any is; of what comes and goes only where all are."""
    if metric.combine is Combine.SUM:
        return added_up(parts)
    one: Values = _TOGETHER.get(metric.combine, np.max)(parts, axis=0)
    return one


def _count(parts: Sequence[Values], axis: int) -> Values:
    """How many have a value."""
    count: Values = np.sum(~np.isnan(parts), axis=axis, dtype=np.float32)
    return count


def _mean(parts: Sequence[Values], axis: int) -> Values:
    """The mean of those that have a value."""
    known = _count(parts, axis)
    mean: Values = np.nansum(parts, axis=axis) / np.where(known > 0, known, np.float32(np.nan))
    return mean


_TOGETHER: Mapping[Combine, Callable[..., Values]] = {
    Combine.MIN: np.min,
    Combine.MEAN: _mean,
    Combine.HIGHEST: np.fmax.reduce,
    Combine.COUNT: _count,
}


def added_up(parts: Sequence[Values]) -> Values:
    """Their sum, NaN wherever any is."""
    total: Values = np.sum(parts, axis=0, dtype=np.float32)
    return total
