"""Whether GPU machines have been idle, from the evidence of their last running hours."""

from dataclasses import dataclass
from datetime import datetime

from remediator.model import MetricSummary, Usage, Window


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says: idle since when, what speaks against a stop, and what was not there."""

    idle_since: datetime | None
    doubts: tuple[str, ...]
    missing: tuple[str, ...]
    evidence: tuple[MetricSummary, ...]


def judge(usage: Usage, hours: float, coverage: float, gpu: float, cpu: float, memory: float) -> Verdict | None:
    """A verdict over the last running hours, or None where the machine works or is too young to judge."""
    seen = {name: usage.metric(name, Window.RECENT) for name in ("gpu", "gpu_memory", "cpu", "network")}
    evidence = tuple(summary for summary in seen.values() if summary is not None)
    watched = seen["gpu"]
    if watched is None:
        return _without_gpu(seen["cpu"], cpu, hours, evidence)
    if watched.hours < hours or watched.maximum > gpu:
        return None
    doubts: list[str] = []
    missing: list[str] = []
    if watched.coverage < coverage:
        doubts.append(
            f"GPU evidence is {watched.coverage:.1%} complete over its last running hours, below {coverage:.0%}"
        )
    held = seen["gpu_memory"]
    if held is None:
        missing.append("GPU memory (nvidia_smi_memory_used, nvidia_smi_memory_total)")
    elif held.maximum > memory:
        doubts.append(
            f"GPU memory is held (up to {held.maximum:.0f} %), as an open notebook kernel does; ask before a stop"
        )
    busy = seen["cpu"]
    if busy is None:
        missing.append("CPU (AWS/EC2 CPUUtilization)")
    elif busy.maximum > cpu:
        doubts.append(f"the CPU works (up to {busy.maximum:.0f} %) while no GPU does; it may be preparing data")
    return Verdict(watched.quiet_since or watched.start, tuple(doubts), tuple(missing), evidence)


def _without_gpu(
    busy: MetricSummary | None, cpu: float, hours: float, evidence: tuple[MetricSummary, ...]
) -> Verdict | None:
    """Without GPU evidence only a ticket, and only where not even the CPU works."""
    if busy is None or busy.hours < hours or busy.maximum > cpu:
        return None
    doubt = (
        f"no GPU evidence: the CPU stayed at or below {busy.maximum:.1f} %, which says nothing of the GPUs; "
        "install the CloudWatch agent with its nvidia_gpu section, then it can be judged"
    )
    missing = ("GPU utilisation (CWAgent nvidia_smi_utilization_gpu)",)
    return Verdict(None, (doubt,), missing, evidence)
