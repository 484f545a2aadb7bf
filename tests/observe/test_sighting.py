from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from remediator.model import Window
from remediator.observe.sighting import Sighting

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def launch(cloud, instance_type: str = "m5.large", count: int = 1) -> list[str]:
    """Instances that were launched twenty days ago."""
    from moto.ec2.models import ec2_backends

    answer = cloud.client("ec2").run_instances(
        ImageId="ami-12c6146b", InstanceType=instance_type, MinCount=count, MaxCount=count
    )
    ids = [i["InstanceId"] for i in answer["Instances"]]
    for id_ in ids:
        instance = ec2_backends["123456789012"]["us-east-1"].get_instance(id_)
        instance.launch_time = (NOW - timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return ids


def calls(sighting: Sighting) -> dict[str, int]:
    return {count.operation: count.calls for count in sighting.calls}


def test_instances_volumes_and_groups_are_listed_with_terraform_names(cloud) -> None:
    ec2 = cloud.client("ec2")
    (id_,) = launch(cloud)
    ec2.create_tags(Resources=[id_], Tags=[{"Key": "team", "Value": "ranking"}])
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=200, VolumeType="gp2")["VolumeId"]

    seen = {r.id: r for r in cloud.observe().resources}

    assert seen[id_].kind == "aws_instance"
    assert seen[id_].spec["instance_type"] == "m5.large"
    assert seen[id_].spec["instance_state"] == "running"
    assert seen[id_].tags["team"] == "ranking"
    assert seen[volume].spec["type"] == "gp2"
    assert seen[volume].spec["size"] == 200
    assert seen[volume].spec["state"] == "available"
    assert seen[volume].spec.texts("attached_to") == ()


def test_usage_is_summarised_over_both_windows(cloud) -> None:
    (id_,) = launch(cloud)
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [50.0] * 100 + [2.0] * 30)

    usage = dict(cloud.observe().usages)[f"aws_instance/{id_}"]
    day, fortnight = usage.metric("cpu", Window.RECENT), usage.metric("cpu", Window.LOOKBACK)

    assert day is not None
    assert (day.points, day.expected, day.maximum) == (24, 24, 2.0)
    assert day.quiet_since == NOW - timedelta(hours=30)
    assert fortnight is not None
    assert (fortnight.points, fortnight.expected, fortnight.maximum) == (130, 336, 50.0)
    assert fortnight.p50 == 50.0
    assert usage.metric("gpu") is None


def test_the_gpus_of_an_instance_are_one_metric_and_memory_is_a_share(cloud) -> None:
    (id_,) = launch(cloud, "g5g.16xlarge")
    for index, (use, held) in enumerate([(0.0, 100.0), (7.0, 11444.0)]):
        dimensions = {"InstanceId": id_, "index": str(index), "name": "T4g", "arch": "Turing", "host": "trainer"}
        cloud.put("CWAgent", "nvidia_smi_utilization_gpu", dimensions, [use] * 24)
        cloud.put("CWAgent", "nvidia_smi_memory_used", dimensions, [held] * 24)
        cloud.put("CWAgent", "nvidia_smi_memory_total", dimensions, [22888.0] * 24)

    usage = dict(cloud.observe().usages)[f"aws_instance/{id_}"]
    gpu, memory = usage.metric("gpu", Window.RECENT), usage.metric("gpu_memory", Window.RECENT)

    assert gpu is not None
    assert memory is not None
    assert gpu.maximum == 7.0
    assert gpu.quiet_since is None
    assert memory.maximum == pytest.approx(50.0)


def test_a_gpu_whose_series_stopped_leaves_the_rest_unmeasured(cloud) -> None:
    (id_,) = launch(cloud, "g5g.16xlarge")
    for index, (use, end) in enumerate([(0.0, NOW), (99.0, NOW - timedelta(hours=12))]):
        dimensions = {"InstanceId": id_, "index": str(index), "name": "T4g", "arch": "Turing", "host": "trainer"}
        cloud.put("CWAgent", "nvidia_smi_utilization_gpu", dimensions, [use] * 24, end)

    gpu = dict(cloud.observe().usages)[f"aws_instance/{id_}"].metric("gpu", Window.RECENT)

    assert gpu is not None
    assert (gpu.points, gpu.expected, gpu.maximum) == (12, 24, 99.0)


