"""What a run may still spend on metrics."""

import threading


class Purse:
    """So many metrics that may still be asked for, None for any number; safe to share between threads."""

    def __init__(self, left: int | None) -> None:
        self._left = left
        self._lock = threading.Lock()

    @property
    def left(self) -> int | None:
        """The metrics that may still be asked for."""
        with self._lock:
            return self._left

    def take(self, count: int) -> bool:
        """Take so many out, or none where that is more than there is."""
        with self._lock:
            if self._left is None:
                return True
            if count > self._left:
                return False
            self._left -= count
            return True


BOTTOMLESS = Purse(None)
