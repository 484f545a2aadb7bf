"""What an account may not do is named with the statement of the policy; IAM is an emulated one that enforces it."""

import json
from dataclasses import replace
from importlib.resources import files

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from remediator.config import AccountConfig
from remediator.model.checks import Verdict
from remediator.observe import permissions
from remediator.observe.calls import CallCounter
from remediator.observe.permissions import Asked, check_account
from remediator.observe.sessions import Clients

POLICY = json.loads(files("remediator.observe.data").joinpath("iam-policy.json").read_text("utf-8"))
ACCOUNT = AccountConfig(name="dev", regions=("us-east-1", "eu-west-1"), state_buckets=("acme-tfstate",))
SET_UP_CALLS = 4
NOT_EMULATED = ("batch:", "elasticfilesystem:", "eks:", "ecs:", "sagemaker:", "fsx:", "ec2:DescribeCapacity",
                "ssm:", "elasticache:DescribeEvents")  # fmt: skip
"""What the emulator refuses or does not have."""


def asked(monkeypatch: pytest.MonkeyPatch, without: frozenset[str], wanted: Asked) -> dict[str, tuple[str, str]]:
    emulated = [
        statement.model_copy(update={"Action": tuple(a for a in statement.Action if not a.startswith(NOT_EMULATED))})
        for statement in permissions._policy().Statement
    ]
    monkeypatch.setattr(permissions, "_policy", lambda: permissions._Policy(Statement=tuple(emulated)))
    region = {"region_name": "us-east-1"}
    iam, s3 = boto3.client("iam", **region), boto3.client("s3", **region)
    iam.create_user(UserName="remediator")
    text = json.loads(json.dumps(POLICY).replace("STATE_BUCKET", "acme-tfstate"))
    for statement in text["Statement"]:
        kept = [a for a in statement["Action"] if a not in without]
        statement["Action"] = [a.replace("cloudwatch:", "monitoring:").replace("tag:", "tagging:") for a in kept]
    text["Statement"] = [statement for statement in text["Statement"] if statement["Action"]]
    iam.put_user_policy(UserName="remediator", PolicyName="own", PolicyDocument=json.dumps(text))
    key = iam.create_access_key(UserName="remediator")["AccessKey"]
    s3.create_bucket(Bucket="acme-tfstate")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    return {check.what: (check.verdict.value, check.said) for check in check_account(ACCOUNT, wanted)}


WANTED = Asked(("Inventory", "Buckets", "Metrics", "LaunchRecords"), ("acme-tfstate",))


@mock_aws
@set_initial_no_auth_action_count(SET_UP_CALLS)
def test_the_shipped_policy_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(monkeypatch, frozenset(), replace(WANTED, statements=WANTED.statements[:3]))
    assert found.pop("identity")[1].endswith(":user/remediator")
    assert {what: said for what, said in found.items() if said[0] != Verdict.OK} == {}
    assert found["policy statement Metrics"] == ("ok", "all 2 actions are allowed")


DENIED = {"ec2:DescribeVolumes", "s3:ListAllMyBuckets", "elasticloadbalancing:DescribeLoadBalancers",
          "logs:DescribeLogGroups", "rds:DescribeDBInstances", "tag:GetResources"}  # fmt: skip


@mock_aws
@set_initial_no_auth_action_count(SET_UP_CALLS)
def test_what_is_denied_is_named_with_its_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(monkeypatch, frozenset(DENIED | {"cloudtrail:LookupEvents"}), WANTED)

    assert set(found["policy statement Inventory"][1].removeprefix("denied: ").split(", ")) == DENIED
    assert found["policy statement LaunchRecords"] == ("failed", "denied: cloudtrail:LookupEvents")


def test_credentials_that_are_not_there_are_one_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")

    [check] = check_account(ACCOUNT, WANTED)
    assert (check.what, check.verdict) == ("identity", Verdict.FAILED)
    assert "set a profile or a role_arn" in check.said


@pytest.mark.parametrize(
    ("code", "told"),
    [("ValidationException", None), ("UnrecognizedClientException", "not valid here"), ("ThrottlingException", "throttled")],
)
def test_what_is_refused_before_it_is_looked_at_is_not_known_to_be_allowed(
    monkeypatch: pytest.MonkeyPatch, code: str, told: str | None
) -> None:
    def refuse(*_: object) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "scripted"}}, "ListRecommendations")

    monkeypatch.setattr(permissions, "_send", refuse)
    clients = Clients(boto3.session.Session(), "us-gov-west-1", None, CallCounter())

    tried = permissions._try(clients, "cost-optimization-hub:ListRecommendations")

    assert (tried.denied, tried.problem is None) == (False, told is None)
    assert told is None or told in (tried.problem or "")
