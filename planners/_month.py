"""Whether evidence holds a whole month, or the turn of one, at which accounts are closed."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from remediator.model import MetricSummary, Observation

_MONTH = 31
"""Days of the longest one."""


def without_turn(seen: Observation, environments: Collection[str]) -> Iterator[str]:
    """The doubt about CPU evidence without a month's turn, in environments where that asks for a person.

    What nothing says the environment of may be in production.
    """
    cpu = seen.usage.metric("cpu")
    if cpu is not None:
        yield from without_turn_in(cpu.start, cpu.end, seen, environments)


def without_turn_in(start: datetime, end: datetime, seen: Observation, environments: Collection[str]) -> Iterator[str]:
    """The same about evidence from a time to another."""
    if (seen.environment or "prod") in environments and not turns(start, end):
        place = (
            f"it is in {seen.environment}" if seen.environment else "it may be in production, since nothing says not"
        )
        yield (
            f"{place}, and the evidence from {start:%Y-%m-%d} to {end:%Y-%m-%d} holds no "
            "turn of a month, when more may be asked of it (month_end_in)"
        )


def without_month(
    seen: Observation, environments: Collection[str], evidence: Collection[MetricSummary]
) -> Iterator[str]:
    """The doubt about silence shorter than a month, where nothing says that it is not of an environment that is asked.

    What works on one day of each month may have been seen on none of two weeks.
    """
    days = min((summary.end - summary.start for summary in evidence), default=timedelta(0)) / timedelta(days=1)
    if seen.environment is None and "prod" in environments and days < _MONTH:
        yield (
            f"it may be in production, since nothing says not, and may be only waiting: {days:,.0f} days of evidence "
            "hold no whole month (lookback_days = 32)"
        )


def turns(start: datetime, end: datetime) -> bool:
    """Whether a time holds the last and the first day of a month."""
    day = timedelta(days=1)
    turn = _next_month(start)
    while turn + day <= end:
        if start <= turn - day:
            return True
        turn = _next_month(turn)
    return False


def _next_month(at: datetime) -> datetime:
    later = at.replace(day=1) + timedelta(days=32)
    return later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
