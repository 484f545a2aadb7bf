"""Whether GPU machines have been idle, from the evidence of their last running hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from planners._seen import check_within
from remediator.model import MetricSummary, Usage, Window

_WHAT = {
    "gpu_memory": "GPU memory (CWAgent nvidia_smi_memory_used and nvidia_smi_memory_total)",
    "cpu": "CPU (AWS/EC2 CPUUtilization)",
    "network": "network (AWS/EC2 NetworkIn and NetworkOut)",
}


RUNNING_HOURS = 24.0
"""Running hours that idleness is judged by: what the recent window holds."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What counts as idle; a machine with any of the `keep_tags` is left alone.

    The last running hours, a share of `coverage` of them complete, are judged by their highest value. Percentages
    for GPU, GPU memory and CPU, megabytes a second for the network. Without one of the `required` metrics beside the
    GPU's own there is only a ticket. `stop_with_instance_store` lets a stop be proposed, and said, that empties local
    disks; without it such a stop is a ticket.

    A machine that worked before is found all the same, and doubted until it has been quiet `pause_factor` times as long
    as it ever paused in the look-back: `bench.truth` has trainers whose next pause is longer than every one before, by
    up to four times. With 1, half of its trainers left on had their request within 25 hours, and 10 of 3,000 that went
    on would have been stopped within a day of their next run; so 1 is for where that costs little (dev).
    """

    coverage: float = 0.99
    gpu_percent: float = 1.0
    gpu_memory_percent: float = 5.0
    cpu_percent: float = 5.0
    network_mbytes_s: float = 1.0
    required: tuple[str, ...] = ("cpu",)
    pause_factor: float = 4.0
    stop_with_instance_store: bool = True
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("coverage", self.coverage, 0.99, 1)
        for name in ("gpu_percent", "gpu_memory_percent", "cpu_percent"):
            check_within(name, getattr(self, name), 0, 100)
        check_within("network_mbytes_s", self.network_mbytes_s, 0, 1e6)
        check_within("pause_factor", self.pause_factor, 1, 10)
        for name in self.required:
            if name not in _WHAT:
                raise ValueError(f"required = '{name}' is not one of {', '.join(_WHAT)}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says: idle since when (None: the GPUs were not measured well enough), doubts, gaps.

    `working` is that its CPU or network does something without the GPUs for more than a twentieth of the time, so that
    it is not idle as a whole; what is shorter is housekeeping, and a doubt.
    """

    idle_since: datetime | None
    doubts: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: tuple[MetricSummary, ...]
    working: bool = False


def judge(usage: Usage, settings: Settings) -> Verdict | None:
    """A verdict over the last running hours, or None where the machine works or is too young to judge."""
    found = {name: usage.metric(name, Window.RECENT) for name in ("gpu", *_WHAT)}
    evidence = tuple(summary for summary in found.values() if summary is not None)
    gpu, cpu = found["gpu"], found["cpu"]
    if gpu is not None and gpu.maximum > settings.gpu_percent:
        return None
    if gpu is None or gpu.coverage < settings.coverage:
        return _unmeasured(gpu, cpu, settings, evidence)
    if gpu.hours < RUNNING_HOURS:
        return None
    missing = tuple(name for name in _WHAT if not _complete(found[name], settings))
    since = _since(usage, gpu, settings)
    limits = ((found["cpu"], settings.cpu_percent), (found["network"], settings.network_mbytes_s * 1e6))
    working = any(summary is not None and summary.p95 > limit for summary, limit in limits)
    doubts = (
        *_paused(gpu, since, settings),
        *_held(found["gpu_memory"], settings),
        *_active(found["cpu"], found["network"], settings),
        *(f"without {_WHAT[name]} it may be at work unseen" for name in missing if name in settings.required),
    )
    return Verdict(since, doubts, tuple(_WHAT[name] for name in missing), evidence, working)


def _complete(summary: MetricSummary | None, settings: Settings) -> bool:
    return summary is not None and summary.coverage >= settings.coverage


def _since(usage: Usage, recent: MetricSummary, settings: Settings) -> datetime:
    """From when the GPUs are known to be quiet: before the recent window only if the whole look-back is complete."""
    whole = usage.metric(recent.name, Window.LOOKBACK)
    if recent.quiet_since is None or not _complete(whole, settings):
        return recent.start
    return recent.quiet_since


def _paused(gpu: MetricSummary, since: datetime, settings: Settings) -> Iterator[str]:
    """Whether it has been quiet about as long before, as over a week-end or between weekly jobs, and came back."""
    quiet = gpu.end - since
    if gpu.longest_pause is not None and gpu.longest_pause * settings.pause_factor >= quiet:
        pause, now = (span.total_seconds() / 3600 for span in (gpu.longest_pause, quiet))
        yield f"its GPUs paused for {pause:.0f} hours before and worked again; now they have been quiet for {now:.0f}"


def _held(held: MetricSummary | None, settings: Settings) -> Iterator[str]:
    """What waits for somebody: the machine may be wasted, and is not to be stopped unasked."""
    if held is not None and held.maximum > settings.gpu_memory_percent:
        yield f"GPU memory is held (up to {held.maximum:.0f} %), as an open notebook kernel does; ask before a stop"


def _active(cpu: MetricSummary | None, network: MetricSummary | None, settings: Settings) -> Iterator[str]:
    """What was at work although no GPU was."""
    if cpu is not None and cpu.maximum > settings.cpu_percent:
        yield f"the CPU works (up to {cpu.maximum:.0f} %) while no GPU does; it may be preparing data"
    if network is not None and network.maximum > settings.network_mbytes_s * 1e6:
        yield f"the network works (up to {network.maximum / 1e6:,.1f} MB/s) while no GPU does; it may be loading data"


def _unmeasured(
    gpu: MetricSummary | None, cpu: MetricSummary | None, settings: Settings, evidence: tuple[MetricSummary, ...]
) -> Verdict | None:
    """Without whole GPU evidence only a ticket, and only where whole evidence shows that not even the CPU works."""
    if cpu is None or not _complete(cpu, settings):
        return None
    if cpu.hours < RUNNING_HOURS or cpu.maximum > settings.cpu_percent:
        return None
    said = "no GPU evidence" if gpu is None else f"GPU evidence is only {gpu.coverage:.1%} complete"
    doubt = (
        f"{said}: the CPU stayed at or below {cpu.maximum:.1f} %, which says nothing of the GPUs; run the CloudWatch "
        "agent with its nvidia_gpu section all the time, then it can be judged"
    )
    return Verdict(None, (doubt,), ("GPU utilisation (CWAgent nvidia_smi_utilization_gpu)",), evidence)
