"""When databases and caches changed their size, by events that botocore's models let the services send."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from remediator.model import Attributes, Resource
from remediator.observe.calls import CallCounter
from remediator.observe.resizes import Resizes, read_resizes
from remediator.observe.sessions import Clients

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SCALED = "Succeeded applying modification to cache node type to cache.m5.large."


def of(kind: str) -> Resource:
    return Resource("aws", "dev", "us-east-1", kind, "x", None, Attributes(), Attributes(), NOW)


def event(source: str, message: str, hours: float, type_: str = "cache-cluster") -> dict[str, object]:
    return {"SourceIdentifier": source, "SourceType": type_, "Message": message, "Date": NOW - timedelta(hours=hours)}


@pytest.fixture
def read():
    """What is read of events by service, where each service is asked once at most; an error code refuses."""

    def run(*kinds: str, **events: list[dict[str, object]] | str) -> Resizes:
        clients = Clients(boto3.session.Session(), "us-east-1", None, CallCounter())
        stubs = []
        for service, answer in events.items():
            stub = Stubber(clients.client(service))
            if isinstance(answer, str):
                stub.add_client_error("describe_events", answer)
            else:
                stub.add_response("describe_events", {"Events": answer}, {"Duration": 20_160})
            stub.activate()
            stubs.append(stub)
        found = read_resizes(clients, [of(kind) for kind in kinds], "dev/us-east-1")
        for stub in stubs:
            stub.assert_no_pending_responses()
        return found

    return run


def test_the_last_change_of_a_cache_counts(read) -> None:
    found = read(
        "aws_elasticache_cluster",
        elasticache=[
            event("web-001", SCALED, 50),
            event("web-001", SCALED, 20),
            event("web-002", "Failed applying modification to cache node type to cache.m5.large.", 20),
            event("web-003", "Applied change to security group", 1),
            event("web", SCALED, 19, "replication-group"),
        ],
    )

    assert found.at == {
        "aws_elasticache_cluster/web-001": NOW - timedelta(hours=20),
        "aws_elasticache_replication_group/web": NOW - timedelta(hours=19),
    }


def test_a_finished_change_of_a_databases_class_counts(read) -> None:
    found = read(
        "aws_db_instance",
        rds=[
            event("orders", "Applying modification to database instance class", 31, "db-instance"),
            event("orders", "Finished applying modification to DB instance class", 30, "db-instance"),
            event("orders", "Finished applying modification to allocated storage", 5, "db-instance"),
        ],
    )

    assert found.at["aws_db_instance/orders"] == NOW - timedelta(hours=30)


def test_services_of_which_there_is_nothing_are_not_asked(read) -> None:
    assert read("aws_instance") == Resizes()


def test_a_refusal_says_what_may_count(read) -> None:
    found = read("aws_db_instance", "aws_elasticache_cluster", rds="AccessDenied", elasticache=[event("c", SCALED, 1)])

    assert "rds:DescribeEvents is denied" in found.notes[0]
    assert found.notes[0].endswith("Use from before a change of size may count for its databases or caches.")
    assert found.at == {"aws_elasticache_cluster/c": NOW - timedelta(hours=1), }  # fmt: skip
