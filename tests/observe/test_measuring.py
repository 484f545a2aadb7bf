"""From resources to their use: what stands in for what, and what stays unknown."""

from datetime import timedelta

import pytest

from remediator.observe import portions as portioning
from remediator.observe.measuring import Measured
from remediator.observe.portions import portions
from tests.observe.written_metrics import NOW, Metrics, resource

NITRO = ("EBSReadBytes", "EBSWriteBytes", "EBSReadOps", "EBSWriteOps")


def test_volumes_stand_in_for_an_instance_that_reports_no_ebs(metrics: Metrics, measured) -> None:
    volumes = [resource(id_, "aws_ebs_volume", attached_to=("i-1",)) for id_ in ("vol-1", "vol-2")]
    for id_ in ("vol-1", "vol-2"):
        metrics.put("VolumeReadBytes", [3600.0] * 48, VolumeId=id_)
        metrics.put("VolumeWriteBytes", [7200.0] * 48, VolumeId=id_)

    found = measured(resource("i-1", volume_ids=("vol-1", "vol-2")), *volumes)
    ebs = found.usages["aws_instance/i-1"].metric("ebs_bytes")

    assert ebs is not None
    assert (ebs.maximum, ebs.points, ebs.expected) == (6.0, 48, 48)
    assert "AWS/EBS: VolumeReadBytes, VolumeWriteBytes" in ebs.source
    assert found.usages["aws_ebs_volume/vol-1"].metric("volume_bytes").maximum == 3.0
    assert found.usages["aws_instance/i-1"].metric("ebs_ops") is None


def test_one_volume_without_series_leaves_the_sum_unknown(metrics: Metrics, measured) -> None:
    for name in ("VolumeReadOps", "VolumeWriteOps"):
        metrics.put(name, [3600.0] * 48, VolumeId="vol-1")
    volumes = [resource(id_, "aws_ebs_volume", attached_to=("i-1",)) for id_ in ("vol-1", "vol-2")]

    found = measured(resource("i-1", volume_ids=("vol-1", "vol-2")), *volumes)

    assert found.usages["aws_ebs_volume/vol-1"].metric("volume_ops") is not None
    assert found.usages["aws_instance/i-1"].metric("ebs_ops") is None


def test_what_an_instance_reports_itself_is_not_replaced(metrics: Metrics, measured) -> None:
    for name in NITRO:
        metrics.put(name, [3600.0] * 48, InstanceId="i-1")
    for name in ("VolumeReadOps", "VolumeWriteOps"):
        metrics.put(name, [360_000.0] * 48, VolumeId="vol-1")

    found = measured(resource("i-1", volume_ids=("vol-1",)), resource("vol-1", "aws_ebs_volume", attached_to=("i-1",)))

    assert found.usages["aws_instance/i-1"].metric("ebs_ops").maximum == 2.0


@pytest.mark.parametrize("missing", ["NetworkIn", "NetworkOut"])
def test_a_direction_that_is_not_measured_is_not_zero(missing: str, metrics: Metrics, measured) -> None:
    for name in {"NetworkIn", "NetworkOut"} - {missing}:
        metrics.put(name, [1.0] * 48, InstanceId="i-1")

    assert measured(resource("i-1")).usages["aws_instance/i-1"].metric("network") is None


def test_what_a_cache_did_before_its_size_changed_says_nothing_of_the_new_one(metrics: Metrics, measured) -> None:
    nodes = [
        resource(f"web-00{n}", "aws_elasticache_cluster", member_of="web", engine="redis", node_type="cache.m5.large")
        for n in (1, 2)
    ]
    # of a node twice as large it took a quarter
    for node in nodes:
        metrics.put("CPUUtilization", [95.0] * 12 + [10.0] * 12 + [20.0] * 24, CacheClusterId=node.id)
    changed = NOW.replace(minute=0) - timedelta(hours=24)
    resized = {
        "aws_elasticache_cluster/web-001": changed,
        "aws_elasticache_cluster/web-002": changed - timedelta(hours=1),
    }

    found = measured(*nodes, resized=resized).usages
    alone, group = (found[key] for key in ("aws_elasticache_cluster/web-001", "aws_elasticache_replication_group/web"))

    assert (alone.metric("cpu").maximum, alone.metric("cpu").hours, alone.running_since) == (20.0, 24.0, changed)
    # an hour more is of the node that changed first, and not of the other as it was
    assert (group.metric("cpu").maximum, group.metric("cpu").minimum, group.metric("cpu").hours) == (20.0, 10.0, 25.0)
    assert measured(*nodes).usages["aws_elasticache_cluster/web-001"].metric("cpu").maximum == 95.0


