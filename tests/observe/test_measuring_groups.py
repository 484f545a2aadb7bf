"""What members do makes what their group does, beside what is measured of the group itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.model import Resource, Window
from remediator.observe import queries
from tests.observe.written_metrics import NOW, Metrics, resource


def test_members_make_their_group_and_one_unseen_member_unmakes_it(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [1.0] * 48, InstanceId="i-1")
    metrics.put("CPUUtilization", [1.0] * 47 + [80.0], InstanceId="i-2")
    members = [resource(id_, member_of="web") for id_ in ("i-1", "i-2")]

    cpu = measured(*members).usages["aws_autoscaling_group/web"].metric("cpu", Window.RECENT)

    assert (cpu.maximum, cpu.points, cpu.expected) == (80.0, 24, 24)
    assert (
        measured(*members, resource("i-3", member_of="web")).usages["aws_autoscaling_group/web"].metric("cpu") is None
    )


def test_a_change_of_a_group_is_one_of_its_nodes(metrics: Metrics, measured) -> None:
    node = resource("web-001", "aws_elasticache_cluster", member_of="web", engine="redis", node_type="cache.m5.large")
    metrics.put("CPUUtilization", [95.0] * 24 + [20.0] * 24, CacheClusterId=node.id)
    changed = NOW.replace(minute=0) - timedelta(hours=24)

    found = measured(node, resized={"aws_elasticache_replication_group/web": changed}).usages

    for key in ("aws_elasticache_cluster/web-001", "aws_elasticache_replication_group/web"):
        assert (found[key].metric("cpu").maximum, found[key].metric("cpu").hours) == (20.0, 24.0)


def test_what_a_member_did_before_its_last_start_is_not_the_groups(metrics: Metrics, measured) -> None:
    old, new = resource("i-1", member_of="web"), resource("i-2", member_of="web")
    new = replace(new, created_at=NOW.replace(minute=0) - timedelta(hours=12))
    metrics.put("CPUUtilization", [1.0] * 48, InstanceId="i-1")
    metrics.put("CPUUtilization", [90.0] * 12 + [2.0] * 36, InstanceId="i-2")

    cpu = measured(old, new).usages["aws_autoscaling_group/web"].metric("cpu")

    assert (cpu.maximum, cpu.points) == (2.0, 48)


def test_groups_of_different_kinds_with_one_name_are_measured_apart(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [1.0] * 48, InstanceId="i-1")
    cache = resource("web-001", "aws_elasticache_cluster", member_of="web", engine="redis", node_type="cache.m5.large")
    groups = [resource("web", kind) for kind in ("aws_elasticache_replication_group", "aws_autoscaling_group")]

    usages = measured(resource("i-1", member_of="web"), cache, *groups).usages

    assert usages["aws_autoscaling_group/web"].metric("cpu", Window.RECENT).maximum == 1.0
    assert usages["aws_elasticache_replication_group/web"].metric("cpu") is None


def sizes(metrics: Metrics, group: str, in_service: float, largest: float) -> None:
    metrics.put("GroupInServiceInstances", [in_service] * 47 + [in_service + 1], AutoScalingGroupName=group)
    metrics.put("GroupMaxSize", [largest - 1] + [largest] * 47, AutoScalingGroupName=group)


def test_a_group_has_its_own_metrics_beside_what_its_members_do(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [9.0] * 48, InstanceId="i-1")
    sizes(metrics, "web", 2.0, 40.0)

    found = measured(resource("i-1", member_of="web"), resource("web", "aws_autoscaling_group"))
    usage = found.usages["aws_autoscaling_group/web"]

    assert usage.metric("cpu").maximum == 9.0
    assert (usage.metric("in_service").maximum, usage.metric("allowed_size").minimum) == (3.0, 39.0)
    assert usage.metric("wanted_size") is None
    assert "AWS/AutoScaling: GroupInServiceInstances, highest of" in usage.metric("in_service").source


def test_a_node_group_is_as_large_as_all_its_groups_together(metrics: Metrics, measured) -> None:
    whole = resource("ml:gpu", "aws_eks_node_group", autoscaling_groups=("eks-1", "eks-2"))
    partly = resource("ml:cpu", "aws_eks_node_group", autoscaling_groups=("eks-2", "eks-3"))
    sizes(metrics, "eks-1", 2.0, 40.0)
    sizes(metrics, "eks-2", 3.0, 10.0)

    found = measured(whole, partly).usages
    usage = found["aws_eks_node_group/ml:gpu"]

    assert (usage.metric("in_service").maximum, usage.metric("allowed_size").minimum) == (7.0, 48.0)
    assert found["aws_eks_node_group/ml:cpu"].metric("in_service") is None


def test_what_shares_a_name_is_measured_apart(metrics: Metrics, measured) -> None:
    group = resource("rank", "aws_autoscaling_group")
    endpoint = resource("rank", "aws_sagemaker_endpoint", name="rank", variant_names=("v1",))
    sizes(metrics, "rank", 2.0, 40.0)
    metrics.put("CPUUtilization", [70.0] * 48, EndpointName="rank", VariantName="v1")

    found = measured(group, endpoint).usages

    assert found["aws_autoscaling_group/rank"].metric("in_service").maximum == 3.0
    assert found["aws_sagemaker_endpoint/rank"].metric("cpu").maximum == 70.0
    assert found["aws_autoscaling_group/rank"].metric("cpu") is None


def steady(name: str = "web") -> Resource:
    return resource(name, "aws_autoscaling_group", steady="yes")


def test_members_that_have_ended_are_told_of_by_their_group(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [9.0] * 48, InstanceId="i-2")
    metrics.put("CPUUtilization", [80.0] * 24 + [9.0] * 24, AutoScalingGroupName="web")
    metrics.put("NetworkIn", [3.6e6] * 48, AutoScalingGroupName="web")
    metrics.put("NetworkOut", [7.2e6] * 48, AutoScalingGroupName="web")

    usage = measured(resource("i-2", member_of="web"), steady()).usages["aws_autoscaling_group/web"]

    assert (usage.metric("cpu").maximum, usage.metric("member_cpu").maximum) == (9.0, 80.0)
    assert usage.metric("member_network").maximum == pytest.approx(7.2e6)  # of a point, however long that is
    assert usage.metric("member_points").points == 48


def test_memory_is_told_by_whichever_machines_there_were(metrics: Metrics, measured) -> None:
    gone = [70.0] * 20 + [None] * 28
    metrics.put("mem_used_percent", gone, InstanceId="i-1", AutoScalingGroupName="web", InstanceType="m5.large")
    metrics.put("mem_used_percent", [None] * 21 + [30.0] * 27, InstanceId="i-2", AutoScalingGroupName="web")
    metrics.put("mem_used_percent", [40.0] * 48, InstanceId="i-3", AutoScalingGroupName="web")
    metrics.put("mem_used_percent", [99.0] * 48, InstanceId="i-4", AutoScalingGroupName="other")
    metrics.put("mem_used_percent", [99.0] * 48, AutoScalingGroupName="web")  # of all together, which counts nobody

    usage = measured(resource("i-2", member_of="web"), steady()).usages["aws_autoscaling_group/web"]

    assert (usage.metric("member_memory").maximum, usage.metric("member_memory").minimum) == (70.0, 40.0)
    assert usage.metric("members_with_memory").mean == pytest.approx(95 / 48)
    assert usage.metric("members_with_memory").minimum == 1.0


def test_of_a_group_that_scales_no_machines_are_asked_after_that_have_ended(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [80.0] * 48, AutoScalingGroupName="web")
    metrics.put("mem_used_percent", [80.0] * 48, InstanceId="i-1", AutoScalingGroupName="web")

    usage = measured(resource("web", "aws_autoscaling_group", steady="")).usages["aws_autoscaling_group/web"]

    assert usage.summaries == ()


def test_of_very_many_machines_some_are_missing(metrics: Metrics, measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_MACHINES", 3)
    for number in range(5):
        metrics.put("mem_used_percent", [9.0] * 48, InstanceId=f"i-{number}", AutoScalingGroupName="web")

    usage = measured(steady()).usages["aws_autoscaling_group/web"]

    assert usage.metric("members_with_memory").maximum == 3.0
