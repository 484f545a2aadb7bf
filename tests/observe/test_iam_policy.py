"""The shipped policy, enforced by an emulated IAM: it is enough, and without any one of its actions it is not."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count
from moto.ssm.responses import SimpleSystemManagerResponse

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import Attributes, Resource
from remediator.observe.failures import IAM_NAMES, IAM_SERVICES
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.launches import read_launches
from remediator.observe.opinions.questions import QUESTIONS
from remediator.observe.sighting import Unit, observe
from remediator.observe.states.s3 import from_s3, list_keys

POLICY = json.loads(files("remediator.observe.data").joinpath("iam-policy.json").read_text("utf-8"))
ROLE = "arn:aws:iam::123456789012:role/x"
ACTIONS = sorted(action for statement in POLICY["Statement"] for action in statement["Action"])
UNHEARD = {
    "batch:DescribeComputeEnvironments",
    "elasticfilesystem:DescribeFileSystems",
    "ec2:DescribeCapacityReservations",
    "pricing:GetProducts",
    "ecs:DescribeServices",
    "ecs:ListServices",
    "sagemaker:DescribeApp",
    "sagemaker:DescribeCluster",
    "sagemaker:DescribeTrainingJob",
    "sagemaker:ListApps",
    "eks:DescribeCluster",
    "eks:ListClusters",
    "eks:ListNodegroups",
    "eks:DescribeNodegroup",
    "elasticache:DescribeEvents",
    "rds:DescribeEvents",
}
UNHEARD_SERVICES = ("batch", "efs", "eks")
"""What the emulator does not have (tests/observe/pricing has prices refused), or refuses anyway."""
SET_UP_CALLS = 10


@pytest.fixture(autouse=True)
def sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Session Manager's list of sessions, which moto lacks; it asks IAM all the same."""
    listed = json.dumps({"Sessions": []})
    monkeypatch.setattr(SimpleSystemManagerResponse, "describe_sessions", lambda self: listed, raising=False)


def without(actions: frozenset[str]) -> str:
    text = json.dumps(POLICY).replace("STATE_BUCKET", "acme-tfstate")
    document = json.loads(text)
    for statement in document["Statement"]:
        kept = [a for a in statement["Action"] if a not in actions]
        # moto names actions by the signing name of the service, AWS by `cloudwatch` and `tag`
        statement["Action"] = [a.replace("cloudwatch:", "monitoring:").replace("tag:", "tagging:") for a in kept]
    document["Statement"] = [s for s in document["Statement"] if s["Action"]]
    return json.dumps(document)


def services() -> None:
    """What is described one by one, and what has its tags elsewhere: four calls."""
    region = {"region_name": "us-east-1"}
    learning = boto3.client("sagemaker", **region)
    learning.create_model(ModelName="m", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    learning.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    learning.create_endpoint(EndpointName="e", EndpointConfigName="c")
    boto3.client("logs", **region).create_log_group(logGroupName="g")


def problems(
    kinds: tuple[Kind, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, actions: frozenset[str]
) -> list[str]:
    """Observe and read a state as a user whose only policy is the shipped one less an action; what went wrong."""
    region = {"region_name": "us-east-1"}
    iam, s3, ec2 = boto3.client("iam", **region), boto3.client("s3", **region), boto3.client("ec2", **region)
    iam.create_user(UserName="remediator")
    iam.put_user_policy(UserName="remediator", PolicyName="shipped", PolicyDocument=without(actions))
    key = iam.create_access_key(UserName="remediator")["AccessKey"]
    s3.create_bucket(Bucket="acme-tfstate")
    s3.put_object(Bucket="acme-tfstate", Key="dev/terraform.tfstate", Body=b"{}")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    services()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    kinds = tuple(kind for kind in kinds if kind.service not in UNHEARD_SERVICES)
    account = AccountConfig(name="dev", regions=("us-east-1",))
    run = RunConfig.model_validate({"state_dir": tmp_path, "metric_period": 86400, "second_opinion": False})
    seen = observe(Unit(account, "us-east-1"), run, datetime.now(UTC), kinds)
    found = [*(failure.reason for failure in seen.failures), *seen.notes]
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
def test_the_shipped_policy_is_enough(emulated, empty_trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(emulated, tmp_path, monkeypatch, frozenset()) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_operation_that_lists_a_kind_is_allowed(kind: Kind) -> None:
    names = boto3.client(kind.service, region_name="us-east-1").meta.method_to_api_mapping
    operations = [names[step.operation] for step in kind.steps]
    service = IAM_SERVICES.get(kind.service, kind.service)

    assert {f"{service}:{IAM_NAMES.get(operation, operation)}" for operation in operations} <= set(ACTIONS)


def test_every_question_to_an_adviser_is_allowed() -> None:
    names = boto3.client("compute-optimizer", region_name="us-east-1").meta.method_to_api_mapping

    assert {f"compute-optimizer:{names[question.operation]}" for question in QUESTIONS} == {
        action for action in ACTIONS if action.startswith("compute-optimizer:")
    }
    assert "cost-optimization-hub:ListRecommendations" in ACTIONS


DEEPER = {
    "sagemaker:DescribeEndpoint",
    "sagemaker:DescribeEndpointConfig",
    "tag:GetResources",
    "ec2:DescribeInstances",
    "ec2:DescribeInstanceTypeOfferings",
    "ssm:DescribeSessions",
}
"""What is asked for only once something else was answered."""
LISTING = {a for a in POLICY["Statement"][0]["Action"] if a not in UNHEARD | DEEPER}
UNHEARD |= {a for a in ACTIONS if a.startswith(("compute-optimizer:", "cost-optimization-hub:", "organizations:"))}
OTHERS = {a for statement in POLICY["Statement"][1:] for a in statement["Action"] if a not in UNHEARD}


@pytest.mark.parametrize(
    "actions",
    [LISTING, *({a} for a in sorted(DEEPER | OTHERS))],
    ids=lambda actions: "+".join(sorted(actions))[:60],
)
def test_no_action_of_the_shipped_policy_is_superfluous(
    actions: set[str], emulated, empty_trail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_aws():
        asked = set_initial_no_auth_action_count(SET_UP_CALLS)(problems)
        answer = asked(emulated, tmp_path, monkeypatch, frozenset(actions))

    assert {action for action in ACTIONS for said in answer if f"access to {action} is denied" in said} == actions
    assert all("iam-policy.json" in said for said in answer)
