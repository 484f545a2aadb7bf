"""From resources to their use: what stands in for what, and what stays unknown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from remediator.model import Attributes, Resource, Value, Window
from remediator.observe import portions as portioning
from remediator.observe.calls import CallCounter
from remediator.observe.measuring import Measured, measure
from remediator.observe.portions import portions
from remediator.observe.series import SeriesFile, grid
from remediator.observe.sessions import Clients

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
HOURS = grid(NOW, 3600, 2)
NITRO = ("EBSReadBytes", "EBSWriteBytes", "EBSReadOps", "EBSWriteOps")


def resource(id_: str, kind: str = "aws_instance", member_of: str | None = None, **spec: Value) -> Resource:
    values = {"instance_state": "running", **spec} if kind == "aws_instance" else spec
    created = NOW - timedelta(days=30)
    return Resource(
        "aws", "dev", "us-east-1", kind, id_, None, Attributes(values), Attributes(), created, member_of=member_of
    )


class Metrics:
    """A CloudWatch whose series are written down here: hourly values, the last one of the last completed hour.

    Where there is None it has no point; it lists no series whose last `unlisted` hours have none.
    """

    def __init__(self) -> None:
        self.series: dict[tuple[str, frozenset[tuple[str, str]]], list[float | None]] = {}
        self.denied = False
        self.refused: set[str] = set()
        self.unlisted = HOURS.count + 1
        self.asked: list[str] = []

    def put(self, name: str, values: list[float | None], **dimensions: str) -> None:
        self.series[name, frozenset(dimensions.items())] = values

    def get_paginator(self, operation: str) -> "Metrics":
        return self

    def paginate(self, **asked) -> Iterator[dict[str, object]]:
        if self.denied and "MetricDataQueries" in asked:
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricData")
        yield self.data(asked["MetricDataQueries"]) if "MetricDataQueries" in asked else self.named(asked["MetricName"])

    def named(self, name: str) -> dict[str, object]:
        found = (d for (held, d), values in self.series.items() if held == name and self.recent(values))
        return {"Metrics": [{"Dimensions": [{"Name": k, "Value": v} for k, v in sorted(d)]} for d in found]}

    def recent(self, values: list[float | None]) -> bool:
        return any(value is not None for value in values[-self.unlisted :])

    def data(self, queries) -> dict[str, object]:
        results = []
        for query in queries:
            metric = query["MetricStat"]["Metric"]
            key = metric["MetricName"], frozenset((d["Name"], d["Value"]) for d in metric["Dimensions"])
            values = self.series.get(key, [])
            points = [(HOURS.time(HOURS.count - len(values) + n), v) for n, v in enumerate(values) if v is not None]
            self.asked += [value for name, value in key[1] if name == "InstanceId"]
            status = "InternalError" if self.refused & {value for _, value in key[1]} else "Complete"
            times, known = [at for at, _ in points], [value for _, value in points]
            results.append({"Id": query["Id"], "StatusCode": status, "Timestamps": times, "Values": known})
        return {"MetricDataResults": results}

    def gpu(self, instance: str, index: int, values: list[float], host: str = "trainer") -> None:
        self.put("nvidia_smi_utilization_gpu", values, InstanceId=instance, index=str(index), host=host)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def measured(metrics: Metrics, tmp_path: Path):
    def run(*resources: Resource, **over) -> Measured:
        clients = Clients(boto3.session.Session(), "us-east-1", None, CallCounter())
        clients._made["cloudwatch"] = metrics
        return measure(resources, clients, HOURS, SeriesFile(tmp_path / "x.sqlite"), "dev/us-east-1", **over)

    return run


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


def test_a_gpu_that_reports_nothing_is_not_known_to_be_idle(metrics: Metrics, measured) -> None:
    metrics.gpu("i-1", 0, [0.0] * 48)

    assert (
        measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"].metric("gpu") is None
    )  # it has two

    metrics.gpu("i-1", 1, [0.0] * 48)

    assert (
        measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"].metric("gpu").maximum == 0.0
    )


def test_one_series_over_all_gpus_stands_for_each(metrics: Metrics, measured) -> None:
    metrics.put("nvidia_smi_utilization_gpu", [7.0] * 48, InstanceId="i-1")

    assert (
        measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"].metric("gpu").maximum == 7.0
    )


def test_a_host_that_was_renamed_is_the_same_gpu(metrics: Metrics, measured) -> None:
    metrics.gpu("i-1", 0, [90.0] * 24 + [float("nan")] * 24, host="old")
    metrics.gpu("i-1", 0, [0.0] * 24, host="new")

    gpu = measured(resource("i-1", instance_type="g5.xlarge")).usages["aws_instance/i-1"].metric("gpu")

    assert (gpu.points, gpu.maximum) == (48, 90.0)
    assert gpu.quiet_since == NOW.replace(minute=0) - timedelta(hours=24)


def test_gpu_memory_without_a_total_is_unknown(metrics: Metrics, measured) -> None:
    metrics.put("nvidia_smi_memory_used", [10.0] * 48, InstanceId="i-1", index="0")

    assert measured(resource("i-1", instance_type="g5.xlarge")).usages["aws_instance/i-1"].metric("gpu_memory") is None

    metrics.put("nvidia_smi_memory_total", [100.0] * 47 + [0.0], InstanceId="i-1", index="0")
    memory = measured(resource("i-1", instance_type="g5.xlarge")).usages["aws_instance/i-1"].metric("gpu_memory")

    assert (memory.maximum, memory.points) == (pytest.approx(10.0), 47)


def test_members_make_their_group_and_one_unseen_member_unmakes_it(metrics: Metrics, measured) -> None:
    metrics.put("CPUUtilization", [1.0] * 48, InstanceId="i-1")
    metrics.put("CPUUtilization", [1.0] * 47 + [80.0], InstanceId="i-2")
    members = [resource(id_, member_of="web") for id_ in ("i-1", "i-2")]

    cpu = measured(*members).usages["aws_autoscaling_group/web"].metric("cpu", Window.RECENT)

    assert (cpu.maximum, cpu.points, cpu.expected) == (80.0, 24, 24)
    assert (
        measured(*members, resource("i-3", member_of="web")).usages["aws_autoscaling_group/web"].metric("cpu") is None
    )


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


def test_a_node_is_measured_by_the_series_of_the_whole_node(metrics: Metrics, measured) -> None:
    node = {"ClusterName": "ml", "NodeName": "ip-10-0-0-1.ec2.internal", "InstanceId": "i-1"}
    metrics.put("node_neuroncore_utilization", [0.0] * 48, **node)
    metrics.put("node_neuroncore_utilization", [99.0] * 48, **node, NeuronCore="0", NeuronDevice="0")
    metrics.put("node_neuroncore_memory_usage_total", [4096.0 * 2**20] * 48, **node)
    metrics.put("node_gpu_utilization", [7.0] * 48, **node)
    metrics.put("node_gpu_memory_used", [1.0] * 48, **node)
    metrics.put("node_gpu_memory_total", [4.0] * 48, **node)

    found = measured(resource("i-1", instance_type="trn1.32xlarge")).usages["aws_instance/i-1"]

    assert (found.metric("accelerator").maximum, found.metric("accelerator_memory").maximum) == (0.0, 4096.0)
    assert (found.metric("gpu").maximum, found.metric("gpu_memory").maximum) == (7.0, pytest.approx(25.0))


def neuron(metrics: Metrics, instance: str, name: str, values: list[float], **labels: str) -> None:
    metrics.put(name, values, instance_id=instance, region="us-east-1", **labels)


def test_neuron_cores_are_measured_on_a_machine_outside_kubernetes(metrics: Metrics, measured) -> None:
    gone, nan = [float("nan")] * 24, float("nan")
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 47 + [nan])
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] * 24 + gone, neuroncore="0", runtime_tag="367")
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.25] * 24 + gone, neuroncore="1", runtime_tag="367")
    neuron(metrics, "i-1", "neuron_runtime_memory_used_bytes", [2.0**30] * 24 + gone, runtime_tag="367")

    found = measured(resource("i-1", instance_type="trn1.2xlarge")).usages["aws_instance/i-1"]
    cores, held = found.metric("accelerator"), found.metric("accelerator_memory")

    assert (cores.maximum, cores.points, cores.quiet_since) == (50.0, 47, NOW.replace(minute=0) - timedelta(hours=24))
    assert held.maximum == 1024.0 and found.metric("accelerator_memory", Window.RECENT).maximum == 0.0
    assert cores.source.startswith("CloudWatch agent: neuroncore_utilization_ratio")


def test_silence_of_the_neuron_monitor_is_not_zero(metrics: Metrics, measured) -> None:
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] * 24 + [float("nan")] * 24, neuroncore="0")
    neuron(metrics, "i-2", "neuron_hardware_info", [1.0] * 48)

    found = measured(*(resource(id_, instance_type="inf2.xlarge") for id_ in ("i-1", "i-2"))).usages

    assert found["aws_instance/i-1"].metric("accelerator").points == 24
    assert found["aws_instance/i-1"].metric("accelerator", Window.RECENT) is None
    # hardware alone does not show that its use is collected
    assert found["aws_instance/i-2"].metric("accelerator") is None


def test_cores_that_were_idle_for_longer_than_their_series_are_listed_are_still_measured(
    metrics: Metrics, measured
) -> None:
    machines = [resource(id_, instance_type="trn1.2xlarge") for id_ in ("i-1", "i-2")]
    for machine in machines:
        neuron(metrics, machine.id, "neuron_hardware_info", [1.0] * 48)
    for core in ("0", "1"):
        neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] + [float("nan")] * 47, neuroncore=core)
    measured(*machines)
    for key in [key for key in metrics.series if key[0] == "neuroncore_utilization_ratio"]:
        del metrics.series[key]  # what had no point in two weeks is not listed

    found = measured(*machines).usages

    assert found["aws_instance/i-1"].metric("accelerator", Window.RECENT).maximum == 0.0
    assert found["aws_instance/i-2"].metric("accelerator") is None


def test_names_that_no_machine_can_have_are_not_listed(metrics: Metrics, measured, monkeypatch) -> None:
    asked: list[str] = []
    named = metrics.named
    monkeypatch.setattr(metrics, "named", lambda name: asked.append(name) or named(name))

    measured(resource("i-1", instance_type="g5.xlarge"))
    without = set(asked)
    measured(resource("i-1", instance_type="inf1.xlarge"))

    assert not any("neuron" in name for name in without)
    assert set(asked) - without == {
        "neuron_hardware_info",
        "neuron_runtime_memory_used_bytes",
        "neuroncore_utilization_ratio",
        "node_neuroncore_memory_usage_total",
        "node_neuroncore_utilization",
    }


def test_what_the_agent_on_the_machine_says_comes_before_what_the_cluster_says(metrics: Metrics, measured) -> None:
    metrics.gpu("i-1", 0, [3.0] * 48)
    metrics.put("node_gpu_utilization", [90.0] * 48, ClusterName="ml", NodeName="n", InstanceId="i-1")

    found = measured(resource("i-1", instance_type="g5.xlarge")).usages["aws_instance/i-1"]

    assert found.metric("gpu").maximum == 3.0


def test_a_job_is_measured_on_every_one_of_its_machines(metrics: Metrics, measured) -> None:
    job = resource("train", "aws_sagemaker_training_job", instance_counts=("2",))
    metrics.put("GPUUtilization", [0.0] * 48, Host="train/algo-1")
    metrics.put("GPUUtilization", [70.0] * 48, Host="train-2/algo-2")

    assert measured(job).usages["aws_sagemaker_training_job/train"].metric("gpu") is None

    metrics.put("GPUUtilization", [50.0] * 48, Host="train/algo-2")

    assert measured(job).usages["aws_sagemaker_training_job/train"].metric("gpu").maximum == 50.0


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


def test_another_store_stands_in_where_cloudwatch_knows_no_gpu(metrics: Metrics, tmp_path: Path) -> None:
    clients = Clients(boto3.session.Session(), "us-east-1", None, CallCounter())
    clients._made["cloudwatch"] = metrics
    metrics.gpu("i-2", 0, [3.0] * 48)
    both = [resource("i-1", instance_type="g5.xlarge"), resource("i-2", instance_type="g5.xlarge")]
    seen = HOURS.empty()
    seen[:] = 40.0
    gpus = {f"dev/us-east-1/{id_}": {"gpu": seen} for id_ in ("i-1", "i-2")}

    found = measure(both, clients, HOURS, SeriesFile(tmp_path / "x.sqlite"), "dev/us-east-1", gpus=gpus).usages

    assert found["aws_instance/i-1"].metric("gpu").maximum == 40.0
    source = found["aws_instance/i-1"].metric("gpu").source
    assert source.startswith("DCGM exporter in Prometheus: DCGM_FI_DEV_GPU_UTIL")
    assert found["aws_instance/i-2"].metric("gpu").maximum == 3.0


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


def test_an_endpoint_tells_of_its_memory_its_disk_and_its_gpus_memory(metrics: Metrics, measured) -> None:
    endpoint = resource("rank", "aws_sagemaker_endpoint", name="rank", variant_names=("v1",))
    named = {"MemoryUtilization": 30.0, "GPUMemoryUtilization": 180.0, "DiskUtilization": 12.0}
    for name, value in named.items():
        metrics.put(name, [value] * 48, EndpointName="rank", VariantName="v1")

    usage = measured(endpoint).usages["aws_sagemaker_endpoint/rank"]

    assert [usage.metric(name).maximum for name in ("memory", "gpu_memory", "disk")] == [30.0, 180.0, 12.0]
