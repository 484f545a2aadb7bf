"""What was right for a resource, decided by all of its demand: what was measured, and what comes after.

- **Working** is what a workload says of itself, period by period; no threshold decides it.
- **Idle** is an instance or a group that did not work in its last 24 running hours, or 14 days where it has no
  accelerator, and does not work in the 30 days after: the whole price is waste. Running hours count from its last
  start; where an address had several machines, they are those of all of them. The longer time without accelerators is
  the project's own rule: CPU and network are the only witnesses there.
- **Oversized** is an instance without accelerators where a cheaper type of its family, of the same architecture and
  hypervisor and at most one halving away, would have held all of its past and its next 30 days in every dimension,
  with 20 % above the P99.5 as AWS Compute Optimizer keeps them, never less than the highest period. The waste is the
  largest such saving. An idle one counts as idle.
- **Oversized with accelerators** is the same of a machine with GPUs, where a cheaper type, at most two halvings away,
  holds the GPUs in use at a time, the memory of each and the rest, local disks excepted. GPUs of another model have to
  do all that today's can in the time in which it is busy (bench.truth.speeds). Of Trainium and Inferentia it is one of
  the same family, at most four halvings away, by the NeuronCores on which work or a model is.
- **Oversized, of a group** is a launch template where a cheaper type would hold each machine of its groups the same
  way, those included that have ended; one whose groups have as many as their load asks for saves nothing.
- **Off-hours** is a development machine that works within a daily window alone, in the look-back and the 30 days after:
  the price of the hours outside it, less one on either side, where they are 60 of a week or more.
  Of a burstable type the credits of the cheaper one have to last as well.
- **gp2** is waste by what the same size and capability costs less as gp3.
- **Unattached** is a volume attached to nothing in the look-back nor in the 30 days after.

`shown` is whether the evidence could show it at all by the published gates: 24 hours of 99 % of GPU points, 14 days of
95 % of CPU and memory points, 14 days unattached. Of NeuronCores
nothing is published until a process has had them. Waste that cannot be shown is counted beside, not left out.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bench.truth.clock import Clock, Mask
from bench.truth.credits import runs_out
from bench.truth.demand import Demand
from bench.truth.drafts import CORES, Draft
from bench.truth.speeds import holds
from remediator.model import HOURS_A_MONTH, InstanceType
from remediator.observe import catalogue, prices

REGION = "us-east-1"
WEEKS = 14 * 24.0
"""Hours of evidence for sizes, and for the idleness of what has no accelerator."""
WEEK = 168
LEAST_OFF = 60
HELD_MIB = 400
"""MiB of a device that say it is in use: a driver keeps fewer of the largest GPU here, and no model fewer of a core."""
HEADROOM = 1.2
"""AWS Compute Optimizer's default.
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html"""


class Waste(StrEnum):
    """What is wasted, as a person would say it."""

    IDLE_GPU = "idle, with accelerators"
    IDLE = "idle, without"
    OVERSIZED = "oversized"
    OVERSIZED_GPU = "oversized, with accelerators"
    OVERSIZED_GROUP = "oversized, of a group"
    OFF_HOURS = "off-hours, in development"
    VOLUME_TYPE = "gp2"
    UNATTACHED = "unattached"


@dataclass(frozen=True, slots=True)
class Load:
    """What a type has to hold: vCPUs, MiB, bytes a second, EBS bytes and operations a second, devices, MiB of them.

    Devices are GPUs or NeuronCores; MiB are those of the one that holds most, and of all in use. `gpu_busy` is the
    percent of the time for which the busiest device of the current type is busy.
    """

    vcpu: float
    memory_mib: float
    network: float
    ebs_bytes: float
    ebs_ops: float
    devices: float = 0
    device_mib: float = 0
    devices_mib: float = 0
    gpu_busy: float = 0

    def beyond(self, type_: InstanceType, current: InstanceType | None = None) -> tuple[str, ...]:
        """The dimensions in which a type, by its baselines, does not hold it, with figures.

        Where it offers no less than the `current` type, nothing is worse than it was.
        """
        needed = [(field.name, float(getattr(self, field.name))) for field in fields(self)]
        today = _offered(current, current) if current else (float("inf"),) * len(needed)
        return tuple(
            f"{name} {need:,.4g} of {have:,.4g}"
            for (name, need), have, had in zip(needed, _offered(type_, current), today, strict=True)
            if need > have and have < had
        )


def _offered(type_: InstanceType, current: InstanceType | None) -> tuple[float, ...]:
    devices, mib = _devices(type_), type_.gpu_memory_mib or type_.neuron_memory_mib or 0
    return (
        type_.vcpu or 0,
        type_.memory_mib or 0,
        (type_.network_gbps or 0) * 1.25e8,
        (type_.ebs_mbytes_s or 0) * 1e6,
        type_.ebs_iops or 0,
        devices,
        mib / max(1, devices),
        mib,
        holds(type_, current),
    )


def _devices(type_: InstanceType) -> int:
    return type_.gpu_count or type_.neuron_cores


@dataclass(frozen=True, slots=True)
class Truth:
    """What was right for one resource.

    `quiet` are the running hours up to now without work, `back` the hours until it works again (None: not in the days
    that decide); `past` and `next` are the highest periods. For a volume `back` is when something attaches it.
    `at_work` are the hours of the week (0 is Monday from 00:00 UTC) in which it works in the days that decide.
    `drained` are the burstable types whose credits would not last for it; `scales` is that it has as many machines as
    its load asks for, so that smaller ones are only more of them.
    """

    quiet: float
    back: float | None
    past: Load
    next: Load
    waste: Waste | None = None
    monthly: Decimal = Decimal(0)
    shown: bool = False
    at_work: frozenset[int] = frozenset()
    drained: frozenset[str] = frozenset()
    scales: bool = False

    @property
    def idle(self) -> bool:
        """Whether stopping it harms nothing in the days that decide."""
        return self.waste in (Waste.IDLE_GPU, Waste.IDLE)


def of_instance(draft: Draft, clock: Clock, price: Decimal, develops: bool = False) -> Truth:
    """The truth of one instance, perhaps one of development; one that stands stopped wastes nothing."""
    ran = running(draft, clock)
    working = draft.demand.working[: len(ran)]  # one that is looked at again later is known for longer
    quiet, back = rest(working, ran, clock)
    past, following = highest(draft.demand, clock.past, ran), highest(draft.demand, clock.future)
    after = _hours(clock, working & (np.arange(len(ran)) >= clock.on.count))
    found = Truth(quiet, back, past, following, at_work=after)
    if draft.stopped:
        return found
    gpus = len(draft.demand.gpu) > 0
    wanted = 24.0 if gpus else WEEKS
    if back is None and quiet >= wanted * 0.999:
        seen = (
            complete(draft, clock, ran, 24.0, 0.99) and _told(draft, clock, ran)
            if gpus
            else complete(draft, clock, ran, wanted, 0.95, False)
        )
        return replace(found, waste=Waste.IDLE_GPU if gpus else Waste.IDLE, monthly=price, shown=seen)
    off = _off(_hours(clock, working)) if develops else 0
    if off >= LEAST_OFF:
        seen = complete(draft, clock, ran, WEEKS, 0.95, gpus)
        return replace(found, waste=Waste.OFF_HOURS, monthly=price * off / WEEK, shown=seen)
    found = replace(found, drained=_drained(draft, clock))
    saving = largest_saving(draft.type, roomy(draft.demand, clock, ran), price, found.drained)
    if not saving:
        return found
    seen = complete(draft, clock, ran, WEEKS, 0.95) and _told(draft, clock, ran)
    return replace(found, waste=Waste.OVERSIZED_GPU if gpus else Waste.OVERSIZED, monthly=saving, shown=seen)


def _hours(clock: Clock, working: Mask) -> frozenset[int]:
    """The hours of the week that any of these periods lies in."""
    return frozenset(((clock.times[working] // 3600 + 72) % WEEK).tolist())  # the epoch began on a Thursday


def _off(at_work: frozenset[int]) -> int:
    """The hours of a week outside the shortest daily window around all work, an hour wider on both sides."""
    lengths = (
        ({(hour - begin) % WEEK // 24 for hour in at_work}, 3 + max((hour - begin) % 24 for hour in at_work))
        for begin in range(24)
        if at_work
    )
    return max((WEEK - length * len(days) for days, length in lengths if length < 24), default=0)


def running(draft: Draft, clock: Clock) -> Mask:
    """The periods in which it ran since its last start, or another did at its address before it."""
    return clock.within([*((-begin, -end) for begin, end in draft.lives), (-draft.hours, math.inf)])


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
    """What past and next days ask for with headroom; GPUs are counted as they are."""

    def needed(values: NDArray[np.float32], headroom: float) -> float:
        since = values[: len(ran)][ran | (np.arange(len(ran)) >= clock.on.count)]
        return max(float(np.quantile(since, 0.995)) * headroom, _most(since))

    shares = (*([HEADROOM] * 5), 1.0, HEADROOM, 1.0, HEADROOM)
    return Load(*map(needed, _dimensions(demand), shares))


def complete(draft: Draft, clock: Clock, ran: Mask, hours: float, share: float, agent: bool = True) -> bool:
    """Whether the last so many hours are all running hours, and so large a share of points arrived."""
    last = slice(clock.on.count - round(hours * 3600 / clock.on.period), clock.on.count)
    if not ran[last].all() or (agent and draft.agent is None):
        return False
    arrived = draft.metered[last].mean() >= share
    return bool(arrived and (not agent or draft.agent is None or draft.agent[last].mean() >= share))


def smaller(current: InstanceType) -> Iterator[InstanceType]:
    """The types that one reviewed step may move to by a stop and a start."""
    all_ = catalogue.load()
    for type_ in (one for one in all_.every() if one.gpu_count) if current.gpu_count else all_.family(current.family):
        same = type_.architecture == current.architecture and type_.hypervisor == current.hypervisor
        disks = bool(_devices(current)) or type_.local_storage_gb >= current.local_storage_gb
        plain = type_.burstable == current.burstable and not type_.bare_metal and disks
        most = 16 if current.neuron_cores else 4 if current.gpu_count else 2
        step = most * (type_.vcpu or 0) >= (current.vcpu or 0)
        step = step and most * (type_.memory_mib or 0) >= (current.memory_mib or 0)
        if same and plain and step and type_.name != current.name and holds(type_, current):
            yield type_


def _told(draft: Draft, clock: Clock, ran: Mask) -> bool:
    """Whether anything is ever told of its devices: of NeuronCores nothing is until a process has had them."""
    held = (draft.demand.gpu_memory_mib[:, clock.past] > 0).any(axis=0)
    return draft.type.name not in CORES or bool((held & ran[clock.past]).any())


def _drained(draft: Draft, clock: Clock) -> frozenset[str]:
    """The burstable types that one step may move to and whose credits would not last."""
    vcpu = draft.demand.vcpu
    return frozenset(one.name for one in smaller(draft.type) if runs_out(vcpu, one, clock))


def largest_saving(
    current: InstanceType, needs: Load, price: Decimal, drained: frozenset[str] = frozenset()
) -> Decimal:
    """What the cheapest type that one step may move to saves of a monthly price, where it holds what is needed."""
    book = prices.load()
    savings = [Decimal(0)]
    for type_ in smaller(current):
        hourly = book.price("aws_instance", type_.name, REGION)
        if hourly is not None and type_.name not in drained and not needs.beyond(type_, current):
            savings.append(price - hourly.amount * HOURS_A_MONTH)
    return max(savings)


def _dimensions(demand: Demand) -> tuple[NDArray[np.float32], ...]:
    plain = (demand.vcpu, demand.memory_mib, demand.network, demand.ebs_bytes, demand.ebs_ops)
    if not len(demand.gpu):
        return plain
    used, mib = (demand.gpu > 1) | (demand.gpu_memory_mib > HELD_MIB), demand.gpu_memory_mib
    count, most = used.sum(axis=0).astype(np.float32), demand.gpu.max(axis=0)
    return (*plain, count, mib.max(axis=0), (mib * used).sum(axis=0), most)


def _most(values: NDArray[np.float32]) -> float:
    return float(values.max()) if len(values) else 0.0
