"""Answers that nest deeper than Python reads, or are of another shape, over HTTP on loopback."""

import json
from collections.abc import Sequence

import pytest
from botocore.parsers import ResponseParserError

from remediator.observe.kinds import KINDS, Kind
from remediator.observe.listing import Listing, Unit, list_unit
from remediator.observe.sessions import open_clients
from tests.observe.test_bad_input import QueryAws, aws, unit

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
    assert "service/b nest deeper than is read and were left out" in failure.reason


def test_a_resource_that_is_described_alone_and_nests_too_deep_costs_itself(aws: QueryAws, unit: Unit) -> None:
    def described(form: dict[str, str]) -> tuple[int, str]:
        name = f"c{aws.calls['']}"
        return answered({"cluster": {"name": name, "arn": ARN.format(name), "tags": "DEEP" if name == "c2" else {}}})

    answers = [answered({"clusters": ["c1", "c2", "c3"]})]
    aws.scripts[""] = lambda form: answers.pop() if answers else described(form)

    found = listing(unit, "aws_eks_cluster")

    assert len(found.resources) == 2
    assert [failure.reason.split(" nest ")[0] for failure in found.failures] == ["dev/me-south-1: c1"]


def test_tags_that_nest_too_deep_are_not_no_tags(aws: QueryAws, unit: Unit) -> None:
    arns = [f"arn:aws:sagemaker:me-south-1:123456789012:notebook-instance/{n}" for n in "ab"]
    listed = [{"NotebookInstanceName": arn[-1], "NotebookInstanceArn": arn} for arn in arns]
    tags: list[dict[str, object]] = [{"ResourceARN": arns[0], "Tags": "DEEP"}, {"ResourceARN": arns[1], "Tags": []}]
    aws.scripts["ListNotebookInstances"] = lambda _: answered({"NotebookInstances": listed})
    aws.scripts["GetResources"] = lambda _: answered({"ResourceTagMappingList": tags})

    found = listing(unit, "aws_sagemaker_notebook_instance")

    assert [r.id for r in found.resources] == ["b"]
    assert [f.reason.split(" nest ")[0] for f in found.failures] == ["dev/me-south-1: a"]


@pytest.mark.parametrize("odd", [{"Events": [5]}, {"Events": 5}, {"Events": [{"EventTime": "noon"}]}, [1], "x", 5])
def test_an_answer_of_another_shape_is_an_error_of_its_call(aws: QueryAws, unit: Unit, odd: object) -> None:
    aws.scripts["LookupEvents"] = lambda _: answered(odd)
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