def test_counters_become_rates(cloud) -> None:
    (id_,) = launch(cloud)
    cloud.put("AWS/EC2", "EBSReadOps", {"InstanceId": id_}, [3600.0] * 3)
    cloud.put("AWS/EC2", "EBSWriteOps", {"InstanceId": id_}, [7200.0] * 3)

    ops = dict(cloud.observe().usages)[f"aws_instance/{id_}"].metric("ebs_ops", Window.RECENT)

    assert ops is not None
    assert (ops.maximum, ops.unit) == (3.0, "ops/s")


def test_a_second_run_in_the_same_period_asks_for_no_metric(cloud) -> None:
    (id_,) = launch(cloud)
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [2.0] * 30)

    first, second = cloud.observe(), cloud.observe()

    assert calls(first)["GetMetricData"] == 1
    assert "GetMetricData" not in calls(second)
    assert first.usages == second.usages


def test_a_series_is_asked_for_once_however_often_it_is_listed(cloud) -> None:
    def cost_with(points: int) -> Decimal:
        dimensions = {"InstanceId": id_, "index": "0", "name": "T4", "arch": "Turing", "host": "trainer"}
        cloud.put("CWAgent", "nvidia_smi_utilization_gpu", dimensions, [40.0] * points)
        sighting = cloud.observe(state_dir=cloud.state_dir / str(points))
        return next(count.cost for count in sighting.calls if count.operation == "GetMetricData")

    (id_,) = launch(cloud, "g4dn.xlarge")

    assert cost_with(1) == cost_with(50)  # the emulator lists a metric once a point


def test_a_later_run_fetches_only_new_points_and_moves_the_window(cloud) -> None:
    (id_,) = launch(cloud)
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [2.0] * 336)
    cloud.observe()
    cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": id_}, [90.0], NOW + timedelta(hours=1))

    cpu = dict(cloud.observe(NOW + timedelta(hours=1)).usages)[f"aws_instance/{id_}"].metric("cpu")

    assert cpu is not None
    assert (cpu.points, cpu.expected, cpu.maximum) == (336, 336, 90.0)
    assert cpu.quiet_since is None


def test_no_call_a_resource(cloud) -> None:
    launch(cloud)
    one = calls(cloud.observe())
    launch(cloud, count=20)

    many = calls(cloud.observe(NOW + timedelta(hours=1)))

    assert one.keys() - many.keys() == {"DescribeInstanceTypeOfferings"}  # which is kept for a week
    assert many.keys() <= one.keys()
    assert sum(many.values()) <= sum(one.values()) + 1


def test_a_stopped_instance_is_stopped_and_not_unknown(cloud) -> None:
    (id_,) = launch(cloud)
    cloud.client("ec2").stop_instances(InstanceIds=[id_])

    sighting = cloud.observe()

    assert sighting.resources[0].spec["instance_state"] == "stopped"
    assert f"aws_instance/{id_}" not in dict(sighting.usages)


def test_kinds_that_are_listed_alike_are_listed_once(cloud) -> None:
    learning, role = cloud.client("sagemaker"), "arn:aws:iam::123456789012:role/x"
    learning.create_model(ModelName="m", PrimaryContainer={"Image": "x"}, ExecutionRoleArn=role)
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    learning.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    learning.create_endpoint(EndpointName="e", EndpointConfigName="c")

    seen = cloud.observe()

    kinds = {"aws_sagemaker_endpoint", "aws_sagemaker_endpoint_configuration"}
    assert {resource.kind for resource in seen.resources} >= kinds and seen.listed >= kinds
    asked = {call.operation: call.calls for call in seen.calls if call.service == "sagemaker"}
    assert (asked["ListEndpoints"], asked["DescribeEndpoint"], asked["DescribeEndpointConfig"]) == (1, 1, 1)