def test_denied_metrics_are_a_sentence_and_what_was_read_stands(
    metrics: Metrics, measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics.denied = True

    found = measured(resource("i-1"))

    assert found.usages == {}
    assert found.problems == [
        "dev/us-east-1: access to cloudwatch:GetMetricData is denied; grant the role the policy in "
        "remediator/observe/data/iam-policy.json, which allows just what is needed"
    ]


def test_nothing_that_runs_asks_for_nothing(metrics: Metrics, measured) -> None:
    metrics.denied = True

    assert measured(resource("i-1", instance_state="stopped")) == Measured()


@pytest.mark.parametrize(("type_", "least"), [("t3.large", 12.0), ("m5.large", None)])
def test_credits_are_asked_of_burstable_types_alone(
    metrics: Metrics, measured, type_: str, least: float | None
) -> None:
    metrics.put("CPUCreditBalance", [576.0] * 47 + [12.0], InstanceId="i-1")

    found = measured(resource("i-1", instance_type=type_)).usages["aws_instance/i-1"].metric("cpu_credits")

    assert (found and found.minimum) == least


def test_services_are_measured_by_the_names_in_their_arns(metrics: Metrics, measured) -> None:
    cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/ml"
    service = resource("s", "aws_ecs_service", name="web", cluster=cluster)
    batch = resource("jobs", "aws_batch_compute_environment", ecs_cluster_arn=cluster)
    metrics.put("CPUUtilization", [0.2] * 48, ClusterName="ml", ServiceName="web")
    metrics.put("CPUReservation", [80.0] * 48, ClusterName="ml")

    found = measured(service, batch).usages

    assert found["aws_ecs_service/s"].metric("cpu").maximum == pytest.approx(0.2)
    assert found["aws_batch_compute_environment/jobs"].metric("reserved_cpu").maximum == 80.0


def test_a_member_of_aurora_uses_its_network_for_its_clients_and_for_its_volume(metrics: Metrics, measured) -> None:
    cluster = resource("orders", "aws_rds_cluster", engine="aurora-postgresql")
    member = resource("orders-1", "aws_rds_cluster_instance", instance_class="db.r6g.large")
    metrics.put("VolumeBytesUsed", [4e9] * 48, DBClusterIdentifier="orders")
    metrics.put("NetworkThroughput", [1e6] * 48, DBInstanceIdentifier="orders-1")
    metrics.put("StorageNetworkThroughput", [2e6] * 48, DBInstanceIdentifier="orders-1")
    metrics.put("FreeLocalStorage", [30e9, 20e9, *[31e9] * 46], DBInstanceIdentifier="orders-1")

    found = measured(cluster, member).usages
    one = found["aws_rds_cluster_instance/orders-1"]

    assert one.metric("network").maximum == pytest.approx(3e6)
    assert one.metric("free_local_storage").minimum == pytest.approx(20e9)
    assert found["aws_rds_cluster/orders"].metric("data_bytes").maximum == pytest.approx(4e9)


def test_a_bucket_has_what_it_holds_by_storage_class(metrics: Metrics, measured) -> None:
    metrics.put("BucketSizeBytes", [5e12], BucketName="b", StorageType="StandardStorage")
    metrics.put("NumberOfObjects", [40.0], BucketName="b", StorageType="AllStorageTypes")

    found = measured(resource("b", "aws_s3_bucket")).usages["aws_s3_bucket/b"]

    assert found.metric("standard_bytes").maximum == pytest.approx(5e12)
    assert found.metric("objects").maximum == 40.0


def test_an_endpoint_tells_of_its_memory_its_disk_and_its_gpus_memory(metrics: Metrics, measured) -> None:
    endpoint = resource("rank", "aws_sagemaker_endpoint", name="rank", variant_names=("v1",))
    named = {"MemoryUtilization": 30.0, "GPUMemoryUtilization": 180.0, "DiskUtilization": 12.0}
    for name, value in named.items():
        metrics.put(name, [value] * 48, EndpointName="rank", VariantName="v1")

    usage = measured(endpoint).usages["aws_sagemaker_endpoint/rank"]

    assert [usage.metric(name).maximum for name in ("memory", "gpu_memory", "disk")] == [30.0, 180.0, 12.0]


def test_portions_are_bounded_and_change_nothing(metrics: Metrics, measured, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [resource(f"i-{n}", member_of="web", volume_ids=(f"vol-{n}",)) for n in range(20)]
    volumes = [resource(f"vol-{n}", "aws_ebs_volume", attached_to=(f"i-{n}",)) for n in range(20)]
    for n in range(20):
        metrics.put("CPUUtilization", [float(n)] * 48, InstanceId=f"i-{n}")
        for name in ("VolumeReadOps", "VolumeWriteOps"):
            metrics.put(name, [3600.0 * n] * 48, VolumeId=f"vol-{n}")
    whole = measured(*members, *volumes)
    monkeypatch.setattr(portioning, "HELD_POINTS", 48 * 25)

    some = list(portions([*members, *volumes], {}, 48))

    assert len(some) == 10
    assert all(sum(len(own) for _, own in portion) <= 25 for portion in some)
    assert measured(*members, *volumes).usages == whole.usages
    assert whole.usages["aws_autoscaling_group/web"].metric("cpu").maximum == 19.0
    assert whole.usages["aws_instance/i-3"].metric("ebs_ops").maximum == 6.0
