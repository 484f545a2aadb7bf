"""What CloudWatch would hold of a demand, in the series that observation asks for."""

from collections.abc import Iterator, Sequence

import numpy as np

from bench.truth.clock import Clock, Mask
from bench.truth.credits import account
from bench.truth.demand import Demand
from bench.truth.drafts import CORES, Draft
from remediator.model import Resource
from remediator.observe.metrics import Statistic
from remediator.observe.queries import Dimensions, Listed, queries
from remediator.observe.series import Series, Values

AGENT = "CWAgent"
PER_GPU = ("nvidia_smi_utilization_gpu", "nvidia_smi_memory_used", "nvidia_smi_memory_total")


PROMETHEUS = "CWAgent/Prometheus"
MONITOR = "neuron_hardware_info"
PER_CORE = "neuroncore_utilization_ratio"
RUNTIME_MEMORY = "neuron_runtime_memory_used_bytes"
CORE_MEMORY = "neuroncore_memory_usage_"
CORE_MEMORIES = tuple(
    f"{CORE_MEMORY}{kind}"
    for kind in ("constants", "model_code", "model_shared_scratchpad", "runtime_memory", "tensors")
)
CODE_MIB = 96
"""MiB of each NeuronCore that the runtime's code takes.
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/explore/device-memory.html"""


def listed(resource: Resource, draft: Draft, clock: Clock) -> dict[tuple[str, str, str], list[Dimensions]]:
    """The dimensions under which the agent of a machine publishes; none where there is no agent."""
    if draft.agent is None:
        return {}
    own = ("InstanceId", resource.id)
    cards = [(own, ("arch", "Ampere"), ("host", "trainer"), ("index", str(n))) for n in range(draft.type.gpu_count)]
    known: dict[tuple[str, str, str], list[Dimensions]] = {
        (resource.id, AGENT, "mem_used_percent"): [(own, ("InstanceType", draft.type.name))]
    }
    if cards:
        known |= {(resource.id, AGENT, name): list(cards) for name in PER_GPU}
    return known | (_cores(resource, draft, clock) if draft.type.name in CORES else {})


def _cores(resource: Resource, draft: Draft, clock: Clock) -> dict[tuple[str, str, str], list[Dimensions]]:
    """What the Neuron monitor published in the look-back: of its cores only where a process ever had them."""
    own = ("instance_id", resource.id)
    known: dict[tuple[str, str, str], list[Dimensions]] = {(resource.id, PROMETHEUS, MONITOR): [(own,)]}
    taken = _taken(draft, clock) & (clock.relative[clock.past] >= -draft.hours)
    if taken.any():
        cores = np.flatnonzero(taken.any(axis=1))
        for name in (PER_CORE, *CORE_MEMORIES):
            known[resource.id, PROMETHEUS, name] = [(own, ("neuroncore", str(n)), ("runtime_tag", "7")) for n in cores]
        known[resource.id, PROMETHEUS, RUNTIME_MEMORY] = [(own, ("runtime_tag", "7"))]
    return known


def _taken(draft: Draft, clock: Clock) -> Mask:
    """When a process has each of the cores."""
    held: Mask = draft.demand.gpu_memory_mib[:, clock.past] > 0
    return held | held.any(axis=0) if draft.takes_all else held


def of_instance(
    resource: Resource, draft: Draft, clock: Clock, known: Listed, life: tuple[float, float]
) -> Iterator[Series]:
    """Every series of an instance, in the look-back; its life is from so many hours ago to so many."""
    ran = clock.within([(-life[0], -life[1])])[clock.past]
    for query in queries(resource, known):
        arrives = draft.agent if query.metric.namespace in (AGENT, PROMETHEUS) else draft.metered
        values = _instance(query.name, query.part, draft, clock)
        if values is None or arrives is None:
            continue
        yield _kept(query.key, values, arrives[clock.past] & ran, clock)


def of_volume(resource: Resource, demand: Demand | None, arrives: Mask | None, clock: Clock) -> Iterator[Series]:
    """Every series of a volume: one that is attached to nothing has no point."""
    for query in queries(resource, {}):
        values = None if demand is None else _flow(query.name.replace("Volume", "EBS"), demand, clock)
        if values is None or arrives is None:
            yield Series(query.key, clock.on.empty(), clock.on.end)
        else:
            yield _kept(query.key, values, arrives[clock.past], clock)


