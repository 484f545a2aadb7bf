"""The GPUs of machines, as the DCGM exporter saw them, on the grid of the other metrics.

https://github.com/NVIDIA/dcgm-exporter has the fields; memory is what is held of what there is, never
`DCGM_FI_DEV_MEM_COPY_UTIL`, which is how busy its bus is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import numpy as np

from remediator.config import RunConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Resource
from remediator.observe.catalogue import load
from remediator.observe.metrics import DCGM
from remediator.observe.prometheus.ranges import Point, Prometheus
from remediator.observe.series import Grid, Series, SeriesFile, Values

__all__ = ["GpuSeries", "read_gpus"]

_LATE = 3600.0
"""Seconds that are asked for once more, for what was scraped or shipped late."""
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

    Values are kept between runs, and only the time that is not known yet is asked for, with an hour before it.
    A machine some of whose GPUs are silent, and a name that two machines have, is not known. In memory are five grids
    a machine (80 kB for 14 days of 5-minute periods) beside one answer. Never raises.
    """
    machines = [r for r in resources if r.kind == "aws_instance" and _gpus(r) != 0]
    if run.prometheus_url is None or not machines:
        return GpuSeries()
    found: dict[str, dict[str, Values]] = defaultdict(dict)
    prometheus = Prometheus(run.prometheus_url, run.prometheus_token_env)
    kept = SeriesFile(run.state_dir / "cache" / "metrics" / "prometheus.sqlite")
    read = partial(_continued, prometheus, machines=machines, run=run, on=on, kept=kept)
    problem: str | None = None
    try:
        counts = read(_counted(run.prometheus_labels, on.period))
        whole = {_key(m): counts[_key(m)] >= max(1, _gpus(m) or 0) for m in machines if _key(m) in counts}
        for metric in DCGM:
            query = _QUERIES[metric.name](run.prometheus_labels, on.period)
            for machine, values in read(query).items():
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


def _continued(
    prometheus: Prometheus, query: str, machines: Sequence[Resource], run: RunConfig, on: Grid, kept: SeriesFile
) -> dict[str, Values]:
    """The values of each machine that has any, those of earlier runs continued to the end of the grid."""
    keys = {_key(machine): "\n".join((prometheus.url, query, _key(machine))) for machine in machines}
    known = kept.load(list(keys.values()), on)
    since = min(_since(machine, known.get(keys[_key(machine)]), on) for machine in machines)
    slot = on.slot(since)
    fresh = _read(prometheus, query, _names(machines), run, on, slot)
    found: dict[str, Values] = {}
    ended = {_key(machine) for machine in machines if machine.spec.text("instance_state") == "terminated"}
    for machine, key in keys.items():
        values = known[key].values if key in known else on.empty()
        if machine in fresh or machine not in ended:  # what is no more may have had names that others have now
            values[slot:] = fresh[machine][slot:] if machine in fresh else np.nan
        found[machine] = values
    kept.save((Series(keys[machine], values, on.end) for machine, values in found.items()), on)
    return {machine: values for machine, values in found.items() if not np.isnan(values).all()}


def _since(machine: Resource, known: Series | None, on: Grid) -> float:
    """From when the values of a machine are not known: what did not run has none."""
    if known is not None:
        return max(on.start, known.until - _LATE)
    return on.start if machine.created_at is None else max(on.start, machine.created_at.timestamp() - _LATE)


def _read(
    prometheus: Prometheus, query: str, known: Mapping[str, str], run: RunConfig, on: Grid, first: int
) -> dict[str, Values]:
    """The highest value of each machine in each period from the first, which the value at its end tells."""
    found: dict[str, Values] = {}
    if first >= on.count:
        return found
    for point in prometheus.query_range(query, on.start + (first + 1) * on.period, on.end, on.period):
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
