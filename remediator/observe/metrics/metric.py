"""What a metric of ours is made of, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Statistic(StrEnum):
    """Gauges are read at the maximum of each period, counters as the sum over it, turned into a rate."""

    MAXIMUM = "Maximum"
    SUM = "Sum"


class Combine(StrEnum):
    """How the series of one metric become one, time by time."""

    MAX = "max"
    SUM = "sum"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Metric:
    """One of our metrics: the CloudWatch metrics it is made of, and the level at and below which it is quiet.

    A dimension is `id`, an attribute of the resource's spec, of which a list gives a series for each, or what follows
    a mark in its ARN (`arn:loadbalancer/`). With `listed` the dimensions beside the resource's own are not known
    beforehand and are found by ListMetrics. RATIO divides the first of `names` by the second, in percent. `part` is
    the dimension that tells apart the series that make one resource: the GPUs of a machine, the variants of an
    endpoint. With `only`, the metric is of resources whose spec has that value. A metric with a `heartbeat` is not
    published while it is zero: where the metric of that name has a point and this one has none, it was zero.
    """

    name: str
    kind: str
    unit: str
    namespace: str
    names: tuple[str, ...]
    dimensions: tuple[tuple[str, str], ...]
    statistic: Statistic
    combine: Combine
    quiet: float | None = None
    listed: bool = False
    part: str | None = None
    only: tuple[str, str] | None = None
    heartbeat: str | None = None

    @property
    def per_gpu(self) -> bool:
        """Whether each GPU has series of its own."""
        return self.part == GPU_INDEX


GPU_INDEX = "index"
"""The dimension that the CloudWatch agent tells GPUs apart by."""
