"""GetMetricData and ListMetrics: packed by their limits, incremental, partial answers followed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TypedDict, cast

import numpy as np

from remediator.observe.inventory import Paginator
from remediator.observe.metrics import Metric, Statistic
from remediator.observe.series import Grid, Series, SeriesFile
from remediator.observe.sessions import Clients

MAX_QUERIES = 500
MAX_POINTS = 100_800
"""Limits of one GetMetricData answer.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
_LATE_PERIODS = 2
"""Periods that are asked for once more, since agents publish late."""


class Dimension(TypedDict):
    """A CloudWatch dimension."""

    Name: str
    Value: str


class _Result(TypedDict):
    Id: str
    Timestamps: list[datetime]
    Values: list[float]
    StatusCode: str


@dataclass(frozen=True, slots=True)
class Query:
    """One series to read: a CloudWatch metric with its dimensions, for one of our metrics of one resource."""

    resource: str
    metric: Metric
    name: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """What the series is kept under."""
        return "\n".join(
            (self.metric.namespace, self.name, self.metric.statistic, *map("=".join, sorted(self.dimensions)))
        )


def dimension_sets(
    clients: Clients, metrics: Sequence[Metric]
) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Every (namespace, metric name, dimensions) that the listed metrics have, once, by one paginated call a name."""
    paginator = clients.client("cloudwatch").get_paginator("list_metrics")
    names = sorted({(m.namespace, name) for m in metrics if m.listed for name in m.names})
    for namespace, name in names:
        pages = paginator.paginate(Namespace=namespace, MetricName=name)
        found = (tuple((d["Name"], d["Value"]) for d in metric["Dimensions"]) for p in pages for metric in p["Metrics"])
        # Some emulators list a metric once a point; each repetition would be a paid query.
        for dimensions in dict.fromkeys(found):
            yield namespace, name, dimensions


def read_series(clients: Clients, queries: Sequence[Query], wanted: Grid, kept: SeriesFile) -> dict[str, Series]:
    """Every series by its key: what is kept, and what is new since; nothing is asked where nothing can be new."""
    series = kept.load([query.key for query in queries], wanted)
    behind = [(max(wanted.start, series[q.key].until) if q.key in series else wanted.start, q) for q in queries]
    behind = sorted((b for b in behind if b[0] < wanted.end), key=lambda b: (b[0], b[1].key))
    changed: dict[str, Series] = {}
    for since, group in groupby(behind, key=lambda b: b[0]):
        begin = max(wanted.start, since - _LATE_PERIODS * wanted.period) if since > wanted.start else since
        points = (wanted.end - begin) // wanted.period
        many = max(1, min(MAX_QUERIES, MAX_POINTS // points))
        rest = [query for _, query in group]
        for at in range(0, len(rest), many):
            changed |= _fetch(clients, rest[at : at + many], begin, wanted, series)
    if changed:
        kept.save(changed.values(), wanted)
    return series | changed


def _fetch(
    clients: Clients, queries: Sequence[Query], begin: int, wanted: Grid, known: Mapping[str, Series]
) -> dict[str, Series]:
    clients.counter.asked_metrics(len(queries))
    values = {f"q{n}": known[q.key].values.copy() if q.key in known else wanted.empty() for n, q in enumerate(queries)}
    whole = dict.fromkeys(values, True)
    paginator = cast(Paginator, clients.client("cloudwatch").get_paginator("get_metric_data"))
    pages = paginator.paginate(
        MetricDataQueries=[_asked(f"q{n}", query, wanted.period) for n, query in enumerate(queries)],
        StartTime=datetime.fromtimestamp(begin, UTC),
        EndTime=datetime.fromtimestamp(wanted.end, UTC),
        ScanBy="TimestampAscending",
    )
    for page in pages:
        for result in cast(list[_Result], page["MetricDataResults"]):
            whole[result["Id"]] = result.get("StatusCode", "Complete") in ("Complete", "PartialData")
            for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                slot = int(at.timestamp() - wanted.start) // wanted.period
                if 0 <= slot < wanted.count:
                    values[result["Id"]][slot] = value
    read = {q.key: Series(q.key, values[f"q{n}"], wanted.end) for n, q in enumerate(queries)}
    return {q.key: read[q.key] for n, q in enumerate(queries) if whole[f"q{n}"]}


def _asked(id_: str, query: Query, period: int) -> dict[str, object]:
    dimensions = [Dimension(Name=name, Value=value) for name, value in query.dimensions]
    metric = {"Namespace": query.metric.namespace, "MetricName": query.name, "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": period, "Stat": query.metric.statistic.value}
    return {"Id": id_, "MetricStat": stat, "ReturnData": True}


def rate(query: Query, series: Series, period: int) -> Series:
    """A counter's sums as a rate a second; a gauge as it is."""
    if query.metric.statistic is not Statistic.SUM:
        return series
    return replace(series, values=(series.values / period).astype(np.float32))
