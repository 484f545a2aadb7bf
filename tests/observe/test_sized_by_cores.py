"""From what CloudWatch answers about NeuronCores to the question about a smaller machine, over the emulator's HTTP."""

from decimal import Decimal

from planners import oversized_accelerator
from planners.oversized_accelerator import Settings
from remediator.model import Change, Context, Estate, Observation
from remediator.observe import catalogue, prices
from tests.observe.conftest import NOW, Cloud
from tests.observe.test_sighting import launch
from tests.observe.written_metrics import CORE_MEMORY

HOURS = 14 * 24
MIB = 2.0**20


def machine(cloud: Cloud, type_: str) -> str:
    """A machine that works little outside its devices."""
    (id_,) = launch(cloud, type_)
    own = {"InstanceId": id_}
    for name, value in (("CPUUtilization", 6.0), ("NetworkIn", 1e6), ("NetworkOut", 1e6)):
        cloud.put("AWS/EC2", name, own, [value] * HOURS)
    for name in ("EBSReadBytes", "EBSWriteBytes", "EBSReadOps", "EBSWriteOps"):
        cloud.put("AWS/EC2", name, own, [1e6] * HOURS)
    cloud.put("CWAgent", "mem_used_percent", own, [8.0] * HOURS)
    return id_


def core(cloud: Cloud, id_: str, index: int, busy: float, mib: float, hours: int = HOURS) -> None:
    """What the CloudWatch agent collects of a core from neuron-monitor-prometheus.py, for so many hours to now."""
    own = {"instance_id": id_, "neuroncore": str(index)}
    cloud.put("CWAgent/Prometheus", "neuroncore_utilization_ratio", own, [busy] * hours)
    for name in CORE_MEMORY:
        held = 96.0 if name.endswith("code") else mib if name.endswith("constants") else 0.0
        cloud.put("CWAgent/Prometheus", name, own, [held * MIB] * hours)


def asked(cloud: Cloud) -> dict[str, Change]:
    """The questions about what is seen in the account, by machine."""
    seen = cloud.observe()
    usages = dict(seen.usages)
    estate = Estate(tuple(Observation(r, usages[f"{r.kind}/{r.id}"], None, None, "dev") for r in seen.resources
                          if r.kind == "aws_instance"))  # fmt: skip
    context = Context(NOW, prices.load(), catalogue.load(), Settings())
    return {change.resource.id: change for change in oversized_accelerator.plan(estate, context)}


def test_what_the_agent_collects_outside_kubernetes_sizes_by_cores(cloud: Cloud) -> None:
    id_ = machine(cloud, "inf2.24xlarge")
    cloud.put("CWAgent/Prometheus", "neuron_hardware_info", {"instance_id": id_}, [1.0] * HOURS)
    core(cloud, id_, 0, 0.8, 9000)
    core(cloud, id_, 1, 0.0, 8.0, hours=30)  # taken by a process since yesterday, which needs it for nothing

    found = asked(cloud)[id_]

    assert found.actions[0].target == "inf2.8xlarge"
    assert found.saving is not None and found.saving.monthly == Decimal("3301.62")
    assert found.reason.startswith("at most 1 of its 12 NeuronCores worked or held a model at a time")
    assert {e.name: e.maximum for e in found.evidence}["device_memory"] == 9096.0 + 104.0


def test_what_container_insights_tells_of_a_node_sizes_by_cores(cloud: Cloud) -> None:
    id_ = machine(cloud, "inf2.24xlarge")
    node = {"ClusterName": "ml", "NodeName": "ip-10-0-0-1.ec2.internal", "InstanceId": id_}
    for index in range(12):
        own = {"InstanceType": "inf2.24xlarge", "NeuronDevice": f"device{index // 2}", "NeuronCore": f"core{index}"}
        for dimensions, hours in ((node | own, HOURS if index < 2 else 1), *(((node, HOURS),) if index == 0 else ())):
            busy = 70.0 if index < 2 else 0.0
            cloud.put("ContainerInsights", "node_neuroncore_utilization", dimensions, [busy] * hours)
            held = 3000 * MIB if index < 2 else 0.0
            cloud.put("ContainerInsights", "node_neuroncore_memory_usage_total", dimensions, [held] * hours)

    [change] = asked(cloud).values()

    assert change.actions[0].target == "inf2.8xlarge"
    assert change.reason.startswith("at most 2 of its 12 NeuronCores")
    assert any(e.source.startswith("Container Insights: node_neuroncore_utilization") for e in change.evidence)
