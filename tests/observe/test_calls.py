from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

from remediator.model import CallCount
from remediator.observe.calls import CallCounter


@dataclass(frozen=True)
class Called:
    name: str


def test_calls_are_counted_by_operation_and_metrics_are_charged() -> None:
    counter = CallCounter()
    for name, service in (("DescribeVolumes", "ec2"), ("GetMetricData", "cloudwatch"), ("GetMetricData", "cloudwatch")):
        counter.before_call(Called(name), {}, f"before-call.{service}.{name}")
    counter.asked_metrics(1000)

    assert counter.counts() == (
        CallCount("cloudwatch", "GetMetricData", 2, Decimal("0.01")),
        CallCount("ec2", "DescribeVolumes", 1, Decimal(0)),
    )


def test_requests_to_buckets_are_charged() -> None:
    counter = CallCounter()
    for name in ("ListObjectsV2", "ListObjectsV2", "GetBucketLifecycleConfiguration", "ListBuckets"):
        counter.before_call(Called(name), {}, f"before-call.s3.{name}")

    assert {call.operation: call.cost for call in counter.counts()} == {
        "ListObjectsV2": Decimal("0.00001"),
        "GetBucketLifecycleConfiguration": Decimal("0.0000004"),
        "ListBuckets": Decimal("0.000005"),
    }


def test_threads_may_share_a_counter() -> None:
    counter = CallCounter()

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda _: counter.before_call(Called("X"), {}, "before-call.ec2.X"), range(2000)))

    assert counter.counts()[0].calls == 2000
