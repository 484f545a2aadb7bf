"""What a metric of ours is made of, as data."""

from dataclasses import dataclass
from enum import StrEnum


class Statistic(StrEnum):
    """How a metric is read in each period.

    Gauges at their maximum, or at their minimum where less is worse; counters as the sum, turned into a rate. How many
    points there were says how many machines told anything.
    """

    MAXIMUM = "Maximum"
    MINIMUM = "Minimum"
    SUM = "Sum"
    POINTS = "SampleCount"


class Combine(StrEnum):
    """How the series of one metric become one, time by time.

    HIGHEST and COUNT are of series that come and go: the highest of those that are there, and how many are.
    """

    MAX = "max"
    MEAN = "mean"
    MIN = "min"
    SUM = "sum"
    RATIO = "ratio"
    TOTAL = "total"
    HIGHEST = "highest"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Metric:
    """One of our metrics: the CloudWatch metrics it is made of, and the level at and below which it is quiet.

    A dimension is `id`, an attribute of the resource's spec, of which a list gives a series for each, what follows a
    mark in its ARN (`arn:loadbalancer/`) or in an attribute (`cluster:cluster/`), or a constant (`=AllStorageTypes`).
    With `listed` the dimensions beside the resource's own are not known beforehand and are found by ListMetrics; there
    `id/` is what begins with the id and a slash, and `beside`, where it is given, is what the others are called;
    `where` is one of them and the pattern of its value.

    RATIO divides the first of `names` by the second, in percent, and TOTAL adds them up; of several parts the
    highest counts then. MEAN is that of the parts which are seen. `part` is the dimension that tells apart the
    series that make one resource: the GPUs of a machine, the variants of an endpoint, the hosts of a job. With
    `only`, the metric is of resources whose spec has a value of that pattern. A metric with a `heartbeat` is not
    published while it is zero: where the metric of that name has a point and this one has none, it was zero. `late`
    says by how many seconds a point may be published after its time. An hour is one of work above `at_work`, or
    `quiet` where that is None. `scale` turns what is published into `unit`. Of two metrics of one name and kind,
    the second is for where the first has no value at all. `store` is where the series are.
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
    beside: frozenset[str] | None = None
    late: int = 0
    at_work: float | None = None
    store: str = "CloudWatch"
    scale: float = 1.0
    where: tuple[str, str] | None = None


AT_ANY_SIZE = frozenset({"gpu", "accelerator"})
"""Metrics that say whether a machine works whatever its size: what they said before a change of size still counts."""
GPU_INDEX = "index"
"""The dimension that the CloudWatch agent tells GPUs apart by."""
NEURON_CORE = "neuroncore"
"""The label that the Neuron monitor tells NeuronCores apart by."""
NODE_CORE = "NeuronCore"
"""The dimension that Container Insights tells NeuronCores of a node apart by."""
HOST = "Host"
"""The dimension that SageMaker tells the machines of a job apart by."""
MACHINE = "InstanceId"
"""The dimension that the machines of a group are told apart by."""
NODE = "NodeName"
"""The dimension that Container Insights tells the nodes of a cluster apart by."""
SCALING_GROUP = "AutoScalingGroupName"
"""The dimension that the Auto Scaling groups of a node group are told apart by."""
