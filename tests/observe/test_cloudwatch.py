"""What is asked of GetMetricData, and what becomes of answers that are not whole."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import numpy as np
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from remediator.observe.calls import CallCounter
from remediator.observe.cloudwatch import MAX_POINTS, MAX_QUERIES, batches, read_series
from remediator.observe.metrics import METRICS
from remediator.observe.queries import Query
from remediator.observe.series import Series, SeriesFile, grid
from remediator.observe.sessions import Clients

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
CPU = next(m for m in METRICS if m.name == "cpu")
HOURS = grid(NOW, 3600, 14)


def query(name: str) -> Query:
    return Query(CPU, "CPUUtilization", (("InstanceId", name),), name)


def result(id_: str, status: str, values: Mapping[int, float]) -> dict[str, object]:
    """The answer to one query: values by hour of the window."""
    times = [HOURS.time(slot) for slot in values]
    return {"Id": id_, "StatusCode": status, "Timestamps": times, "Values": list(values.values())}


@pytest.fixture
def stub():
    client = boto3.client("cloudwatch", region_name="us-east-1")
    with Stubber(client) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


@pytest.fixture
def clients(stub: Stubber) -> Clients:
    made = Clients(boto3.session.Session(), "us-east-1", None, CallCounter())
    made._made["cloudwatch"] = stub.client
    return made


@given(st.integers(0, 1300), st.sampled_from([60, 300, 3600, 86400]), st.integers(1, 63), st.integers(0, 3))
def test_a_call_keeps_within_the_limits_and_no_series_is_asked_for_twice(
    many: int, period: int, days: int, kept_days: int
) -> None:
    on = grid(NOW, period, days)
    queries = [query(f"i-{n}") for n in range(many)]
    known = {q.key: Series(q.key, on.empty(), on.end - kept_days * 86400) for q in queries[::3]}

    asked = list(batches(queries, known, on))

    for batch in asked:
        points = (on.end - batch.begin) // period
        assert len(batch.queries) <= MAX_QUERIES
        assert len(batch.queries) * points <= MAX_POINTS or len(batch.queries) == 1
        assert on.start <= batch.begin < on.end
    keys = [q.key for batch in asked for q in batch.queries]
    assert len(keys) == len(set(keys)) == many - (len(known) if kept_days == 0 else 0)


def test_a_partial_answer_is_followed_to_its_end(stub: Stubber, clients: Clients, tmp_path: Path) -> None:
    stub.add_response(
        "get_metric_data", {"MetricDataResults": [result("q0", "PartialData", {0: 1.0})], "NextToken": "more"}
    )
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {335: 2.0})]})

    read = read_series(clients, [query("i-1")], HOURS, SeriesFile(tmp_path / "x.sqlite"))

    assert read.unread == {}
    assert (read.series["i-1"].values[0], read.series["i-1"].values[335]) == (1.0, 2.0)
    assert np.isnan(read.series["i-1"].values[1:335]).all()


def test_a_series_of_two_resources_is_paid_for_once(stub: Stubber, clients: Clients, tmp_path: Path) -> None:
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {335: 2.0})]})

    read = read_series(clients, [query("i-1"), query("i-1")], HOURS, SeriesFile(tmp_path / "x.sqlite"))

    assert read.series["i-1"].values[335] == 2.0


@pytest.mark.parametrize("status", ["InternalError", "Forbidden", "PartialData"])
def test_a_series_that_is_not_answered_whole_is_told_of_and_asked_for_again(
    status: str, stub: Stubber, clients: Clients, tmp_path: Path
) -> None:
    kept = SeriesFile(tmp_path / "x.sqlite")
    answer = [result("q0", "Complete", {5: 3.0}), result("q1", status, {5: 4.0})]
    stub.add_response("get_metric_data", {"MetricDataResults": answer})
    first = read_series(clients, [query("i-1"), query("i-2")], HOURS, kept)
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {5: 4.0})]})
    again = read_series(clients, [query("i-1"), query("i-2")], HOURS, kept)

    assert first.unread == {"i-2": status}
    assert set(first.series) == {"i-1"}
    assert again.unread == {}
    assert again.series["i-2"].values[5] == 4.0


def test_a_query_without_any_answer_is_not_taken_for_answered(stub: Stubber, clients: Clients, tmp_path: Path) -> None:
    stub.add_response("get_metric_data", {"MetricDataResults": []})

    assert read_series(clients, [query("i-1")], HOURS, SeriesFile(tmp_path / "x.sqlite")).unread == {"i-1": "no answer"}


def test_what_was_answered_before_a_failure_is_kept(
    stub: Stubber, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remediator.observe.cloudwatch.MAX_QUERIES", 1)
    monkeypatch.setattr("remediator.observe.cloudwatch._IN_FLIGHT", 1)
    kept = SeriesFile(tmp_path / "x.sqlite")
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {5: 3.0})]})
    stub.add_client_error("get_metric_data", "Throttling")

    with pytest.raises(ClientError, match="Throttling"):
        read_series(clients, [query("i-1"), query("i-2")], HOURS, kept)

    assert set(kept.load(["i-1", "i-2"], HOURS)) == {"i-1"}


def test_a_point_that_an_agent_published_late_is_still_seen(stub: Stubber, clients: Clients, tmp_path: Path) -> None:
    kept = SeriesFile(tmp_path / "x.sqlite")
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {334: 1.0})]})
    read_series(clients, [query("i-1")], HOURS, kept)
    later = grid(NOW + timedelta(hours=1), 3600, 14)
    late = [{"Id": "q0", "StatusCode": "Complete", "Timestamps": [HOURS.time(335)], "Values": [9.0]}]
    stub.add_response("get_metric_data", {"MetricDataResults": late})

    values = read_series(clients, [query("i-1")], later, kept).series["i-1"].values

    assert (values[333], values[334]) == (1.0, 9.0)


def test_what_is_published_days_late_is_asked_for_again(stub: Stubber, clients: Clients, tmp_path: Path) -> None:
    kept = SeriesFile(tmp_path / "x.sqlite")
    size = Query(next(m for m in METRICS if m.name == "standard_bytes"), "BucketSizeBytes", (), "bucket")
    stub.add_response("get_metric_data", {"MetricDataResults": [result("q0", "Complete", {})]})
    read_series(clients, [size], HOURS, kept)
    later = grid(NOW + timedelta(hours=1), 3600, 14)
    late = [{"Id": "q0", "StatusCode": "Complete", "Timestamps": [HOURS.time(290)], "Values": [9.0]}]
    stub.add_response("get_metric_data", {"MetricDataResults": late})

    assert read_series(clients, [size], later, kept).series["bucket"].values[289] == 9.0
    assert next(batches([size], {"bucket": Series("bucket", HOURS.empty(), HOURS.end)}, later)).begin == (
        HOURS.end - 3 * 86_400
    )
