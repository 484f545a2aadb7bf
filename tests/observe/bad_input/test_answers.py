"""What AWS, the network and the clock may answer to a scan, over HTTP on loopback."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from remediator.config import RunConfig
from remediator.model import Window
from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS
from remediator.observe.listing import Unit, list_unit
from remediator.observe.naming import named
from remediator.observe.sessions import Clients
from remediator.observe.sighting import observe, sight
from tests.aws_service import Error
from tests.observe.bad_input.query_aws import MACHINES, QueryAws, refused, volumes

BY_NAME = {kind.name: kind for kind in KINDS}


def test_an_answer_that_is_cut_short_is_no_empty_account(aws: QueryAws, unit: Unit) -> None:
    aws.scripts["DescribeVolumes"] = lambda _: (200, volumes(0, 5, "")[1][:200])

    found = list_unit(unit, MACHINES)

    assert "aws_ebs_volume" not in found.whole


@pytest.mark.parametrize("said", ["", "<html>sign in to the proxy</html>", '{"clusterArns": ["arn:aws'])
@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("ListClusters", "aws_ecs_service"),
        ("DescribeLogGroups", "aws_cloudwatch_log_group"),
        ("ListTrainingJobs", "aws_sagemaker_training_job"),
        ("", "aws_efs_file_system"),  # which is asked by path alone
    ],
)
def test_what_is_no_json_is_no_empty_account(aws: QueryAws, unit: Unit, action: str, kind: str, said: str) -> None:
    aws.scripts[action] = lambda _: (200, said)

    found = list_unit(unit, (*MACHINES, BY_NAME[kind]))

    assert found.whole == {one.name for one in MACHINES}
    aws.scripts[action] = lambda _: (200, "{}")
    assert kind in list_unit(unit, (*MACHINES, BY_NAME[kind])).whole


def test_pages_that_break_off_are_no_whole_list(aws: QueryAws, unit: Unit) -> None:
    pages = [volumes(0, 3, "more"), refused("InternalError", 500), refused("InternalError", 500)]
    aws.scripts["DescribeVolumes"] = lambda _: pages.pop(0)

    found = list_unit(unit, MACHINES)

    assert "aws_ebs_volume" not in found.whole
    assert [r for r in found.resources if r.kind == "aws_ebs_volume"] == []


def test_what_vanishes_between_its_cluster_and_its_description_is_left_out(scripted_aws) -> None:
    there, gone = (f"arn:aws:ecs:us-east-1:123456789012:cluster/{name}" for name in ("there", "gone"))
    service = "arn:aws:ecs:us-east-1:123456789012:service/there/{}"
    scripted_aws.answer("ecs", "ListClusters", {"clusterArns": [gone, there]})
    scripted_aws.answer(
        "ecs", "ListServices", Error("ClusterNotFoundException"), {"serviceArns": [service.format(n) for n in "ab"]}
    )
    left = {"serviceArn": service.format("a"), "serviceName": "a", "clusterArn": there, "status": "ACTIVE"}
    missing = {"arn": service.format("b"), "reason": "MISSING"}
    scripted_aws.answer("ecs", "DescribeServices", {"services": [left], "failures": [missing]})
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())

    assert [r.spec["name"] for r in list_kind(BY_NAME["aws_ecs_service"], clients, "dev")] == ["a"]


def test_an_endpoint_that_vanishes_before_it_is_described_is_left_out_and_a_wrong_question_is_not(scripted_aws) -> None:
    """SageMaker says both by ValidationException, and only its message tells them apart."""
    at, arn = datetime(2026, 1, 1, tzinfo=UTC), "arn:aws:sagemaker:us-east-1:123456789012:"
    times = {"CreationTime": at, "LastModifiedTime": at, "EndpointStatus": "InService"}
    both = [{"EndpointName": name, "EndpointArn": f"{arn}endpoint/{name}", **times} for name in ("gone", "there")]
    described = {**both[1], "EndpointConfigName": "c"}
    config = {"EndpointConfigName": "c", "EndpointConfigArn": f"{arn}endpoint-config/c", "CreationTime": at}
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    missing = Error("ValidationException", "Could not find endpoint 'gone'.")
    scripted_aws.answer("sagemaker", "ListEndpoints", {"Endpoints": both})
    scripted_aws.answer("sagemaker", "DescribeEndpoint", missing, described)
    scripted_aws.answer("sagemaker", "DescribeEndpointConfig", {**config, "ProductionVariants": [variant]})
    scripted_aws.answer("resourcegroupstaggingapi", "GetResources", {"ResourceTagMappingList": []})
    clients = Clients(boto3.session.Session(), "us-east-1", scripted_aws.url, CallCounter())

    assert [r.id for r in list_kind(BY_NAME["aws_sagemaker_endpoint"], clients, "dev")] == ["there"]
    wrong = Error("ValidationException", "1 validation error detected: Value 'x' at 'endpointName'")
    scripted_aws.answer("sagemaker", "DescribeEndpoint", wrong)
    with pytest.raises(ClientError, match="1 validation error"):
        list(list_kind(BY_NAME["aws_sagemaker_endpoint"], clients, "dev"))


@pytest.mark.parametrize("said", ["{}", "<html>sign in to the proxy</html>", '{"MetricDataResults": [{"Id": "q0"'])
@pytest.mark.parametrize("action", ["GetMetricData", "ListMetrics"])
def test_what_is_no_answer_of_cloudwatch_costs_the_metrics_and_not_the_account(
    aws: QueryAws, unit: Unit, tmp_path: Path, action: str, said: str
) -> None:
    instance = (
        "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>"
        "<instanceType>g5.xlarge</instanceType><instanceState><name>running</name></instanceState></item>"
        "</instancesSet></item></reservationSet></DescribeInstancesResponse>"
    )
    aws.scripts |= {
        "DescribeInstances": lambda _: (200, instance),
        "ListMetrics": lambda _: (200, '{"Metrics": []}'),
        "GetMetricData": lambda _: (200, '{"MetricDataResults": []}'),
        action: lambda _: (200, said),
    }
    run = RunConfig(state_dir=tmp_path)
    listing = list_unit(unit, MACHINES)

    named(listing, run)
    seen = sight(listing, run, datetime.now(UTC))

    assert [r.id for r in seen.resources] == ["i-1"]
    assert [f.unit for f in seen.failures] == ["dev/me-south-1 metrics"]
    assert not any(usage.summaries for _, usage in seen.usages)


def test_a_launch_in_the_future_and_points_from_there_prove_nothing(cloud) -> None:
    """The clock here is behind, or an agent's is ahead."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    ec2 = cloud.client("ec2")
    id_ = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [0.0] * 5, now + timedelta(hours=6))

    usage = dict(
        observe(Unit(cloud.account(), "us-east-1"), cloud.settings(), now - timedelta(days=2), MACHINES).usages
    )[f"aws_instance/{id_}"]

    assert usage.metric("cpu") is None
    assert usage.metric("cpu", Window.RECENT) is None
