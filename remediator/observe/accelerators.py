"""How many GPUs or NeuronCores of a machine are in use at a time, and how busy they are in the mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from remediator.model import InstanceType
from remediator.observe.metrics import GPU_INDEX, METRICS, NEURON_CORE, NODE_CORE, Combine, Metric, Statistic
from remediator.observe.queries import Query
from remediator.observe.series import Grid, Series, Values
from remediator.observe.usage import Track, by_part

_SHOWN_BY = tuple(metric for metric in METRICS if metric.part == GPU_INDEX)
_NAMES = tuple(name for metric in _SHOWN_BY for name in metric.names)
USED = Metric("gpus_used", "aws_instance", "GPUs", "CWAgent", _NAMES, (), Statistic.MAXIMUM, Combine.SUM, 0.0)
"""Made of the others: a GPU that works is in use, and so is one whose memory is held."""

CORES_USED = replace(USED, name="cores_used", unit="NeuronCores")
"""Made of the others: a NeuronCore that works is in use, and so is one that a model is loaded onto."""
DEVICE_MEMORY = replace(USED, name="device_memory", unit="MiB", quiet=None)
"""Made of the others: what all NeuronCores hold at a time."""
BARE_MIB = 128.0
"""MiB of a NeuronCore above which a model is loaded onto it.

By default a process takes every core that there is, and the runtime then holds 96 MiB for its own code on each; on one
of two physical cores, as Trainium2 has them by default, it holds twice that, and such a core counts as in use.
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/guides/configuration-guide.html
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/explore/device-memory.html"""
_TOLD_BY = tuple(
    tuple(metric for metric in METRICS if metric.part == part and metric.name in ("accelerator", "core_memory"))
    for part in (NODE_CORE, NEURON_CORE)
)
"""Use and memory of each NeuronCore, by who publishes them."""


def in_use(
    type_: InstanceType | None,
    queries: Sequence[Query],
    series: Mapping[str, Series],
    tracks: Mapping[str, Track],
    on: Grid,
    first: int,
) -> Iterator[Track]:
    """What of a machine's devices is in use at a time; `tracks` is what is known of the machine beside."""
    if type_ is None:
        return
    if (gpus := gpus_used(queries, series, on, first, type_.gpu_count)) is not None:
        yield gpus
        use = _SHOWN_BY[0]
        yield from _mean(use, by_part(use, queries, series, on), type_.gpu_count, first)
    for use, memory in _TOLD_BY if type_.neuron_cores else ():
        if (beat := tracks.get(use.heartbeat or "")) is not None:
            alive = ~np.isnan(beat.values)
            told = by_part(use, queries, series, on)
            held = by_part(memory, queries, series, on)
            if found := tuple(_cores((use, memory), told, held, alive, first, type_.neuron_cores)):
                yield from found
                if type_.grouped_cores == 1:
                    yield from _mean(use, by_part(use, queries, series, on, alive), type_.neuron_cores, first)
                return


def gpus_used(queries: Sequence[Query], series: Mapping[str, Series], on: Grid, first: int, count: int) -> Track | None:
    """The GPUs of a machine in use, of `count`; None where not each of them shows both its use and its memory."""
    used: dict[str, Values] = {}
    for metric in _SHOWN_BY:
        parts = by_part(metric, queries, series, on)
        if count < 2 or None in parts or len(parts) < count:
            return None
        for name, values in parts.items():
            busy = np.where(np.isnan(values), np.nan, values > (metric.quiet or 0)).astype(np.float32)
            known = used.get(name or "")
            used[name or ""] = busy if known is None else np.maximum(known, busy)  # NaN where either is
    if len(used) > count:
        return None  # an agent that numbers them anew: which are the same is not known
    total: Values = np.sum(list(used.values()), axis=0, dtype=np.float32)
    return Track(USED, total, first)


def _cores(
    by: tuple[Metric, Metric],
    told: Mapping[str | None, Values],
    held: Mapping[str | None, Values],
    alive: NDArray[np.bool_],
    first: int,
    count: int,
) -> Iterator[Track]:
    """The NeuronCores in use, of `count`, and what they hold, `by` use and memory; nothing where none is told apart.

    A core is told of only while a process has it: its silence is no use wherever the monitor is `alive`. Of one whose
    memory nobody tells all that is known is that a process has it, which counts as use.
    """
    cores = sorted({core for core in (*told, *held) if core is not None})
    if not cores or len(cores) > count:
        return
    use, memory = by
    silent = np.full(len(alive), np.nan, dtype=np.float32)
    used, total = (np.zeros(len(alive), dtype=np.float32) for _ in range(2))
    for core in cores:
        busy, mib = told.get(core, silent), held.get(core, silent)
        has = ~(np.isnan(busy) & np.isnan(mib))
        bare = ~(busy > (use.quiet or 0)) & (mib <= BARE_MIB)
        used += np.where(has | alive, has & ~bare, np.nan)
        total += np.where(alive & ~has, 0, mib)
    yield Track(replace(CORES_USED, namespace=use.namespace, names=use.names), used, first)
    if all(core in held for core in cores):
        yield Track(replace(DEVICE_MEMORY, namespace=memory.namespace, names=memory.names), total, first)


def _mean(use: Metric, parts: Mapping[str | None, Values], count: int, first: int) -> Iterator[Track]:
    """How busy `count` devices are in the mean, of which those that nothing is told of do nothing."""
    told = [values for part, values in parts.items() if part is not None]
    if told:
        total: Values = np.sum(told, axis=0, dtype=np.float32)
        mean = replace(use, name=f"{use.name}_mean", quiet=None, heartbeat=None)
        yield Track(mean, total / np.float32(count), first)
