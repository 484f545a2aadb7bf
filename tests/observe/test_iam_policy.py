"""The shipped policy, enforced by an emulated IAM: it is enough, and without any one of its actions it is not."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import Attributes, Resource
from remediator.observe.launches import read_launches
from remediator.observe.sighting import Unit, observe
from remediator.observe.states.s3 import from_s3, list_keys

POLICY = json.loads(files("remediator.observe.data").joinpath("iam-policy.json").read_text("utf-8"))
UNEMULATED = {"pricing:GetProducts"}
"""Of a service that the emulator has not; tests/observe/pricing has it refused."""
ACTIONS = sorted({action for statement in POLICY["Statement"] for action in statement["Action"]} - UNEMULATED)
SET_UP_CALLS = 6


def without(action: str | None) -> str:
    text = json.dumps(POLICY).replace("STATE_BUCKET", "acme-tfstate")
    document = json.loads(text)
    for statement in document["Statement"]:
        kept = [a for a in statement["Action"] if a != action]
        # moto names CloudWatch's actions by the signing name of the service, AWS by `cloudwatch`
        statement["Action"] = [a.replace("cloudwatch:", "monitoring:") for a in kept]
    document["Statement"] = [s for s in document["Statement"] if s["Action"]]
    return json.dumps(document)


def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str | None) -> list[str]:
    """Observe and read a state as a user whose only policy is the shipped one less an action; what went wrong."""
    region = {"region_name": "us-east-1"}
    iam, s3, ec2 = boto3.client("iam", **region), boto3.client("s3", **region), boto3.client("ec2", **region)
    iam.create_user(UserName="remediator")
    iam.put_user_policy(UserName="remediator", PolicyName="shipped", PolicyDocument=without(action))
    key = iam.create_access_key(UserName="remediator")["AccessKey"]
    s3.create_bucket(Bucket="acme-tfstate")
    s3.put_object(Bucket="acme-tfstate", Key="dev/terraform.tfstate", Body=b"{}")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    account = AccountConfig(name="dev", regions=("us-east-1",))
    run = RunConfig.model_validate({"state_dir": tmp_path, "metric_period": 86400})
    found = [failure.reason for failure in observe(Unit(account, "us-east-1"), run, datetime.now(UTC)).failures]
    launched = Resource("aws", "dev", "us-east-1", "aws_instance", made, None, Attributes(), Attributes(), None)
    try:
        read_launches(account, "us-east-1", [launched], tmp_path, datetime.now(UTC))
    except RemediatorError as error:
        found.append(str(error))
    try:
        list_keys(account, "acme-tfstate")
    except RemediatorError as error:
        found.append(str(error))
    try:
        with from_s3("s3://acme-tfstate/dev/terraform.tfstate", account, "default", "env:") as stream:
            assert b"".join(stream.chunks) == b"{}"
    except RemediatorError as error:
        found.append(str(error))
    return found


@mock_aws
@set_initial_no_auth_action_count(SET_UP_CALLS)
def test_the_shipped_policy_is_enough(empty_trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(tmp_path, monkeypatch, None) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_no_action_of_the_shipped_policy_is_superfluous(
    action: str, empty_trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws():
        answer = set_initial_no_auth_action_count(SET_UP_CALLS)(problems)(tmp_path, monkeypatch, action)

    assert len(answer) == 1
    assert f"access to {action} is denied" in answer[0]
    assert "iam-policy.json" in answer[0]
