from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from remediator.model import Attributes, Resource
from remediator.observe.offers import read_offers
from remediator.observe.sessions import open_clients

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def machine(state: str = "running") -> Resource:
    spec = Attributes({"instance_type": "m5.large", "instance_state": state})
    return Resource("aws", "dev", "us-east-1", "aws_instance", "i-1", None, spec, Attributes(), NOW)


RUNNING = (machine(),)


@pytest.fixture
def read(cloud, tmp_path):
    """What zones offer, and the calls it took."""

    def run(now=NOW, resources=RUNNING, refuse=None):
        clients = open_clients(cloud.account(), "us-east-1", "dev/us-east-1")
        if refuse is not None:

            def raises(**_: object) -> None:
                raise ClientError({"Error": {"Code": refuse}}, "DescribeInstanceTypeOfferings")

            clients.client("ec2").meta.events.register("before-call.ec2.DescribeInstanceTypeOfferings", raises)
        found = read_offers(clients, resources, tmp_path / "offers" / "us-east-1.json", now, "dev/us-east-1")
        return found, sum(count.calls for count in clients.counter.counts())

    return run


def test_zones_are_listed_once_a_week(read) -> None:
    first, asked = read()
    second, kept = read(NOW + timedelta(days=6))
    _, again = read(NOW + timedelta(days=8))

    assert "m5.large" in first.by_zone["us-east-1a"] and not first.notes
    assert "m5.large" not in first.by_zone["us-east-1e"]
    assert second == first
    assert (asked > 0, kept, again > 0) == (True, 0, True)


def test_nothing_is_asked_where_no_machine_runs(read) -> None:
    assert read(resources=(machine("stopped"),)) == read(resources=())
    assert read(resources=())[1] == 0


def test_a_refusal_is_a_note_and_what_was_known_before_stands(read) -> None:
    refused, _ = read(refuse="UnauthorizedOperation")
    known, _ = read()
    later, _ = read(NOW + timedelta(days=30), refuse="UnauthorizedOperation")

    assert refused.by_zone == {}
    assert "access to ec2:DescribeInstanceTypeOfferings is denied" in refused.notes[0]
    assert refused.notes[0].endswith("Which types its zones offer is not known.")
    assert later == known


def test_a_damaged_file_is_read_anew(read, tmp_path) -> None:
    first, _ = read()
    (tmp_path / "offers" / "us-east-1.json").write_text("{")

    assert read() == (first, pytest.approx(read(NOW + timedelta(days=9))[1]))
