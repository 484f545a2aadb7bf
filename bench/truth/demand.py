"""What a machine does in absolute terms, period by period, and how to make it up from activity."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from bench.truth.clock import Clock, Mask
from remediator.model import InstanceType
from remediator.observe.series import Values


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """The highest of each period, by dimension, whatever machine it runs on.

    `working` is what the workload itself says: no threshold decides it. vCPUs used; MiB; bytes a second of the busier
    direction; EBS bytes and operations a second; for each GPU or NeuronCore percent, and MiB held.
    """

    working: Mask
    vcpu: Values
    memory_mib: Values
    network: Values
    ebs_bytes: Values
    ebs_ops: Values
    gpu: Values
    gpu_memory_mib: Values


@dataclass(frozen=True, slots=True)
class Peaks:
    """What activity of 1 takes of a machine, as shares of what its type offers; `spread` is the noise between periods.

    `resting` is the share of that memory which stays taken without any activity.
    """

    cpu: float = 0.3
    memory: float = 0.3
    network: float = 0.05
    ebs: float = 0.1
    spread: float = 0.06
    resting: float = 0.8


FARTHEST = 3.5
"""Standard deviations at which noise ends: what is rarer is an event, and has a shape of its own."""


def wobble(clock: Clock, rng: Generator, spread: float) -> Values:
    """Noise around 1, of every period and, half as wide, of every day."""
    count = len(clock.times)
    days = (clock.times - clock.times[0]) // 86_400
    each = rng.standard_normal(count, dtype=np.float32)
    daily = rng.standard_normal(int(days[-1]) + 1, dtype=np.float32)[days] / 2
    noise: Values = np.exp(np.clip(each + daily, -FARTHEST, FARTHEST) * np.float32(spread))
    return noise


def machine(
    clock: Clock,
    rng: Generator,
    type_: InstanceType,
    activity: Values,
    peaks: Peaks,
    working: Mask | None = None,
    gpus: tuple[Values, Values] | None = None,
) -> Demand:
    """The demand of a workload whose activity goes from 0 to 1, above what an operating system does by itself.

    The CPU cannot be used beyond what the type has, nor memory; networks and volumes are shared and may burst.
    """
    vcpu, memory = float(type_.vcpu or 0), float(type_.memory_mib or 0)
    cpu_noise, wire_noise, disk_noise = (wobble(clock, rng, peaks.spread) for _ in range(3))
    own_cpu, own_network = _system(clock, rng)
    held = memory * peaks.memory * (peaks.resting + (1 - peaks.resting) * activity) * wobble(clock, rng, 0.01)
    disk = activity * peaks.ebs * disk_noise
    none = np.zeros((type_.gpu_count, len(clock.times)), dtype=np.float32)
    return Demand(
        working=activity > 0 if working is None else working,
        vcpu=np.minimum(own_cpu + activity * np.float32(vcpu * peaks.cpu) * cpu_noise, np.float32(vcpu)),
        memory_mib=np.minimum(held + np.float32(350), np.float32(memory * 0.99)).astype(np.float32),
        network=own_network + activity * np.float32((type_.network_gbps or 0) * 1.25e8 * peaks.network) * wire_noise,
        ebs_bytes=np.float32(30e3) + disk * np.float32((type_.ebs_mbytes_s or 0) * 1e6),
        ebs_ops=np.float32(2) + disk * np.float32(type_.ebs_iops or 0),
        gpu=none if gpus is None else gpus[0],
        gpu_memory_mib=none if gpus is None else gpus[1],
    )


def accelerators(clock: Clock, rng: Generator, type_: InstanceType, busy: Mask, used: int) -> Values:
    """Percent of each GPU, of which the first `used` are busy: they dip while a checkpoint is written."""
    return accelerators_of(clock, rng, type_.gpu_count, busy, used)


def accelerators_of(clock: Clock, rng: Generator, count: int, busy: Mask, used: int) -> Values:
    """The same of so many devices."""
    load = np.zeros((count, len(clock.times)), dtype=np.float32)
    level = rng.uniform(70, 97)
    for index in range(min(used, count)):
        load[index] = np.rint(np.clip(level + 4 * rng.standard_normal(len(clock.times)), 5, 100)) * busy
    return load


def memory_held(type_: InstanceType, holding: Mask, share: float, used: int) -> Values:
    """MiB held on each GPU: a share of its memory while something holds it, else what the driver keeps."""
    each = (type_.gpu_memory_mib or 0) / max(1, type_.gpu_count)
    held = np.full((type_.gpu_count, len(holding)), 0.01 * each, dtype=np.float32)
    held[: min(used, type_.gpu_count), holding] = np.float32(each * share)
    return held


def cores_at_work(
    clock: Clock,
    rng: Generator,
    type_: InstanceType,
    busy: Mask,
    holding: Mask,
    used: int | None = None,
    loaded: int | None = None,
) -> tuple[Values, Values]:
    """Percent of each NeuronCore, and MiB of the models that it holds: the first `used` work, the first `loaded` hold.

    Both are all of them where nothing is said.
    """
    count = type_.neuron_cores
    load = accelerators_of(clock, rng, count, busy, count if used is None else used)
    held = np.zeros((count, len(holding)), dtype=np.float32)
    held[:loaded, holding] = np.float32((type_.neuron_memory_mib or 0) / count * rng.uniform(0.2, 0.9))
    return load, held


def _system(clock: Clock, rng: Generator) -> tuple[Values, Values]:
    """What the system takes by itself: vCPUs and bytes a second, monitoring included, and a daily job for updates."""
    count = len(clock.times)
    cpu = np.float32(rng.uniform(0.005, 0.03)) * (1 + 0.3 * rng.random(count, dtype=np.float32))
    network = np.float32(rng.uniform(300, 4000)) * (1 + 0.3 * rng.random(count, dtype=np.float32))
    at = rng.uniform(0, 24)
    daily = (clock.hour(0) >= at) & (clock.hour(0) < at + clock.on.period / 3600)
    cpu[daily] += np.float32(rng.uniform(0.03, 0.25))
    network[daily] += np.float32(rng.uniform(5e3, 150e3))
    return cpu, network
