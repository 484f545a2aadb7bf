"""A CloudWatch whose series a test writes down, and resources to measure by it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from remediator.model import Attributes, Resource, Value
from remediator.observe.series import grid

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
HOURS = grid(NOW, 3600, 2)
CORE_MEMORY = tuple(
    f"neuroncore_memory_usage_{kind}"
    for kind in ("constants", "model_code", "model_shared_scratchpad", "runtime_memory", "tensors")
)
"""What the Neuron monitor tells of a core's memory."""


def resource(id_: str, kind: str = "aws_instance", member_of: str | None = None, **spec: Value) -> Resource:
    values = {"instance_state": "running", **spec} if kind == "aws_instance" else spec
    created = NOW - timedelta(days=30)
    return Resource(
        "aws", "dev", "us-east-1", kind, id_, None, Attributes(values), Attributes(), created, member_of=member_of
    )


class Metrics:
    """A CloudWatch whose series are written down here: hourly values, the last one of the last completed hour.

    Where there is None it has no point; it lists no series whose last `unlisted` hours have none.
    """

    def __init__(self) -> None:
        self.series: dict[tuple[str, frozenset[tuple[str, str]]], list[float | None]] = {}
        self.denied = False
        self.refused: set[str] = set()
        self.unlisted = HOURS.count + 1
        self.asked: list[str] = []

    def put(self, name: str, values: list[float | None], **dimensions: str) -> None:
        self.series[name, frozenset(dimensions.items())] = values

    def get_paginator(self, operation: str) -> "Metrics":
        return self

    def paginate(self, **asked) -> Iterator[dict[str, object]]:
        if self.denied and "MetricDataQueries" in asked:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricData")
        yield self.data(asked["MetricDataQueries"]) if "MetricDataQueries" in asked else self.named(asked["MetricName"])

    def named(self, name: str) -> dict[str, object]:
        found = (d for (held, d), values in self.series.items() if held == name and self.recent(values))
        return {"Metrics": [{"Dimensions": [{"Name": k, "Value": v} for k, v in sorted(d)]} for d in found]}

    def recent(self, values: list[float | None]) -> bool:
        return any(value is not None for value in values[-self.unlisted :])

    def data(self, queries) -> dict[str, object]:
        results = []
        for query in queries:
            metric = query["MetricStat"]["Metric"]
            key = metric["MetricName"], frozenset((d["Name"], d["Value"]) for d in metric["Dimensions"])
            values = self.series.get(key, [])
            points = [(HOURS.time(HOURS.count - len(values) + n), v) for n, v in enumerate(values) if v is not None]
            self.asked += [value for name, value in key[1] if name == "InstanceId"]
            status = "InternalError" if self.refused & {value for _, value in key[1]} else "Complete"
            times, known = [at for at, _ in points], [value for _, value in points]
            results.append({"Id": query["Id"], "StatusCode": status, "Timestamps": times, "Values": known})
        return {"MetricDataResults": results}

    def gpu(self, instance: str, index: int, values: list[float], host: str = "trainer") -> None:
        self.put("nvidia_smi_utilization_gpu", values, InstanceId=instance, index=str(index), host=host)
