"""Whether what machines are rented for, GPUs or NeuronCores, has been idle over their last running hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from planners._seen import check_within, took_over
from remediator.model import MetricSummary, Usage, Window

RUNNING_HOURS = 24.0
"""Running hours that idleness is judged by: what the recent window holds."""

_BESIDE = {
    "cpu": "CPU (AWS/EC2 CPUUtilization)",
    "network": "network (AWS/EC2 NetworkIn and NetworkOut)",
}


@dataclass(frozen=True, slots=True)
class Devices:
    """What a machine is rented for, how its use is told, and what of it is no use.

    `name` is for people; `use` and `memory` are our metrics of it, in percent and in `unit`, which come from `used_by`
    and `held_by` where `agent` runs; no use is what stays at or below `quiet`, and no memory what does below `free`.
    `monitored` is what is measured where its monitor runs, and what it then would tell of its use.
    """

    name: str
    use: str
    memory: str
    unit: str
    used_by: str
    held_by: str
    agent: str
    quiet: float
    free: float
    monitored: tuple[str, str] | None = None

    @property
    def beside(self) -> dict[str, str]:
        """What is asked for beside its use, and where that comes from."""
        return {self.memory: f"{self.name} memory ({self.held_by})", **_BESIDE}


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as idle; a machine with any of the `keep_tags` is left alone.

    The last running hours, a share of `coverage` of them complete, are judged by their highest value: percent of the
    CPU, megabytes a second of the network. Without one of the `required` metrics beside the devices' own use there is
    only a ticket. `stop_with_instance_store` lets a stop be proposed, and said, that empties local disks; without it
    such a stop is a ticket.

    A machine that worked before is found all the same, and doubted until it has been quiet `pause_factor` times as long
    as it ever paused in the look-back, and for `quiet_hours`, which a long week-end takes: in `bench.truth` trainers
    may pause longer than ever before. Of 20,000 that went on, 15 would have been stopped within a day of their next run
    without `quiet_hours`, and one with it; so would six of a thousand with 1 and 24, where nearly every trainer left on
    had its request at once. That is for where a stop costs little (dev).
    """

    coverage: float = 0.99
    cpu_percent: float = 5.0
    network_mbytes_s: float = 1.0
    required: tuple[str, ...] = ("cpu",)
    pause_factor: float = 4.0
    quiet_hours: float = 72.0
    stop_with_instance_store: bool = True
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("coverage", self.coverage, 0.99, 1)
        check_within("cpu_percent", self.cpu_percent, 0, 100)
        check_within("network_mbytes_s", self.network_mbytes_s, 0, 1e6)
        check_within("pause_factor", self.pause_factor, 1, 10)
        check_within("quiet_hours", self.quiet_hours, RUNNING_HOURS, 336)

    def check_required(self, devices: Devices) -> None:
        """Raise ValueError where a required metric is none that is asked for."""
        for name in self.required:
            if name not in devices.beside:
                raise ValueError(f"required = '{name}' is not one of {', '.join(devices.beside)}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says: idle since when (None: the devices were not measured well enough), doubts, gaps.

    `counted_since` is from when idleness is paid for: `idle_since`, but for the time in which nothing ran, or nothing
    of its present size. `working` is that its CPU or network does something without the devices for more than a
    twentieth of the time, so that it is not idle as a whole; what is shorter is housekeeping, and a doubt. `asks` is
    what is to be done before anything can be said, in the imperative.
    """

    idle_since: datetime | None
    doubts: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: tuple[MetricSummary, ...]
    working: bool = False
    asks: str = ""
    counted_since: datetime | None = None


def judge(usage: Usage, devices: Devices, settings: Settings) -> Verdict | None:
    """A verdict over the last running hours, or None where the machine works or is too young to judge."""
    found = {name: usage.metric(name, Window.RECENT) for name in (devices.use, *devices.beside)}
    evidence = tuple(summary for summary in found.values() if summary is not None)
    use, cpu, network = found[devices.use], found["cpu"], found["network"]
    if use is not None and use.maximum > devices.quiet:
        return None
    if use is None or use.coverage < settings.coverage:
        silent = use is None and devices.monitored and usage.metric(devices.monitored[0], Window.RECENT)
        return _unmeasured(usage, use, cpu, devices, settings, evidence, bool(silent))
    if use.hours < RUNNING_HOURS:
        return None
    missing = tuple(name for name in devices.beside if not _complete(found[name], settings))
    since = _since(usage, use, settings)
    limits = ((cpu, settings.cpu_percent), (network, settings.network_mbytes_s * 1e6))
    working = any(summary is not None and summary.p95 > limit for summary, limit in limits)
    asks = f"say what it does, and whether a type without {devices.name}s would do" if working else ""
    doubts = (
        *_paused(use, usage.metric(devices.use), since, devices, settings),
        *took_over(usage, use.end),
        *_held(found[devices.memory], devices),
        *_active(cpu, network, devices, settings),
        *(f"without {devices.beside[name]} it may be at work unseen" for name in missing if name in settings.required),
    )
    lacking = tuple(devices.beside[name] for name in missing)
    return Verdict(since, doubts, lacking, evidence, working, asks, _counted(use, since))


def _complete(summary: MetricSummary | None, settings: Settings) -> bool:
    return summary is not None and summary.coverage >= settings.coverage


def _since(usage: Usage, recent: MetricSummary, settings: Settings) -> datetime:
    """From when the devices are known to be quiet: before the recent window only if the whole look-back is complete."""
    whole = usage.metric(recent.name, Window.LOOKBACK)
    if recent.quiet_since is None or not _complete(whole, settings):
        return recent.start
    return recent.quiet_since


def _counted(recent: MetricSummary, since: datetime) -> datetime:
    """From when on it would have been idle as long as it was, had it run, in its present size, all the time."""
    if recent.quiet_for is None:
        return since
    known = timedelta(hours=recent.hours) if since == recent.start else recent.quiet_for
    return max(since, recent.end - min(known, recent.quiet_for))


def _paused(
    use: MetricSummary, whole: MetricSummary | None, since: datetime, devices: Devices, settings: Settings
) -> Iterator[str]:
    """Whether it has been quiet about as long before, as over a week-end or between weekly jobs, and came back."""
    worked = use.longest_pause is not None or (whole is not None and whole.maximum > devices.quiet)
    longest, quiet = use.longest_pause or timedelta(0), use.end - since
    pause, now = (span.total_seconds() / 3600 for span in (longest, quiet))
    if worked and longest * settings.pause_factor < quiet and now < settings.quiet_hours:
        yield (
            f"its {devices.name}s worked before, and have been quiet for {now:.0f} hours, which is less than a long "
            f"week-end takes (quiet_hours = {settings.quiet_hours:g})"
        )
    if longest and longest * settings.pause_factor >= quiet:
        yield (
            f"its {devices.name}s paused for {pause:.0f} hours before and worked again; now they have been quiet for "
            f"{now:.0f}"
        )


def _held(held: MetricSummary | None, devices: Devices) -> Iterator[str]:
    """What waits for somebody: the machine may be wasted, and is not to be stopped unasked."""
    if held is not None and held.maximum > devices.free:
        yield (
            f"{devices.name} memory is held (up to {held.maximum:,.0f} {devices.unit}), as an open notebook kernel "
            "does; ask before a stop"
        )


def _active(
    cpu: MetricSummary | None, network: MetricSummary | None, devices: Devices, settings: Settings
) -> Iterator[str]:
    """What was at work although no device was."""
    if cpu is not None and cpu.maximum > settings.cpu_percent:
        yield f"the CPU works (up to {cpu.maximum:.0f} %) while no {devices.name} does; it may be preparing data"
    if network is not None and network.maximum > settings.network_mbytes_s * 1e6:
        yield (
            f"the network works (up to {network.maximum / 1e6:,.1f} MB/s) while no {devices.name} does; it may be "
            "loading data"
        )


def _unmeasured(
    usage: Usage,
    use: MetricSummary | None,
    cpu: MetricSummary | None,
    devices: Devices,
    settings: Settings,
    evidence: tuple[MetricSummary, ...],
    silent: bool,
) -> Verdict | None:
    """Without whole evidence only a ticket, and only where whole evidence shows that not even the CPU works."""
    if cpu is None or not _complete(cpu, settings):
        return None
    if cpu.hours < RUNNING_HOURS or cpu.maximum > settings.cpu_percent:
        return None
    if took_over(usage, cpu.end):
        return None  # its agent may only just have started
    said = (
        f"no {devices.name} evidence" if use is None else f"{devices.name} evidence is only {use.coverage:.1%} complete"
    )
    doubt = (
        f"{said}: the CPU stayed at or below {cpu.maximum:.1f} %, which says nothing of the {devices.name}s; run "
        f"{devices.agent} all the time, then it can be judged"
    )
    asks = f"run {devices.agent.removesuffix(',')} on it all the time"
    if silent and devices.monitored:
        asks = f"let its agent collect {devices.monitored[1]}, or say that no process ever needed a {devices.name}"
        doubt = (
            f"its monitor tells of the machine and of no {devices.name}: no process ever had one, or the agent does "
            f"not collect {devices.monitored[1]}"
        )
    return Verdict(None, (doubt,), (f"{devices.name} utilisation ({devices.used_by})",), evidence, asks=asks)
