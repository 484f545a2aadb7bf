"""How many GPUs of a machine are in use at a time."""

from collections.abc import Mapping, Sequence

import numpy as np

from remediator.observe.metrics import METRICS, Combine, Metric, Statistic
from remediator.observe.metrics.metric import GPU_INDEX
from remediator.observe.queries import Query
from remediator.observe.series import Grid, Series, Values
from remediator.observe.usage import Track, by_part

USED = Metric("gpus_used", "aws_instance", "GPUs", "CWAgent", (), (), Statistic.MAXIMUM, Combine.SUM, 0.0)
"""Made of the others: a GPU that works is in use, and so is one whose memory is held."""
_SHOWN_BY = tuple(metric for metric in METRICS if metric.part == GPU_INDEX)


def gpus_used(queries: Sequence[Query], series: Mapping[str, Series], on: Grid, first: int, count: int) -> Track | None:
    """The GPUs of a machine in use, of `count`; None where not each of them shows both its use and its memory."""
    used: dict[str, Values] = {}
    for metric in _SHOWN_BY:
        parts = by_part(metric, queries, series, on)
        if count < 2 or None in parts or len(parts) < count:
            return None
        for name, values in parts.items():
            busy = np.where(np.isnan(values), np.nan, values > (metric.quiet or 0)).astype(np.float32)
            known = used.get(name or "")
            used[name or ""] = busy if known is None else np.maximum(known, busy)  # NaN where either is
    if len(used) > count:
        return None  # an agent that numbers them anew: which are the same is not known
    total: Values = np.sum(list(used.values()), axis=0, dtype=np.float32)
    return Track(USED, total, first)
