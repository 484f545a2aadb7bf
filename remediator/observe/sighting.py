"""One account in one region, observed: its resources and their use."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Failure, Resource, Usage
from remediator.observe.cloudwatch import Query, dimension_sets, read_series
from remediator.observe.failures import explained
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS
from remediator.observe.metrics import METRICS, Metric
from remediator.observe.series import Grid, SeriesFile, grid
from remediator.observe.sessions import Clients, open_clients
from remediator.observe.usage import Track, pooled, track, usage

_CHUNK = 200
"""Resources whose series are in memory at once: 14 days of 5-minute periods x 12 series x 200 are 40 MB."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of observation: one account in one region."""

    account: AccountConfig
    region: str

    def __str__(self) -> str:
        return f"{self.account.name}/{self.region}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a unit; `complete` when every kind could be listed, whatever became of the metrics."""

    unit: str
    resources: tuple[Resource, ...]
    usages: tuple[tuple[str, Usage], ...]
    calls: tuple[CallCount, ...]
    failures: tuple[Failure, ...]
    complete: bool


def observe(unit: Unit, run: RunConfig, now: datetime) -> Sighting:
    """List every kind of resource and read the metrics of what runs.

    A kind that cannot be listed, and metrics that cannot be read, are failures in the answer. Raises RemediatorError
    when nothing of the unit can be read.
    """
    clients = open_clients(unit.account, unit.region, str(unit))
    resources: list[Resource] = []
    failures: list[Failure] = []
    for kind in KINDS:
        try:
            resources += list_kind(kind, clients, unit.account.name)
        except (BotoCoreError, ClientError) as error:
            failures.append(Failure(f"{unit} {kind.name}", str(explained(str(unit), error))))
    if len(failures) == len(KINDS):
        raise RemediatorError(failures[0].reason)
    complete = not failures
    usages: dict[str, Usage] = {}
    try:
        kept = SeriesFile(run.state_dir / "cache" / "metrics" / unit.account.name / f"{unit.region}.sqlite")
        usages = dict(_usages(resources, clients, grid(now, run.metric_period, run.lookback_days), kept))
    except (BotoCoreError, ClientError) as error:
        failures.append(Failure(f"{unit} metrics", str(explained(str(unit), error))))
    return Sighting(
        str(unit), tuple(resources), tuple(usages.items()), clients.counter.counts(), tuple(failures), complete
    )


def _usages(resources: Sequence[Resource], clients: Clients, on: Grid, kept: SeriesFile) -> Iterator[tuple[str, Usage]]:
    measured = [r for r in resources if _runs(r)]
    if not measured:
        return
    listed = _listed(clients, {r.id for r in measured})
    groups: dict[str, list[list[Track]]] = defaultdict(list)
    for at in range(0, len(measured), _CHUNK):
        some = measured[at : at + _CHUNK]
        queries = {r.id: list(_queries(r, listed)) for r in some}
        series = read_series(clients, [q for asked in queries.values() for q in asked], on, kept)
        for resource in some:
            began = _began(resource)
            first = on.slot(began.timestamp()) if began else 0
            found = (track(m, queries[resource.id], series, on, first) for m in METRICS if m.kind == resource.kind)
            tracks = [t for t in found if t is not None]
            if resource.member_of is not None:
                groups[resource.member_of].append(tracks)
            yield resource.id, usage(tracks, on, began)
    for name, members in groups.items():
        names = {t.metric.name: t.metric for tracks in members for t in tracks}
        by_metric = ([t for tracks in members for t in tracks if t.metric is metric] for metric in names.values())
        together = (pooled(tracks, len(members)) for tracks in by_metric)
        yield name, usage([t for t in together if t is not None], on, None)


def _runs(resource: Resource) -> bool:
    return resource.kind == "aws_ebs_volume" or resource.spec.text("instance_state") == "running"


def _began(resource: Resource) -> datetime | None:
    """Since when its use counts: a change of size or a start gives an instance a new launch time."""
    return resource.created_at if resource.kind == "aws_instance" else None


def _listed(clients: Clients, ids: set[str]) -> Mapping[tuple[str, str, str], list[tuple[tuple[str, str], ...]]]:
    found: dict[tuple[str, str, str], list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    for namespace, name, dimensions in dimension_sets(clients, METRICS):
        resource = dict(dimensions).get("InstanceId")
        if resource in ids:
            found[resource, namespace, name].append(dimensions)
    return found


def _queries(
    resource: Resource, listed: Mapping[tuple[str, str, str], list[tuple[tuple[str, str], ...]]]
) -> Iterator[Query]:
    for metric in METRICS:
        if metric.kind == resource.kind:
            yield from _queries_of(metric, resource, listed)


def _queries_of(
    metric: Metric, resource: Resource, listed: Mapping[tuple[str, str, str], list[tuple[tuple[str, str], ...]]]
) -> Iterator[Query]:
    for name in metric.names:
        own = [((metric.dimension, resource.id),)]
        for dimensions in listed.get((resource.id, metric.namespace, name), []) if metric.listed else own:
            yield Query(resource.id, metric, name, dimensions)
