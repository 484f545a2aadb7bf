"""The use of NeuronCores: which of them are in use, and what the silence of their monitor says."""

from datetime import timedelta

import pytest

from remediator.model import Window
from tests.observe.written_metrics import CORE_MEMORY, NOW, Metrics, resource


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


def loaded(metrics: Metrics, instance: str, core: int, mib: list[float], runtime: str = "7") -> None:
    """What the monitor tells of a core's memory, of which 96 MiB are the runtime's code."""
    for kind in CORE_MEMORY:
        held = [96.0 if kind.endswith("code") else value if kind.endswith("constants") else 0.0 for value in mib]
        told = [value * 2.0**20 for value in held]
        neuron(metrics, instance, kind, told, neuroncore=str(core), memory_location="None", runtime_tag=runtime)


def test_cores_in_use_are_those_that_work_or_have_a_model(metrics: Metrics, measured) -> None:
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 48)
    for core, mib in enumerate((9000.0, 500.0, 1.0, 1.0)):  # at work, held, taken, and taken and at work for an hour
        busy = [0.9] * 48 if core == 0 else [0.0] * 47 + [0.5 if core == 3 else 0.0]
        neuron(metrics, "i-1", "neuroncore_utilization_ratio", busy, neuroncore=str(core), runtime_tag="7")
        loaded(metrics, "i-1", core, [mib] * 48)

    found = measured(resource("i-1", instance_type="inf2.24xlarge")).usages["aws_instance/i-1"]
    used, memory, held = (found.metric(name) for name in ("cores_used", "core_memory", "device_memory"))

    assert (used.p50, used.maximum, used.points, used.unit) == (2.0, 3.0, 48, "NeuronCores")
    assert held.source == f"CloudWatch agent: {', '.join(CORE_MEMORY)}, highest of each hour"
    assert used.source == "CloudWatch agent: neuroncore_utilization_ratio, highest of each hour"
    assert (memory.maximum, held.maximum) == (9096.0, 9096.0 + 596.0 + 97.0 + 97.0)
    assert (found.metric("accelerator_mean").p50, found.metric("accelerator").p50) == (pytest.approx(90 / 12), 90.0)


def test_a_core_whose_use_is_not_told_is_in_use_where_it_holds_a_model(metrics: Metrics, measured) -> None:
    """The monitor tells the use of cores that are active."""
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 48)
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.9] * 48, neuroncore="0", runtime_tag="7")
    for core, mib in enumerate((9000.0, 2000.0, 1.0)):
        loaded(metrics, "i-1", core, [mib] * 48)

    found = measured(resource("i-1", instance_type="inf2.24xlarge")).usages["aws_instance/i-1"]

    assert (found.metric("cores_used").minimum, found.metric("cores_used").maximum) == (2.0, 2.0)
    assert found.metric("device_memory").maximum == 9096.0 + 2096.0 + 97.0


def test_a_process_that_ended_gave_its_cores_back(metrics: Metrics, measured) -> None:
    nan = float("nan")
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 47 + [nan])
    for core in range(2):
        gone = 24 * (1 + core)
        neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] * gone + [nan] * (48 - gone), neuroncore=str(core))

    used = measured(resource("i-1", instance_type="trn1.32xlarge")).usages["aws_instance/i-1"].metric("cores_used")

    assert (used.minimum, used.maximum, used.points) == (1.0, 2.0, 47)


def test_a_process_counts_with_all_its_cores_where_nobody_tells_what_they_hold(metrics: Metrics, measured) -> None:
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 48)
    for core in range(4):
        neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.0 if core else 0.5] * 48, neuroncore=str(core))

    found = measured(resource("i-1", instance_type="inf2.24xlarge")).usages["aws_instance/i-1"]

    assert found.metric("cores_used").maximum == 4.0
    assert found.metric("device_memory") is None


def test_cores_that_are_not_told_apart_are_not_counted(metrics: Metrics, measured) -> None:
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 48)
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] * 48)
    for core in range(3):
        neuron(metrics, "i-2", "neuroncore_utilization_ratio", [0.5] * 48, neuroncore=str(core))
    neuron(metrics, "i-2", "neuron_hardware_info", [1.0] * 48)

    found = measured(*(resource(id_, instance_type="inf2.xlarge") for id_ in ("i-1", "i-2"))).usages

    assert found["aws_instance/i-1"].metric("accelerator").maximum == 50.0
    assert found["aws_instance/i-1"].metric("cores_used") is None
    assert found["aws_instance/i-2"].metric("cores_used") is None  # it has two


def test_the_cores_of_a_node_are_counted_by_their_own_series(metrics: Metrics, measured) -> None:
    node = {"ClusterName": "ml", "NodeName": "ip-10-0-0-1.ec2.internal", "InstanceId": "i-1"}
    nan = float("nan")
    metrics.put("node_neuroncore_utilization", [80.0] * 48, **node)
    for core in range(32):  # the agent tells of all while no process has any, and of those that it has afterwards
        own = {
            **node,
            "InstanceType": "trn1.32xlarge",
            "NeuronDevice": f"device{core // 2}",
            "NeuronCore": f"core{core}",
        }
        busy = [0.0] * 24 + [80.0 if core < 4 else nan] * 24
        metrics.put("node_neuroncore_utilization", busy, **own)
        metrics.put("node_neuroncore_memory_usage_total", [4096.0 * 2**20 if b == 80 else b for b in busy], **own)

    found = measured(resource("i-1", instance_type="trn1.32xlarge")).usages["aws_instance/i-1"]

    assert (found.metric("cores_used").minimum, found.metric("cores_used").maximum) == (0.0, 4.0)
    assert found.metric("cores_used").points == 48
    assert found.metric("device_memory").maximum == 4 * 4096.0
    assert found.metric("cores_used").source.startswith("Container Insights: node_neuroncore_utilization")
    assert found.metric("accelerator").minimum == 80.0  # of the whole node


def test_a_core_that_was_used_before_the_others_still_counts(metrics: Metrics, measured) -> None:
    """CloudWatch lists what had a point in two weeks; a look-back may be longer."""
    machine, nan = resource("i-1", instance_type="inf2.24xlarge"), float("nan")
    neuron(metrics, "i-1", "neuron_hardware_info", [1.0] * 48)
    neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] * 48, neuroncore="0")
    for core in ("1", "2"):
        neuron(metrics, "i-1", "neuroncore_utilization_ratio", [0.5] + [nan] * 47, neuroncore=core)
    measured(machine)
    for key in [
        key for key in metrics.series if key[0] != "neuron_hardware_info" and ("neuroncore", "0") not in key[1]
    ]:
        del metrics.series[key]

    used = measured(machine).usages["aws_instance/i-1"].metric("cores_used")

    assert (used.p50, used.maximum) == (1.0, 3.0)


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
