"""Answers that nest deeper than Python reads, or are of another shape, over HTTP on loopback."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from botocore.parsers import ResponseParserError

from remediator.errors import RemediatorError
from remediator.model import Attributes, Resource
from remediator.observe.cloudwatch import read_series
from remediator.observe.history import Calls, History
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.listing import Listing, Unit, list_unit
from remediator.observe.offers import read_offers
from remediator.observe.purse import BOTTOMLESS
from remediator.observe.queries import listed, queries
from remediator.observe.series import SeriesFile, grid
from remediator.observe.sessions import open_clients
from tests.observe.bad_input.conftest import aws, unit
from tests.observe.bad_input.query_aws import QueryAws

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

__all__ = ["aws", "unit"]

BY_NAME = {kind.name: kind for kind in KINDS}
ARN = "arn:aws:ecs:me-south-1:123456789012:{}"
DEEP = "[" * 100_000 + "]" * 100_000


def answered(value: object) -> tuple[int, str]:
    """JSON in which DEEP stands for what nests too deep."""
    return 200, json.dumps(value).replace('"DEEP"', DEEP)


def listing(unit: Unit, *names: str) -> Listing:
    kinds: Sequence[Kind] = [BY_NAME["aws_instance"], *(BY_NAME[name] for name in names)]
    return list_unit(unit, kinds)


def test_a_resource_whose_description_nests_too_deep_is_left_out_and_named(aws: QueryAws, unit: Unit) -> None:
    services = [{"serviceArn": ARN.format(f"service/{n}"), "serviceName": n, "status": "ACTIVE"} for n in "abc"]
    services[1]["tags"] = "DEEP"
    aws.scripts["ListClusters"] = lambda _: answered({"clusterArns": [ARN.format("cluster/c")], "x": "y"})
    aws.scripts["ListServices"] = lambda _: answered({"serviceArns": [s["serviceArn"] for s in services]})
    aws.scripts["DescribeServices"] = lambda _: answered({"services": services, "failures": []})

    found = listing(unit, "aws_ecs_service")

    assert [r.spec["name"] for r in found.resources] == ["a", "c"]
    assert found.whole == {"aws_instance"}
    (failure,) = found.failures
    assert failure.unit == "dev/me-south-1 aws_ecs_service"
    assert "service/b cannot be read and were left out" in failure.reason


def test_a_resource_that_is_described_alone_and_nests_too_deep_costs_itself(aws: QueryAws, unit: Unit) -> None:
    def described(form: dict[str, str]) -> tuple[int, str]:
        name = f"c{aws.calls['']}"
        return answered({"cluster": {"name": name, "arn": ARN.format(name), "tags": "DEEP" if name == "c2" else {}}})

    answers = [answered({"clusters": ["c1", "c2", "c3"]})]
    aws.scripts[""] = lambda form: answers.pop() if answers else described(form)

    found = listing(unit, "aws_eks_cluster")

    assert len(found.resources) == 2
    assert [failure.reason.split(" cannot ")[0] for failure in found.failures] == ["dev/me-south-1: c1"]


def test_tags_that_nest_too_deep_are_not_no_tags(aws: QueryAws, unit: Unit) -> None:
    arns = [f"arn:aws:sagemaker:me-south-1:123456789012:notebook-instance/{n}" for n in "ab"]
    listed = [{"NotebookInstanceName": arn[-1], "NotebookInstanceArn": arn} for arn in arns]
    tags: list[dict[str, object]] = [{"ResourceARN": arns[0], "Tags": "DEEP"}, {"ResourceARN": arns[1], "Tags": []}]
    aws.scripts["ListNotebookInstances"] = lambda _: answered({"NotebookInstances": listed})
    aws.scripts["GetResources"] = lambda _: answered({"ResourceTagMappingList": tags})

    found = listing(unit, "aws_sagemaker_notebook_instance")

    assert [r.id for r in found.resources] == ["b"]
    assert [f.reason.split(" cannot ")[0] for f in found.failures] == ["dev/me-south-1: a"]


@pytest.mark.parametrize("odd", [{"Events": [5]}, {"Events": 5}, {"Events": [{"EventTime": "noon"}]}, [1], "x", 5])
def test_an_answer_of_another_shape_is_an_error_of_its_call(aws: QueryAws, unit: Unit, odd: object) -> None:
    aws.scripts["LookupEvents"] = lambda _: answered(odd)
    client = open_clients(unit.account, unit.region, "dev").client("cloudtrail")

    with pytest.raises(ResponseParserError):
        client.lookup_events()


@pytest.mark.parametrize(
    "body",
    ["null", "false", "0", "[]", *(f'{{"Events": [{{"EventTime": {time}}}]}}' for time in ("1e400", "1e20", "NaN"))],
)
def test_nothing_and_a_time_that_is_none_are_errors_of_their_call(aws: QueryAws, unit: Unit, body: str) -> None:
    aws.scripts["LookupEvents"] = lambda _: (200, body)
    client = open_clients(unit.account, unit.region, "dev").client("cloudtrail")

    with pytest.raises(ResponseParserError):
        client.lookup_events()


@pytest.mark.parametrize("odd", ["DEEP", {"NextToken": {"a": "DEEP"}}, {"Events": {"Events": "DEEP"}}])
def test_an_answer_that_nests_too_deep_as_a_whole_is_an_error_of_its_call(
    aws: QueryAws, unit: Unit, odd: object
) -> None:
    aws.scripts["LookupEvents"] = lambda _: answered(odd)
    client = open_clients(unit.account, unit.region, "dev").client("cloudtrail")

    with pytest.raises(ResponseParserError):
        client.lookup_events()


def test_an_item_without_an_id_or_with_a_tag_without_a_key_costs_itself_alone(aws: QueryAws, unit: Unit) -> None:
    services = [{"serviceArn": ARN.format(f"service/{n}"), "serviceName": n, "status": "ACTIVE"} for n in "abc"]
    services[1] |= {"tags": [{"value": "x"}]}
    del services[2]["serviceArn"]
    aws.scripts["ListClusters"] = lambda _: answered({"clusterArns": [ARN.format("cluster/c")]})
    aws.scripts["ListServices"] = lambda _: answered({"serviceArns": ["a", "b", "c"]})
    aws.scripts["DescribeServices"] = lambda _: answered({"services": services})

    found = listing(unit, "aws_ecs_service")

    assert [r.spec["name"] for r in found.resources] == ["a"]
    (failure,) = found.failures
    assert f"{ARN.format('service/b')}, one without an id cannot be read" in failure.reason


def test_a_role_that_is_assumed_without_keys_fails_the_account_in_a_sentence(aws: QueryAws, unit: Unit) -> None:
    account = unit.account.model_copy(update={"role_arn": "arn:aws:iam::123456789012:role/r"})

    with pytest.raises(RemediatorError, match="the answer is not what the API gives"):
        open_clients(account, "me-south-1", "dev/me-south-1")


@pytest.mark.parametrize("page", [{"Odd": 1}, {"Events": None}, {"Events": [{"EventId": "x"}]}])
def test_a_history_without_events_is_no_history_without_calls(aws: QueryAws, unit: Unit, page: object) -> None:
    aws.scripts["LookupEvents"] = lambda _: answered(page)
    client = cast("CloudTrailClient", open_clients(unit.account, unit.region, "dev").client("cloudtrail"))
    history = History(client, datetime(2026, 1, 1, tzinfo=UTC))

    if page == {"Events": [{"EventId": "x"}]}:
        assert history.of_resource("i-1") == Calls((), cut=False)
        return
    with pytest.raises(ResponseParserError):
        history.of_resource("i-1")


@pytest.mark.parametrize("metric", [{}, {"Dimensions": [{"Name": "InstanceId"}]}, {"Dimensions": [{"Value": "i-1"}]}])
def test_a_metric_without_dimensions_loses_the_metrics_and_not_the_account(
    aws: QueryAws, unit: Unit, metric: object
) -> None:
    aws.scripts["ListMetrics"] = lambda _: answered({"Metrics": [metric]})
    clients = open_clients(unit.account, unit.region, "dev")
    machine = Resource("aws", "dev", "me-south-1", "aws_instance", "i-1", None, Attributes(), Attributes(), None)

    with pytest.raises(ResponseParserError):
        listed(clients, [machine])


@pytest.mark.parametrize(
    "result", [{"Values": [1.0]}, {"Id": "q0", "Timestamps": [1.0], "Values": []}, {"Id": "q9"}, {"Id": "q0"}]
)
def test_a_series_of_another_shape_is_an_error_of_the_metrics(
    aws: QueryAws, unit: Unit, tmp_path: Path, result: object
) -> None:
    aws.scripts["GetMetricData"] = lambda _: answered({"MetricDataResults": [result]})
    clients = open_clients(unit.account, unit.region, "dev")
    machine = Resource("aws", "dev", "me-south-1", "aws_instance", "i-1", None, Attributes(), Attributes(), None)
    on = grid(datetime(2026, 1, 2, tzinfo=UTC), 1, 300)

    with pytest.raises(ResponseParserError):
        read_series(clients, list(queries(machine, {}))[:1], on, SeriesFile(tmp_path / "kept.sqlite"), BOTTOMLESS)


@pytest.mark.parametrize("offer", [{"Location": "a"}, {"InstanceType": "m5.large"}])
def test_an_offer_of_nothing_is_a_note(aws: QueryAws, unit: Unit, tmp_path: Path, offer: dict[str, str]) -> None:
    items = "".join(
        f"<{name[0].lower()}{name[1:]}>{value}</{name[0].lower()}{name[1:]}>" for name, value in offer.items()
    )
    body = f"<R><instanceTypeOfferingSet><item>{items}</item></instanceTypeOfferingSet></R>"
    aws.scripts["DescribeInstanceTypeOfferings"] = lambda _: (200, body)
    running = Attributes({"instance_state": "running"})
    machine = Resource("aws", "dev", "me-south-1", "aws_instance", "i-1", None, running, Attributes(), None)
    clients = open_clients(unit.account, unit.region, "dev")

    found = read_offers(clients, [machine], tmp_path / "offers.json", datetime(2026, 1, 1, tzinfo=UTC), "dev/x")

    assert not found.by_zone
    assert "the answer is not what the API gives" in found.notes[0]


def test_an_item_of_which_not_even_its_state_can_be_read_costs_itself_alone(aws: QueryAws, unit: Unit) -> None:
    kind = replace(BY_NAME["aws_ecs_service"], gone="starts_with(status, 'INACTIVE')")
    services = [{"serviceArn": ARN.format(f"service/{n}"), "serviceName": n, "status": n} for n in "ab"]
    services[0]["status"] = 5
    aws.scripts["ListClusters"] = lambda _: answered({"clusterArns": [ARN.format("cluster/c")]})
    aws.scripts["ListServices"] = lambda _: answered({"serviceArns": ["a", "b"]})
    aws.scripts["DescribeServices"] = lambda _: answered({"services": services})

    found = list_unit(unit, [BY_NAME["aws_instance"], kind])

    assert [r.spec["name"] for r in found.resources] == ["b"]
    assert "service/a cannot be read" in found.failures[0].reason


def test_an_item_whose_id_is_made_of_what_it_lacks_costs_itself_alone(aws: QueryAws, unit: Unit) -> None:
    action = "<member><AutoScalingGroupName>web</AutoScalingGroupName>{}</member>"
    named = "<ScheduledActionName>night</ScheduledActionName>"
    body = f"<ScheduledUpdateGroupActions>{action.format('')}{action.format(named)}</ScheduledUpdateGroupActions>"
    aws.scripts["DescribeScheduledActions"] = lambda _: (
        200,
        f"<R><DescribeScheduledActionsResult>{body}</DescribeScheduledActionsResult></R>",
    )

    found = listing(unit, "aws_autoscaling_schedule")

    assert [r.id for r in found.resources] == ["web/night"]
    assert "one without an id cannot be read" in found.failures[0].reason
