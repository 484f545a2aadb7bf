"""Not more creations in an hour than a service allows."""

import time
from collections import deque
from collections.abc import Callable

from remediator.errors import RemediatorError

HOUR = 3600.0

CREATIONS = 450
"""In an hour. GitHub allows 500 of everything that notifies people, and may lower that without notice:
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"""


class Pace:
    """Counts the creations of one run; `clock` gives seconds."""

    def __init__(self, most: int = CREATIONS, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._made: deque[float] = deque()

    def count(self) -> None:
        """Count one more; raises RemediatorError where the hour is full, which is left to the next run."""
        now = self._clock()
        while self._made and now - self._made[0] >= HOUR:
            self._made.popleft()
        if len(self._made) >= self._most:
            raise RemediatorError(
                f"{self._most} requests, comments and labels were made within the hour, which is as many as GitHub "
                "takes; what is left is done by the next run"
            )
        self._made.append(now)
