"""Which CloudWatch series say something of which resource."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import islice, product
from typing import TypeAlias

from remediator.model import Resource
from remediator.observe.metrics import MACHINE, METRICS, Metric
from remediator.observe.parsing import understood
from remediator.observe.series import SeriesFile
from remediator.observe.sessions import Clients

Dimensions: TypeAlias = tuple[tuple[str, str], ...]
Listed: TypeAlias = Mapping[tuple[str, str, str], list[Dimensions]]
"""The dimensions that series of a resource have: by resource id, namespace and metric name."""

MOST_MACHINES = 256
"""Machines of a group whose series are read: where they come and go by the hour the others are missing, and are known
to be."""


@dataclass(frozen=True, slots=True)
class Query:
    """One series to read, for one of our metrics; `key` is what it is kept under."""

    metric: Metric
    name: str
    dimensions: Dimensions
    key: str

    @property
    def part(self) -> str | None:
        """What it is of where several series make one resource: the index of a GPU, the name of a variant."""
        return dict(self.dimensions).get(self.metric.part or "")


def series_of(
    resources: Collection[Resource],
    clients: Clients,
    kept: SeriesFile,
    period: int,
    ended: Collection[Resource] = (),
) -> Listed:
    """The series of what names its own dimensions: those listed, and those kept that are silent while they are zero.

    `ended` are machines that were before others, of which what is kept counts too.

    Raises what botocore raises.
    """
    known = listed(clients, [*resources, *ended])
    return {**known, **remembered(partial(kept.keys, period=period), resources, known, ended)}


def listed(clients: Clients, resources: Collection[Resource]) -> Listed:
    """The series of what names its own dimensions, such as the CloudWatch agent: one paginated call a metric name."""
    kinds: dict[str, list[Resource]] = defaultdict(list)
    for resource in resources:
        kinds[resource.kind].append(resource)
    found: dict[tuple[str, str, str], dict[Dimensions, None]] = defaultdict(dict)
    wanted: dict[tuple[str, str], list[Metric]] = defaultdict(list)
    for metric in METRICS:
        if metric.listed and any(is_of(metric, resource) for resource in kinds.get(metric.kind, ())):
            for name in metric.names:
                wanted[metric.namespace, name].append(metric)
    paginator = clients.client("cloudwatch").get_paginator("list_metrics") if wanted else None
    places = {(metric.kind, metric.dimensions[0]) for made in wanted.values() for metric in made}
    owners = {(kind, own): _owners(kinds[kind], own) for kind, own in places}
    for namespace, name in sorted(wanted):
        for page in paginator.paginate(Namespace=namespace, MetricName=name) if paginator else ():
            with understood():
                every = [tuple((d["Name"], d["Value"]) for d in one["Dimensions"]) for one in page["Metrics"]]
            for dimensions, metric in product(every, wanted[namespace, name]):
                own = metric.dimensions[0]
                value = dict(dimensions).get(own[0], "")
                resource_id = owners[metric.kind, own].get(value.partition("/")[0] if own[1] == "id/" else value)
                if resource_id is not None and _told(metric, dimensions):
                    # some emulators list a metric once a point, and each would be paid for
                    found[resource_id, namespace, name][dimensions] = None
    return {key: list(dimensions) for key, dimensions in found.items()}


def _owners(resources: Iterable[Resource], own: tuple[str, str]) -> Mapping[str, str]:
    """The ids of resources by the value that a dimension has for each."""
    name, place = own
    if place in ("id", "id/"):
        return {resource.id: resource.id for resource in resources}
    return {value: resource.id for resource in resources for _, value in _dimension(name, place, resource)}


def remembered(
    keys: Callable[[str], Mapping[str, bool]],
    resources: Collection[Resource],
    known: Listed,
    ended: Collection[Resource] = (),
) -> Listed:
    """A series of what is silent while it is zero, and all of machines that `ended`, of which none is listed any more.

    Of what has parts each one's is, beside those that are listed. ListMetrics names what had a point in the last two
    weeks; `keys` gives those that are kept from before, by how they begin, and whether there is a point of each. Those
    without one are of processes that ended long ago: one of each core tells that it is there, and is enough.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html
    """
    every: dict[tuple[str, str, str], dict[Dimensions, None]] = {}
    parts: dict[tuple[str, str, str], set[str | None]] = {}
    found: set[tuple[str, str, str]] = set()
    for metric in (m for m in METRICS if m.listed):
        silent = _ids(metric, resources) if metric.heartbeat else frozenset()
        gone, each = _ids(metric, ended), metric.heartbeat is not None and metric.part is not None
        for name in metric.names if silent or gone else ():
            kept = keys(f"{_key(metric, name, ())}\n")
            for key in sorted(kept, key=lambda key: not kept[key]):
                pairs = (part.partition("=") for part in key.split("\n")[3:])
                dimensions = tuple((left, right) for left, _, right in pairs)
                place = dict(dimensions).get(metric.dimensions[0][0], ""), metric.namespace, name
                if place[0] not in silent and place[0] not in gone:
                    continue
                if place not in every:
                    every[place] = dict.fromkeys(tuple(sorted(one)) for one in known.get(place, ()))
                    parts[place] = {dict(one).get(metric.part or "") for one in every[place]}
                held, part = every[place], dict(dimensions).get(metric.part or "")
                wanted = place[0] in silent and ((each and (kept[key] or part not in parts[place])) or not held)
                if dimensions in held or (place in known and not each) or not _told(metric, dimensions):
                    continue
                if wanted or place[0] in gone:
                    held[dimensions] = None
                    parts[place].add(part)
                    found.add(place)
    return {place: list(every[place]) for place in found}


def _ids(metric: Metric, resources: Collection[Resource]) -> frozenset[str]:
    return frozenset(r.id for r in resources if r.kind == metric.kind and is_of(metric, r))


def queries(resource: Resource, known: Listed) -> Iterator[Query]:
    """Every series of a resource."""
    for metric in METRICS:
        if metric.kind == resource.kind and is_of(metric, resource):
            own = () if metric.listed else product(*(_dimension(name, at, resource) for name, at in metric.dimensions))
            several = list(own)
            for name in metric.names:
                told = known.get((resource.id, metric.namespace, name), []) if metric.listed else several
                most = MOST_MACHINES if metric.part == MACHINE else None
                for dimensions in islice((one for one in told if _told(metric, one)), most):
                    yield Query(metric, name, dimensions, _key(metric, name, dimensions))


def is_of(metric: Metric, resource: Resource) -> bool:
    """Whether a metric of its kind is one that this resource may have."""
    if metric.only is None:
        return True
    attribute, pattern = metric.only
    return fnmatchcase(resource.spec.text(attribute) or "", pattern)


def _told(metric: Metric, dimensions: Dimensions) -> bool:
    """Whether a series is of a metric, by what its dimensions beside the resource's own are called and have."""
    if not metric.listed:
        return True
    told, own = dict(dimensions), metric.dimensions[0][0]
    named = metric.beside is None or told.keys() - {own} == metric.beside
    return named and (metric.where is None or fnmatchcase(told.get(metric.where[0], ""), metric.where[1]))


def _dimension(name: str, place: str, resource: Resource) -> list[tuple[str, str]]:
    """The values of a dimension; none where the resource does not say, and then there is no series."""
    if place == "id":
        return [(name, resource.id)]
    if place.startswith("="):
        return [(name, place[1:])]
    attribute, marked, mark = place.partition(":")
    if marked:
        said = resource.arn if attribute == "arn" else resource.spec.text(attribute)
        _, _, rest = (said or "").partition(mark)
        return [(name, rest)] if rest else []
    value = resource.spec.text(place)
    return [(name, one) for one in ((value,) if value else resource.spec.texts(place))]


def _key(metric: Metric, name: str, dimensions: Dimensions) -> str:
    return "\n".join((metric.namespace, name, metric.statistic, *map("=".join, sorted(dimensions))))
