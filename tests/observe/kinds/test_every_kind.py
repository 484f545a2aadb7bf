"""Every kind as it is listed: by the emulator where it has the service, else by AWS' own models of the answer."""

import re
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ClientError

from remediator.observe.calls import CallCounter
from remediator.observe.kinds import KINDS
from remediator.observe.sessions import Clients
from remediator.observe.tagging import Tags
from tests.aws_service import Error


def test_tags_are_found_by_arn_or_by_name(scripted_aws) -> None:
    balancers = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer"
    pages = [
        {"ResourceTagMappingList": [{"ResourceARN": f"{balancers}/old", "Tags": [{"Key": "team", "Value": "web"}]}]},
        {"ResourceTagMappingList": [{"ResourceARN": f"{balancers}/app/old/1", "Tags": []}]},
    ]
    scripted_aws.pages("resourcegroupstaggingapi", "GetResources", pages)
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())
    tags = Tags.of(clients, "elasticloadbalancing:loadbalancer")

    assert tags.of_one(None, "old") == {"team": "web"}  # a classic one, whose listing tells no ARN
    assert tags.of_one(f"{balancers}/app/old/1", "x") == {}
    assert tags.of_one(f"{balancers}/app/new/2", "x") == {}
    assert [asked["ResourceTypeFilters"] for asked in scripted_aws.asked("GetResources")] == [
        ["elasticloadbalancing:loadbalancer"]
    ] * 2


def test_what_vanished_after_it_was_listed_is_left_out(scripted_aws, scripted) -> None:
    last = datetime(2026, 11, 1, tzinfo=UTC)
    found = {**app("two"), "AppArn": "arn:aws:sagemaker:us-east-1:123456789012:app/d-1/s/two"}
    scripted_aws.answer("sagemaker", "ListApps", {"Apps": [app("one"), app("two"), app("off", "Deleted")]})
    scripted_aws.answer(
        "sagemaker", "DescribeApp", Error("ResourceNotFound"), {**found, "LastUserActivityTimestamp": last}
    )
    scripted_aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    [seen] = scripted("aws_sagemaker_app")

    assert seen.spec["app_name"] == "two"
    assert seen.spec["last_user_activity"] == "2026-11-01T00:00:00+00:00"

    assert seen.id.endswith("app/d-1/s/two")
    assert len(scripted_aws.asked("DescribeApp")) == 2


def test_a_refusal_of_one_description_is_no_silence(scripted_aws, scripted) -> None:
    scripted_aws.answer("sagemaker", "ListApps", {"Apps": [app("one")]})
    scripted_aws.answer("sagemaker", "DescribeApp", Error("AccessDeniedException"))

    with pytest.raises(ClientError, match="AccessDenied"):
        scripted("aws_sagemaker_app")


def app(name: str, status: str = "InService") -> dict[str, object]:
    return {"DomainId": "d-1", "SpaceName": "s", "AppType": "JupyterLab", "AppName": name, "Status": status}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_path_lies_in_what_the_api_answers(kind) -> None:
    """The first name of each plain path is a member of the last operation's items, by botocore's model."""
    client = boto3.client(kind.service, region_name="us-east-1")
    operation = client.meta.method_to_api_mapping[kind.steps[-1].operation]
    members = _members(client.meta.service_model.operation_model(operation).output_shape)
    paths = [kind.id, kind.arn, kind.tags, kind.created_at, kind.parent, kind.gone, *(path for _, path in kind.spec)]
    plain = [path.split(".")[0] for path in paths if path and re.fullmatch(r"[A-Za-z]+(\.[A-Za-z]+)*", path)]

    assert {name for name in plain if name not in ("Within", "Value")} <= members


def _members(shape) -> set[str]:
    if shape.type_name == "list":
        return _members(shape.member)
    if shape.type_name != "structure":
        return set()
    return set(shape.members) | {name for member in shape.members.values() for name in _near(member)}


def _near(shape) -> set[str]:
    inner = shape.member if shape.type_name == "list" else shape
    if inner.type_name != "structure":
        return set()
    nested = {name for member in inner.members.values() if member.type_name == "list" for name in _names(member.member)}
    return set(inner.members) | nested


def _names(shape) -> set[str]:
    return set(shape.members) if shape.type_name == "structure" else set()
