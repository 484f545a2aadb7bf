"""Second opinions of AWS' own advisers; one that is absent or fails is no disagreement."""

from collections.abc import Sequence
from dataclasses import dataclass

from remediator.model import CallCount, Opinion

__all__ = ["Opinions"]


@dataclass(frozen=True, slots=True)
class Opinions:
    """What advisers said, sentences on why there is no more, and the calls it took."""

    opinions: tuple[Opinion, ...] = ()
    notes: tuple[str, ...] = ()
    calls: Sequence[CallCount] = ()
