"""The use of GPUs: which series tell of a machine, and what their silence says."""

from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from remediator.observe.calls import CallCounter
from remediator.observe.measuring import measure
from remediator.observe.series import SeriesFile
from remediator.observe.sessions import Clients
from tests.observe.written_metrics import CORE_MEMORY, HOURS, NOW, Metrics, resource


def test_a_gpu_that_reports_nothing_is_not_known_to_be_idle(metrics: Metrics, measured) -> None:
    metrics.gpu("i-1", 0, [0.0] * 48)

    assert (
        measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"].metric("gpu") is None
    )  # it has two

    metrics.gpu("i-1", 1, [0.0] * 48)

    assert (
        measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"].metric("gpu").maximum == 0.0
    )


def test_how_busy_gpus_are_in_the_mean_is_known_where_each_is_told_of(metrics: Metrics, measured) -> None:
    for index, busy in enumerate((90.0, 10.0)):
        metrics.gpu("i-1", index, [busy] * 48)
        for name, mib in (("used", 9.0), ("total", 10.0)):
            metrics.put(f"nvidia_smi_memory_{name}", [mib] * 48, InstanceId="i-1", index=str(index), host="trainer")

    found = measured(resource("i-1", instance_type="g5g.16xlarge")).usages["aws_instance/i-1"]

    assert (found.metric("gpu").maximum, found.metric("gpu_mean").maximum) == (90.0, 50.0)
    assert found.metric("gpus_used").source == (
        "CloudWatch agent: nvidia_smi_utilization_gpu, nvidia_smi_memory_used, nvidia_smi_memory_total, "
        "highest of each hour"
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


HYPERPOD = {
    "instance_types": ("ml.p5.48xlarge", "ml.m5.xlarge"),
    "instance_counts": ("2", "1"),
    "eks_cluster_arn": "arn:aws:eks:us-east-1:123456789012:cluster/ml",
}


def node(metrics: Metrics, instance: str, values: list[float], cluster: str = "ml", name: str = "hyperpod-{}") -> None:
    own = {"ClusterName": cluster, "NodeName": name.format(instance), "InstanceId": instance}
    metrics.put("node_gpu_utilization", values, **own)
    metrics.put("node_gpu_utilization", [99.0] * 48, **own, GpuDevice="nvidia0")


def test_the_gpus_of_a_hyperpod_cluster_are_the_mean_of_its_nodes(metrics: Metrics, measured) -> None:
    gone = [float("nan")] * 24
    node(metrics, "i-1", [40.0] * 48)
    node(metrics, "i-2", [20.0] * 24 + gone)  # which i-3 takes the place of
    node(metrics, "i-3", gone + [0.0] * 24)
    node(metrics, "i-4", [90.0] * 48, name="ip-10-0-0-{}.ec2.internal")  # of a node group of the same cluster
    node(metrics, "i-5", [90.0] * 48, cluster="other")
    arn = "arn:aws:sagemaker:us-east-1:123456789012:cluster/x"

    usage = measured(resource(arn, "awscc_sagemaker_cluster", **HYPERPOD)).usages[f"awscc_sagemaker_cluster/{arn}"]

    gpu = usage.metric("gpu")
    assert (gpu.points, gpu.maximum, gpu.mean) == (48, 30.0, 25.0)


@pytest.mark.parametrize("spec", [{"eks_cluster_arn": None}, {"instance_counts": ("3", "1")}], ids=str)
def test_a_hyperpod_cluster_whose_nodes_are_not_all_seen_is_not_measured(metrics: Metrics, measured, spec) -> None:
    node(metrics, "i-1", [40.0] * 48)
    node(metrics, "i-2", [20.0] * 48)
    known = {name: value for name, value in {**HYPERPOD, **spec}.items() if value is not None}

    found = measured(resource("arn:x", "awscc_sagemaker_cluster", **known)).usages["awscc_sagemaker_cluster/arn:x"]

    assert found.metric("gpu") is None


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
        *CORE_MEMORY,
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
