"""What was right for a resource, decided by all of its demand: what was measured, and what comes after.

- **Working** is what a workload says of itself, period by period; no threshold decides it.
- **Idle** is an instance or a group that did not work in its last 24 running hours, or 14 days where it has no
  accelerator, and does not work in the 30 days after: the whole price is waste. Running hours count from its last
  start. The longer time without accelerators is the project's own rule: CPU and network are the only witnesses there.
- **Oversized** is an instance without accelerators where a cheaper type of its family, of the same architecture and
  hypervisor and at most one halving away, would have held all of its past and its next 30 days in every dimension,
  with 20 % above the P99.5 as AWS Compute Optimizer keeps them, never less than the highest period. The waste is the
  largest such saving. An idle one counts as idle.
- **gp2** is waste by what the same size and capability costs less as gp3.
- **Unattached** is a volume attached to nothing in the look-back nor in the 30 days after.

`shown` is whether the evidence could show it at all by the published gates: 24 hours of 99 % of GPU points, 14 days of
95 % of CPU and memory points, 14 days unattached. Waste that cannot be shown is counted beside, not left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bench.truth.clock import Clock, Mask
from bench.truth.demand import Demand
from bench.truth.drafts import Draft
from remediator.model import HOURS_A_MONTH, InstanceType
from remediator.observe import catalogue, prices

REGION = "us-east-1"
WEEKS = 14 * 24.0
"""Hours of evidence for sizes, and for the idleness of what has no accelerator."""
HEADROOM = 1.2
"""AWS Compute Optimizer's default.
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html"""


class Waste(StrEnum):
    """What is wasted, as a person would say it."""

    IDLE_GPU = "idle, with accelerators"
    IDLE = "idle, without"
    OVERSIZED = "oversized"
    VOLUME_TYPE = "gp2"
    UNATTACHED = "unattached"


@dataclass(frozen=True, slots=True)
class Load:
    """What a type has to hold: vCPUs, MiB, bytes a second, EBS bytes and operations a second."""

    vcpu: float
    memory_mib: float
    network: float
    ebs_bytes: float
    ebs_ops: float

    def beyond(self, type_: InstanceType) -> tuple[str, ...]:
        """The dimensions in which a type, by its baselines, does not hold it, with figures."""
        offered = (
            type_.vcpu,
            type_.memory_mib,
            (type_.network_gbps or 0) * 1.25e8,
            (type_.ebs_mbytes_s or 0) * 1e6,
            type_.ebs_iops,
        )
        needed = [(field.name, float(getattr(self, field.name))) for field in fields(self)]
        return tuple(
            f"{name} {need:,.4g} of {have or 0:,.4g}"
            for (name, need), have in zip(needed, offered, strict=True)
            if need > (have or 0)
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """What was right for one resource.

    `quiet` are the running hours up to now without work, `back` the hours until it works again (None: not in the days
    that decide); `past` and `next` are the highest periods. For a volume `back` is when something attaches it.
    """

    quiet: float
    back: float | None
    past: Load
    next: Load
    waste: Waste | None = None
    monthly: Decimal = Decimal(0)
    shown: bool = False

    @property
    def idle(self) -> bool:
        """Whether stopping it harms nothing in the days that decide."""
        return self.waste in (Waste.IDLE_GPU, Waste.IDLE)


def of_instance(draft: Draft, clock: Clock, price: Decimal) -> Truth:
    """The truth of one instance; one that stands stopped wastes nothing."""
    ran = running(draft, clock)
    quiet, back = rest(draft.demand.working, ran, clock)
    past, following = highest(draft.demand, clock.past, ran), highest(draft.demand, clock.future)
    found = Truth(quiet, back, past, following)
    if draft.stopped:
        return found
    gpus = draft.type.gpu_count > 0
    wanted = 24.0 if gpus else WEEKS
    if back is None and quiet >= wanted * 0.999:
        seen = complete(draft, clock, ran, 24.0, 0.99) if gpus else complete(draft, clock, ran, wanted, 0.95, False)
        return Truth(quiet, back, past, following, Waste.IDLE_GPU if gpus else Waste.IDLE, price, seen)
    saving = Decimal(0) if gpus else _largest_saving(draft.type, roomy(draft.demand, clock, ran), price)
    if not saving:
        return found
    seen = complete(draft, clock, ran, WEEKS, 0.95)
    return Truth(quiet, back, past, following, Waste.OVERSIZED, saving, seen)


def running(draft: Draft, clock: Clock) -> Mask:
    """The periods in which it ran since its last start."""
    ran: Mask = clock.relative >= -draft.hours
    return ran


def rest(working: Mask, ran: Mask, clock: Clock) -> tuple[float, float | None]:
    """Running hours without work up to now, and hours from now until it works."""
    at_work = np.flatnonzero(working[clock.past] & ran[clock.past])
    since = int(at_work[-1]) + 1 if len(at_work) else 0
    quiet = float(ran[clock.past][since:].sum()) * clock.on.period / 3600
    again = np.flatnonzero(working[clock.future])
    return quiet, float(again[0]) * clock.on.period / 3600 if len(again) else None


def highest(demand: Demand, when: slice, ran: Mask | None = None) -> Load:
    """The highest period, dimension by dimension."""
    return Load(*(_most(values[when] if ran is None else values[when][ran[when]]) for values in _dimensions(demand)))


def roomy(demand: Demand, clock: Clock, ran: Mask) -> Load:
    """What past and next days ask for with headroom."""

    def needed(values: NDArray[np.float32]) -> float:
        since = values[ran | (np.arange(len(values)) >= clock.on.count)]
        return max(float(np.quantile(since, 0.995)) * HEADROOM, _most(since))

    return Load(*(needed(values) for values in _dimensions(demand)))


def complete(draft: Draft, clock: Clock, ran: Mask, hours: float, share: float, agent: bool = True) -> bool:
    """Whether the last so many hours are all running hours, and so large a share of points arrived."""
    last = slice(clock.on.count - round(hours * 3600 / clock.on.period), clock.on.count)
    if not ran[last].all() or (agent and draft.agent is None):
        return False
    arrived = draft.metered[last].mean() >= share
    return bool(arrived and (not agent or draft.agent is None or draft.agent[last].mean() >= share))


def smaller(current: InstanceType) -> Iterator[InstanceType]:
    """The types that one reviewed step may move to by a stop and a start."""
    for type_ in catalogue.load().family(current.family):
        same = type_.architecture == current.architecture and type_.hypervisor == current.hypervisor
        plain = not type_.burstable and not type_.bare_metal and type_.local_storage_gb >= current.local_storage_gb
        step = 2 * (type_.vcpu or 0) >= (current.vcpu or 0) and 2 * (type_.memory_mib or 0) >= (current.memory_mib or 0)
        if same and plain and step and type_.name != current.name:
            yield type_


def _largest_saving(current: InstanceType, needs: Load, price: Decimal) -> Decimal:
    book = prices.load()
    savings = [Decimal(0)]
    for type_ in smaller(current):
        hourly = book.price("aws_instance", type_.name, REGION)
        if hourly is not None and not needs.beyond(type_):
            savings.append(price - hourly.amount * HOURS_A_MONTH)
    return max(savings)


def _dimensions(demand: Demand) -> tuple[NDArray[np.float32], ...]:
    return demand.vcpu, demand.memory_mib, demand.network, demand.ebs_bytes, demand.ebs_ops


def _most(values: NDArray[np.float32]) -> float:
    return float(values.max()) if len(values) else 0.0
