"""GetMetricData: packed by its limits, only what is new, partial answers followed to their end."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from types import MappingProxyType
from typing import TypedDict, cast

from remediator.observe.parsing import understood
from remediator.observe.purse import BOTTOMLESS, Purse
from remediator.observe.queries import Query
from remediator.observe.series import Grid, Series, SeriesFile, Values
from remediator.observe.sessions import Clients
from remediator.observe.walking import Paginator

MAX_QUERIES = 500
MAX_POINTS = 100_800
"""Limits of one GetMetricData answer.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
_LATE_PERIODS = 2
"""Periods that are asked for once more, since agents publish late."""
_IN_FLIGHT = 4
"""Calls under way at once: a region answers 396,000 points a second, which is four full answers.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"""


class _Result(TypedDict):
    Id: str
    Timestamps: list[datetime]
    Values: list[float]
    StatusCode: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Queries of one call, all from the same time (epoch seconds)."""

    begin: int
    queries: Sequence[Query]


@dataclass(frozen=True, slots=True)
class Read:
    """Series by key as far as they are known, and those that CloudWatch did not answer whole: status by key."""

    series: dict[str, Series] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def read_series(
    clients: Clients,
    queries: Sequence[Query],
    wanted: Grid,
    kept: SeriesFile,
    purse: Purse = BOTTOMLESS,
    ended: Mapping[str, float] = MappingProxyType({}),
) -> Read:
    """Every series: what is kept, and what is new since; nothing is asked where nothing can be new.

    `ended` are the series, by key, that have nothing new after a time (epoch seconds).
    What the purse does not hold is not asked for, and not answered whole.
    What was answered is kept even where a later call fails. Raises what botocore raises.
    """
    queries = list({query.key: query for query in queries}.values())  # a node group's own group is listed as well
    known = kept.load([query.key for query in queries], wanted)
    answered: dict[str, Series] = {}
    unread: dict[str, str] = {}
    executor = ThreadPoolExecutor(_IN_FLIGHT)
    try:
        fetch = partial(_fetch, clients, wanted, known, purse)
        for read in executor.map(fetch, list(batches(queries, known, wanted, ended))):
            answered |= read.series
            unread |= read.unread
    finally:
        executor.shutdown(cancel_futures=True)
        if answered:
            kept.save(answered.values(), wanted)
    # What is known only up to a time before is not known now.
    return Read({key: series for key, series in (known | answered).items() if key not in unread}, unread)


def batches(
    queries: Sequence[Query],
    known: Mapping[str, Series],
    wanted: Grid,
    ended: Mapping[str, float] = MappingProxyType({}),
) -> Iterator[Batch]:
    """The queries that something can be new for, in as few calls as the limits allow."""
    until = {q.key: max(wanted.start, known[q.key].until) if q.key in known else wanted.start for q in queries}
    since = {q.key: until[q.key] - max(_LATE_PERIODS * wanted.period, q.metric.late) for q in queries}
    new = [q for q in queries if until[q.key] < min(wanted.end, ended.get(q.key, wanted.end))]
    behind = sorted(new, key=lambda q: (since[q.key], q.key))
    for start, group in groupby(behind, key=lambda q: since[q.key]):
        begin = max(wanted.start, start // wanted.period * wanted.period)
        points = (wanted.end - begin) // wanted.period
        many = max(1, min(MAX_QUERIES, MAX_POINTS // points))
        rest = list(group)
        for at in range(0, len(rest), many):
            yield Batch(begin, rest[at : at + many])


def _fetch(clients: Clients, wanted: Grid, known: Mapping[str, Series], purse: Purse, batch: Batch) -> Read:
    if not purse.take(len(batch.queries)):
        return Read({}, {query.key: "more than max_metric_cost" for query in batch.queries})
    clients.counter.asked_metrics(len(batch.queries))
    of = {f"q{n}": query.key for n, query in enumerate(batch.queries)}
    values = {id_: known[key].values.copy() if key in known else wanted.empty() for id_, key in of.items()}
    status = dict.fromkeys(of, "no answer")
    paginator = cast(Paginator, clients.client("cloudwatch").get_paginator("get_metric_data"))
    pages = paginator.paginate(
        MetricDataQueries=[_asked(id_, q, wanted.period) for id_, q in zip(of, batch.queries, strict=True)],
        StartTime=datetime.fromtimestamp(batch.begin, UTC),
        EndTime=datetime.fromtimestamp(wanted.end, UTC),
        ScanBy="TimestampAscending",
    )
    for page in pages:
        with understood():
            for result in cast(list[_Result], page.get("MetricDataResults", [])):
                status[result["Id"]] = result.get("StatusCode", "Complete")
                _fill(values[result["Id"]], result, wanted)
    whole = {key: Series(key, values[id_], wanted.end) for id_, key in of.items() if status[id_] == "Complete"}
    return Read(whole, {key: status[id_] for id_, key in of.items() if status[id_] != "Complete"})


def _fill(values: Values, result: _Result, wanted: Grid) -> None:
    for at, value in zip(result["Timestamps"], result["Values"], strict=True):
        slot = int(at.timestamp() - wanted.start) // wanted.period
        if 0 <= slot < wanted.count:
            values[slot] = value


def _asked(id_: str, query: Query, period: int) -> dict[str, object]:
    dimensions = [{"Name": name, "Value": value} for name, value in query.dimensions]
    metric = {"Namespace": query.metric.namespace, "MetricName": query.name, "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": period, "Stat": query.metric.statistic.value}
    return {"Id": id_, "MetricStat": stat, "ReturnData": True}
