"""Which CloudWatch series say something of which resource."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from remediator.model import Resource
from remediator.observe.metrics import METRICS, Metric
from remediator.observe.sessions import Clients

Dimensions: TypeAlias = tuple[tuple[str, str], ...]
Listed: TypeAlias = Mapping[tuple[str, str, str], list[Dimensions]]
"""The dimensions that series of a resource have: by resource id, namespace and metric name."""


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


def listed(clients: Clients, ids: Collection[str]) -> Listed:
    """The series of what names its own dimensions, such as the CloudWatch agent: one paginated call a metric name."""
    paginator = clients.client("cloudwatch").get_paginator("list_metrics")
    found: dict[tuple[str, str, str], dict[Dimensions, None]] = defaultdict(dict)
    for namespace, name in sorted({(m.namespace, name) for m in METRICS if m.listed for name in m.names}):
        for page in paginator.paginate(Namespace=namespace, MetricName=name):
            for metric in page["Metrics"]:
                dimensions = tuple((d["Name"], d["Value"]) for d in metric["Dimensions"])
                resource = dict(dimensions).get("InstanceId")
                if resource in ids:  # some emulators list a metric once a point, and each would be paid for
                    found[str(resource), namespace, name][dimensions] = None
    return {key: list(dimensions) for key, dimensions in found.items()}


def queries(resource: Resource, known: Listed) -> Iterator[Query]:
    """Every series of a resource."""
    for metric in METRICS:
        if metric.kind == resource.kind and (
            metric.only is None or resource.spec.get(metric.only[0]) == metric.only[1]
        ):
            own = list(product(*(_dimension(name, place, resource) for name, place in metric.dimensions)))
            for name in metric.names:
                sets = known.get((resource.id, metric.namespace, name), []) if metric.listed else own
                for dimensions in sets:
                    yield Query(metric, name, dimensions, _key(metric, name, dimensions))


def _dimension(name: str, place: str, resource: Resource) -> list[tuple[str, str]]:
    """The values of a dimension; none where the resource does not say, and then there is no series."""
    if place == "id":
        return [(name, resource.id)]
    if place.startswith("arn:"):
        _, _, rest = (resource.arn or "").partition(place.removeprefix("arn:"))
        return [(name, rest)] if rest else []
    value = resource.spec.text(place)
    return [(name, one) for one in ((value,) if value else resource.spec.texts(place))]


def _key(metric: Metric, name: str, dimensions: Dimensions) -> str:
    return "\n".join((metric.namespace, name, metric.statistic, *map("=".join, sorted(dimensions))))
