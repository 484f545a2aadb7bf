"""Whether evidence holds the turn of a month, at which accounts are closed."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from remediator.model import Observation


def without_turn(seen: Observation, environments: Collection[str]) -> Iterator[str]:
    """The doubt about CPU evidence without a month's turn, in environments where that asks for a person.

    What nothing says the environment of may be in production.
    """
    cpu = seen.usage.metric("cpu")
    if (seen.environment or "prod") in environments and cpu is not None and not turns(cpu.start, cpu.end):
        place = (
            f"it is in {seen.environment}" if seen.environment else "it may be in production, since nothing says not"
        )
        yield (
            f"{place}, and the evidence from {cpu.start:%Y-%m-%d} to {cpu.end:%Y-%m-%d} holds no "
            "turn of a month, when more may be asked of it (month_end_in)"
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
