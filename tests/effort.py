"""How long something takes, judged beside something like it on the same machine, never by a clock alone."""

from collections.abc import Callable
from time import process_time

TRIES = 5
"""The best of so many counts on either side: what else the machine does meanwhile makes each slower, never faster."""


def within(times: float, work: Callable[[], object], like: Callable[[], object]) -> bool:
    """Whether work takes at most so many times the processor's time of its like; both are tried in turn."""
    took = wanted = float("inf")
    for _ in range(TRIES):
        wanted = min(wanted, _seconds(like))
        took = min(took, _seconds(work))
        if took <= times * wanted:
            return True
    return False


def _seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun
