import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.observe.trail import parse_event

SSO = "AWSReservedSSO_DataScientist_0123456789abcdef"


def event(identity: dict[str, object], **more: object) -> str:
    base = {"eventName": "RunInstances", "eventTime": "2026-11-01T08:30:00Z", "userIdentity": identity}
    return json.dumps(base | more)


def role(name: str, session: str) -> dict[str, object]:
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::123456789012:assumed-role/{name}/{session}",
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": name}},
    }


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        ({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/emil", "userName": "emil"}, "emil"),
        (role(SSO, "emil"), "emil"),
        (role("Notebooks", "emil@acme.io"), "emil@acme.io"),
        (role("Notebooks", "botocore-session-1730449800"), None),
        (role("Karpenter", "1730449800-karpenter"), None),
        ({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}, None),
        ({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}, None),
    ],
)
def test_a_person_is_named_where_the_principal_is_one(identity: dict[str, object], person: str | None) -> None:
    call = parse_event(event(identity))

    assert call is not None
    record = call.record
    assert record.person == person
    assert record.principal
    assert record.at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agent", "tool"),
    [
        ("APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) aws-sdk-go-v2/1.36.3", "Terraform"),
        ("aws-cli/2.31.0 md/awscrt#0.27.6", "the AWS CLI"),
        ("console.amazonaws.com", "the console"),
        ("Boto3/1.40.1 md/Botocore#1.40.1", "boto3"),
        ("aws-sdk-go-v2/1.36.3 os/linux", "an AWS SDK"),
        ("karpenter.sh-1.6.0 aws-sdk-go-v2/1.36.3", "Karpenter"),
        ("aws-sdk-go-v2/1.36.3 exec-env/aws-ebs-csi-driver-v1.35.0", "the EBS CSI driver"),
        (None, None),
    ],
)
def test_the_program_is_read_from_the_user_agent(agent: str | None, tool: str | None) -> None:
    call = parse_event(event(role("Ops", "x"), userAgent=agent))

    assert call is not None
    assert call.record.tool == tool


def test_the_ids_and_names_of_a_call_are_at_any_depth() -> None:
    answer = {"allocation": {"ids": ["eipalloc-1", 7, None]}, "domain": "vpc"}

    call = parse_event(event(role("Ops", "x"), requestParameters={"name": "n"}, responseElements=answer))

    assert call is not None
    assert call.texts == {"n", "eipalloc-1", "vpc"}


def test_a_call_that_failed_made_nothing() -> None:
    assert parse_event(event(role("Ops", "x"), errorCode="Client.UnauthorizedOperation")) is None


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_no_text_is_an_accident(found: object) -> None:
    parse_event(json.dumps(found))
    parse_event(event({"type": "IAMUser"}, userIdentity=found))


def test_a_role_that_only_a_service_assumes_is_that_service() -> None:
    call = parse_event(event(role("AWSServiceRoleForAutoScaling", "AutoScaling")))

    assert call is not None
    assert call.record.service == "AWSServiceRoleForAutoScaling"


def test_the_tags_of_a_request_name_nothing_that_was_made() -> None:
    tagged = {"tags": {"team": "training"}, "tagSpecificationSet": [{"value": "training"}], "name": "ml"}
    call = parse_event(event(role("Ops", "x"), requestParameters=tagged))

    assert call is not None
    assert call.texts == {"ml"}