def of_group(
    resource: Resource, machines: Sequence[tuple[Draft, tuple[float, float]]], sizes: Values | None, clock: Clock
) -> Iterator[Series]:
    """What EC2 tells of all machines of a group together, each with its life, and, with `sizes`, the group of itself.

    What their agents tell lies in series of their own.
    """
    alive = [draft.metered[clock.past] & clock.within([(-b, -e)])[clock.past] for draft, (b, e) in machines]
    for query in queries(resource, {}):
        if query.metric.namespace == "AWS/AutoScaling":
            if sizes is not None:
                yield Series(query.key, sizes[clock.past], clock.on.end)
            continue
        values = [_instance(query.name, None, draft, clock) for draft, _ in machines]
        own = [np.where(a, v, np.float32(np.nan)) for a, v in zip(alive, values, strict=True) if v is not None]
        if not own:
            continue
        told: Values = np.nansum(own, axis=0)
        if query.metric.statistic is Statistic.POINTS:
            told = np.sum(alive, axis=0, dtype=np.float32)
        elif query.metric.statistic is Statistic.MAXIMUM:
            told = np.fmax.reduce(own)
        yield _kept(query.key, told, np.any(alive, axis=0), clock)


def _kept(key: str, values: Values, arrives: Mask, clock: Clock) -> Series:
    return Series(key, np.where(arrives, values, np.float32(np.nan)).astype(np.float32), clock.on.end)


def _instance(name: str, gpu: str | None, draft: Draft, clock: Clock) -> Values | None:
    """The values of one CloudWatch metric; None where such a machine has none, as Xen has none of EBS."""
    demand, type_, past = draft.demand, draft.type, clock.past
    card = int(gpu or 0)
    if name == "CPUUtilization":
        return demand.vcpu[past] * np.float32(100 / (type_.vcpu or 1))
    if name == "mem_used_percent":
        return demand.memory_mib[past] * np.float32(100 / (type_.memory_mib or 1))
    if name == "nvidia_smi_utilization_gpu":
        return demand.gpu[card, past]
    if name == "nvidia_smi_memory_used":
        return demand.gpu_memory_mib[card, past]
    if name == "nvidia_smi_memory_total":
        return np.full(clock.on.count, (type_.gpu_memory_mib or 0) / max(1, type_.gpu_count), dtype=np.float32)
    told = _of_cores(name, card, draft, clock)
    if told is not None:
        return told
    if name.startswith("CPU"):
        left = account(demand.vcpu, type_, clock)
        return (left.left if name == "CPUCreditBalance" else left.charged)[past]
    if name.startswith("EBS") and type_.hypervisor != "nitro":
        return None
    return _flow(name, demand, clock)


def _of_cores(name: str, core: int, draft: Draft, clock: Clock) -> Values | None:
    """What the Neuron monitor tells; None where it is not its."""
    if name == MONITOR:
        return np.ones(clock.on.count, dtype=np.float32)
    if name != PER_CORE and name != RUNTIME_MEMORY and not name.startswith(CORE_MEMORY):
        return None
    taken, load, held = (
        _taken(draft, clock),
        draft.demand.gpu[:, clock.past],
        draft.demand.gpu_memory_mib[:, clock.past],
    )
    if name == RUNTIME_MEMORY:
        return _while(np.asarray(taken.any(axis=0)), (held + CODE_MIB * taken).sum(axis=0) * 2.0**20)
    if name == PER_CORE:
        return _while(taken[core], load[core] / 100)
    mib = CODE_MIB if name.endswith("model_code") else held[core] if name.endswith("constants") else 0
    return _while(taken[core], mib * np.full(clock.on.count, 2.0**20))


def _while(taken: Mask, told: Values) -> Values:
    values: Values = np.where(taken, told, np.nan).astype(np.float32)
    return values


_SHARES: dict[str, tuple[str, float]] = {
    "NetworkIn": ("network", 1.0),
    "NetworkOut": ("network", 0.4),
    "EBSReadBytes": ("ebs_bytes", 0.6),
    "EBSWriteBytes": ("ebs_bytes", 0.4),
    "EBSReadOps": ("ebs_ops", 0.6),
    "EBSWriteOps": ("ebs_ops", 0.4),
}


def _flow(name: str, demand: Demand, clock: Clock) -> Values | None:
    """A counter's sum over each period; None for a counter that no workload here has."""
    if name not in _SHARES:
        return None
    dimension, share = _SHARES[name]
    rates: dict[str, Values] = {"network": demand.network, "ebs_bytes": demand.ebs_bytes, "ebs_ops": demand.ebs_ops}
    return rates[dimension][clock.past] * np.float32(share * clock.on.period)
