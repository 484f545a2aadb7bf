"""The GPUs of machines, as the DCGM exporter saw them, on the grid of the other metrics.

https://github.com/NVIDIA/dcgm-exporter has the fields; memory is what is held of what there is, never
`DCGM_FI_DEV_MEM_COPY_UTIL`, which is how busy its bus is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from remediator.config import RunConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Resource
from remediator.observe.catalogue import load
from remediator.observe.metrics import DCGM
from remediator.observe.prometheus.ranges import Point, Prometheus
from remediator.observe.series import Grid, Values

__all__ = ["GpuSeries", "read_gpus"]

_LABELS = 63
"""More labels than any exporter has; what has more is not read."""


@dataclass(frozen=True, slots=True)
class GpuSeries:
    """Values by machine (`account/region/id`) and metric; `problem` says why there are none, or not all."""

    by_machine: Mapping[str, Mapping[str, Values]] = field(default_factory=dict)
    problem: str | None = None
    calls: tuple[CallCount, ...] = ()


def read_gpus(resources: Iterable[Resource], run: RunConfig, on: Grid) -> GpuSeries:
    """What a Prometheus says of the GPUs of all machines: three queries, however many there are.

    A machine some of whose GPUs are silent, and a name that two machines have, is not known. In memory are three grids
    a machine (48 kB for 14 days of 5-minute periods) beside one answer. Never raises.
    """
    machines = [r for r in resources if r.kind == "aws_instance" and _gpus(r) != 0]
    if run.prometheus_url is None or not machines:
        return GpuSeries()
    found: dict[str, dict[str, Values]] = defaultdict(dict)
    prometheus = Prometheus(run.prometheus_url, run.prometheus_token_env)
    problem: str | None = None
    try:
        known = _names(machines)
        counts = _read(prometheus, _counted(run.prometheus_labels, on.period), known, run, on)
        whole = {_key(m): counts[_key(m)] >= max(1, _gpus(m) or 0) for m in machines if _key(m) in counts}
        for metric in DCGM:
            query = _QUERIES[metric.name](run.prometheus_labels, on.period)
            for machine, values in _read(prometheus, query, known, run, on).items():
                if machine in whole:
                    found[machine][metric.name] = np.where(whole[machine], values, np.float32(np.nan))
    except RemediatorError as error:
        problem = f"{error}. GPUs are known by CloudWatch alone"
        found.clear()
    return GpuSeries(dict(found), problem, (CallCount("prometheus", "query_range", len(prometheus.asked), Decimal(0)),))


def _gpus(machine: Resource) -> int | None:
    type_ = load().instance_type(machine.spec.text("instance_type") or "")
    return type_.gpu_count if type_ else None


def _key(machine: Resource) -> str:
    return f"{machine.account}/{machine.region}/{machine.id}"


def _by(labels: Sequence[str]) -> str:
    return f"by ({', '.join(labels)})"


def _counted(labels: Sequence[str], period: int) -> str:
    """How many GPUs reported; two pods on one GPU are one."""
    each = f"max by ({', '.join(labels)}, gpu) (max_over_time(DCGM_FI_DEV_GPU_UTIL[{period}s]))"
    return f"count {_by(labels)} ({each})"


def _busy(labels: Sequence[str], period: int) -> str:
    return f"max {_by(labels)} (max_over_time(DCGM_FI_DEV_GPU_UTIL[{period}s]))"


def _held(labels: Sequence[str], period: int) -> str:
    used, free = f"max_over_time(DCGM_FI_DEV_FB_USED[{period}s])", f"min_over_time(DCGM_FI_DEV_FB_FREE[{period}s])"
    total = f"max_over_time(DCGM_FI_DEV_FB_TOTAL[{period}s]) or ({used} + {free})"
    return f"max {_by(labels)} (100 * {used} / ({total}))"


_QUERIES = {"gpu": _busy, "gpu_memory": _held}


def _names(machines: Iterable[Resource]) -> Mapping[str, str]:
    """The machine of each name; one that several have is nobody's."""
    found: dict[str, set[str]] = defaultdict(set)
    for machine in machines:
        for name in _own_names(machine):
            found[name.lower()].add(_key(machine))
    return {name: next(iter(keys)) for name, keys in found.items() if len(keys) == 1}


def _own_names(machine: Resource) -> Iterator[str]:
    yield machine.id
    for attribute in ("private_dns", "private_ip"):
        value = machine.spec.text(attribute)
        if value:
            yield value
    dns = machine.spec.text("private_dns") or ""
    if "." in dns:
        yield dns.partition(".")[0]


def _read(prometheus: Prometheus, query: str, known: Mapping[str, str], run: RunConfig, on: Grid) -> dict[str, Values]:
    """The highest value of each machine in each period, which the value at its end tells."""
    found: dict[str, Values] = {}
    for point in prometheus.query_range(query, on.start + on.period, on.end, on.period):
        machine = _machine(point, known, run.prometheus_labels)
        slot = round((point.at - on.start) / on.period) - 1
        if machine is None or not 0 <= slot < on.count:
            continue
        values = found.setdefault(machine, on.empty())
        values[slot] = np.fmax(values[slot], np.float32(point.value))
    return found


def _machine(point: Point, known: Mapping[str, str], labels: Sequence[str]) -> str | None:
    """The machine that the first label names which names one; `10.0.0.1:9400` is a machine and a port."""
    if len(point.labels) > _LABELS:
        return None
    for label in labels:
        value = point.labels.get(label, "").lower()
        for name in (value, value.rpartition(":")[0]):
            if name in known:
                return known[name]
    return None
