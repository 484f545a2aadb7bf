"""What is asked of buckets one by one, in a bounded number of calls."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from remediator.model import MetricSummary, Usage, Window
from remediator.observe.buckets import describe
from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS
from remediator.observe.sessions import Clients

NOW = datetime.now(UTC)
BUCKET = next(kind for kind in KINDS if kind.name == "aws_s3_bucket")
ABORT = {"ID": "a", "Status": "Enabled", "Filter": {}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}


def holds(size: float) -> Usage:
    start = NOW - timedelta(days=14)
    return Usage(
        (MetricSummary("standard_bytes", "B", Window.LOOKBACK, start, NOW, 14, 14, *[size] * 5, None, "test"),)
    )


@pytest.fixture
def clients(cloud) -> Clients:
    return Clients(boto3.session.Session(), "us-east-1", cloud.endpoint, CallCounter(), attempts=1)


@pytest.fixture
def described(cloud, clients: Clients):
    def run(most: int = 300, **sizes: float):
        resources = list(list_kind(BUCKET, clients, "dev"))
        usages = {f"aws_s3_bucket/{name}": holds(size) for name, size in sizes.items()}
        return describe(resources, usages, clients, most, "dev/us-east-1")

    return run


def test_a_bucket_has_its_rules_its_uploads_and_its_prefixes(cloud, described) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="models")
    s3.create_multipart_upload(Bucket="models", Key="big.bin")
    for key in ("checkpoints/step-1.pt", "data/x.csv", "runs/a/b", "readme"):
        s3.put_object(Bucket="models", Key=key, Body=b"x")
    expire = {"ID": "e", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 30}}
    off = {**ABORT, "ID": "o", "Status": "Disabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
    # it drops the marks of what was deleted, and expires no object
    marks = {
        "ID": "m",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    }
    rules = {"Rules": [ABORT, expire, off, marks]}
    s3.put_bucket_lifecycle_configuration(Bucket="models", LifecycleConfiguration=rules)

    [seen] = described(models=5e12).resources

    # of the four the one that is off counts too: another configuration would replace it
    assert (seen.spec["lifecycle.rules"], seen.spec["lifecycle.abort_days"]) == (4, 7)
    assert seen.spec.texts("lifecycle.expiring_prefixes") == ("tmp/",)
    assert (seen.spec["incomplete_uploads"], seen.spec["incomplete_uploads_truncated"]) == (1, False)
    assert datetime.fromisoformat(seen.spec.text("oldest_incomplete_upload") or "").tzinfo is not None
    assert seen.spec.texts("checkpoint_prefixes") == ("checkpoints/", "runs/")
    assert seen.spec["standard_bytes"] == 5e12


def test_a_bucket_without_rules_has_none_and_one_narrowed_rule_aborts_not_everything(cloud, described) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="plain")
    s3.create_bucket(Bucket="narrow")
    rules = {"Rules": [{**ABORT, "Filter": {"Prefix": "tmp/"}}]}
    s3.put_bucket_lifecycle_configuration(Bucket="narrow", LifecycleConfiguration=rules)

    seen = {r.id: r.spec for r in described().resources}

    assert (seen["plain"]["lifecycle.rules"], seen["plain"].get("lifecycle.abort_days")) == (0, None)
    assert (seen["narrow"]["lifecycle.rules"], seen["narrow"].get("lifecycle.abort_days")) == (1, None)


def test_the_largest_come_first_and_the_calls_are_bounded(cloud, described, clients: Clients) -> None:
    for name in ("small", "large", "middle"):
        cloud.client("s3").create_bucket(Bucket=name)

    found = described(most=7, small=1.0, large=100.0, middle=10.0)
    counted = Counter({c.operation: c.calls for c in clients.counter.counts()})

    assert {r.id for r in found.resources if "lifecycle.rules" in r.spec} == {"large", "middle"}
    assert {r.id for r in found.resources} == {"small", "large", "middle"}
    assert sum(counted[name] for name in counted if name not in ("ListBuckets", "GetResources")) == 6
    assert "of 1 buckets, the smallest, were not looked at" in found.notes[-1]


def test_no_bucket_is_asked_where_that_is_switched_off(cloud, described, clients: Clients) -> None:
    cloud.client("s3").create_bucket(Bucket="models")

    found = described(most=0)

    assert found.notes == ()
    assert "lifecycle.rules" not in found.resources[0].spec
    assert {c.operation for c in clients.counter.counts()} == {"ListBuckets", "GetResources"}


def test_a_bucket_that_is_gone_or_refuses_has_no_such_facts(cloud, described, monkeypatch) -> None:
    from botocore.exceptions import ClientError

    from remediator.observe import buckets

    cloud.client("s3").create_bucket(Bucket="models")

    def refuse(client, bucket: str):
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetBucketLifecycleConfiguration")

    monkeypatch.setattr(buckets, "_lifecycle", refuse)
    found = described()

    assert "lifecycle.rules" not in found.resources[0].spec
    assert found.resources[0].spec["incomplete_uploads"] == 0
    assert "s3:GetLifecycleConfiguration is denied" in found.notes[0]
    assert "so for 1 of its buckets" in found.notes[0]
