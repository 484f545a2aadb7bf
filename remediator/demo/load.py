"""How the demo's machines have been used: one value a period, the last two weeks, the same in every run."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from remediator.demo.machines import Machine, Work


@dataclass(frozen=True, slots=True)
class Series:
    """One CloudWatch series: a metric, its dimensions, and its values, oldest first."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    values: tuple[float, ...]


def series(machine: Machine, instance_id: str, periods: int, seconds: int) -> Iterator[Series]:
    """Every series of a machine: CPU, network and EBS from AWS/EC2, memory and GPUs from the agent where it has one."""
    noise = random.Random(machine.key)  # noqa: S311  # a picture of load, not a secret
    own = (("InstanceId", instance_id),)
    busy = [_busy(machine.work, period * seconds / 3600, periods * seconds / 3600) for period in range(periods)]

    def shaped(low: float, high: float) -> tuple[float, ...]:
        return tuple(low + (high - low) * b * noise.uniform(0.8, 1.0) + low * noise.uniform(0, 0.3) for b in busy)

    serving = machine.work is Work.SERVING
    yield Series("AWS/EC2", "CPUUtilization", own, shaped(0.9, 14.0 if serving else 60.0))
    for name in ("NetworkIn", "NetworkOut"):
        yield Series("AWS/EC2", name, own, shaped(20.0 * seconds, 4e6 * seconds))
    if serving:
        for name, top in (("EBSReadBytes", 8e6), ("EBSWriteBytes", 5e6), ("EBSReadOps", 300.0), ("EBSWriteOps", 200.0)):
            yield Series("AWS/EC2", name, own, shaped(seconds / 10, top * seconds))
    if machine.agent and serving:
        yield Series("CWAgent", "mem_used_percent", own, shaped(9.0, 21.0))
    if machine.agent and machine.gpus:
        gpu = (*own, ("index", "0"), ("name", "NVIDIA"), ("arch", "Ampere"), ("host", machine.key))
        use = tuple(96.0 * b * noise.uniform(0.9, 1.0) for b in busy)
        yield Series("CWAgent", "nvidia_smi_utilization_gpu", gpu, use)
        yield Series("CWAgent", "nvidia_smi_memory_used", gpu, tuple(3.0 + 190 * u for u in use))
        yield Series("CWAgent", "nvidia_smi_memory_total", gpu, (22888.0,) * periods)


def _busy(work: Work, hour: float, hours: float) -> float:
    """How busy a machine is, 0 to 1, at an hour of the window."""
    if work is Work.QUIET:
        return 0.0
    if work is Work.FORGOTTEN:
        return 1.0 if hour < hours - 9 * 24 and int(hour) % 24 < 20 else 0.0
    if work is Work.TRAINING:
        return 0.15 if int(hour) % 48 > 44 else 1.0
    return 1.0 if 8 <= hour % 24 <= 20 else 0.35
