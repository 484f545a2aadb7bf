"""Counts the API calls of one unit, by operation, and prices those that are charged."""

import threading
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from remediator.model import CallCount

METRIC_PRICE = Decimal("0.00001")
"""USD for one metric asked of GetMetricData: $0.01 a thousand (https://aws.amazon.com/cloudwatch/pricing/)."""

_REQUEST_PRICES = {
    **{("s3", listing): Decimal("0.000005") for listing in ("ListBuckets", "ListMultipartUploads", "ListObjectsV2")},
    ("s3", "GetBucketLifecycleConfiguration"): Decimal("0.0000004"),
}
"""USD for one request in us-east-1: $0.005 a thousand lists, $0.0004 a thousand others.

Of the rest that a run asks nothing is charged, or a million requests a month are free.
https://aws.amazon.com/s3/pricing/
"""


class Operation(Protocol):
    """What botocore tells of an operation that is about to be called."""

    @property
    def name(self) -> str:
        """The operation's name: `DescribeInstances`."""


class CallCounter:
    """Counts what passes its hook; safe to share between the threads of a unit."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, str]] = Counter()
        self._metrics = 0
        self._lock = threading.Lock()

    def before_call(self, model: Operation, params: Mapping[str, object], event_name: str, **_: object) -> None:
        """Botocore's `before-call` hook; the event is named `before-call.<service>.<operation>`."""
        with self._lock:
            self._calls[event_name.split(".")[1], model.name] += 1

    def asked_metrics(self, count: int) -> None:
        """Note metrics asked of GetMetricData, which is what its price counts."""
        with self._lock:
            self._metrics += count

    def counts(self) -> tuple[CallCount, ...]:
        """The calls so far, by service and operation."""
        with self._lock:
            return tuple(
                CallCount(service, operation, n, self._cost(service, operation, n))
                for (service, operation), n in sorted(self._calls.items())
            )

    def _cost(self, service: str, operation: str, calls: int) -> Decimal:
        if operation == "GetMetricData":
            return self._metrics * METRIC_PRICE
        return calls * _REQUEST_PRICES.get((service, operation), Decimal(0))
