"""How sure the evidence makes: what history adds up to, put to what it was measured to be worth."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from remediator.model import BY_HISTORY, Evidence

_MEASURED = ((0.0, 0.0), (0.16, 0.07), (0.26, 0.23), (0.35, 0.31), (0.44, 0.43), (0.55, 0.5), (0.75, 0.55), (1.0, 0.6))
"""What history adds up to for the first owner, and how often that owner went on to change the code within a year.

From bench/owner_accuracy.py over 19 public repositories, see docs/owners.md; rising throughout, so no order changes.
"""


def confidence(evidence: Sequence[Evidence]) -> float:
    """From 0 to below 1: what was written down as configured, what history suggests as measured; both add up."""
    history = _added(item.weight for item in evidence if item.source in BY_HISTORY)
    written = _added(item.weight for item in evidence if item.source not in BY_HISTORY)
    return _added((_measured(history), written))


def _added(weights: Iterable[float]) -> float:
    doubt = 1.0
    for weight in weights:
        doubt *= 1 - weight
    return 1 - doubt


def _measured(sum_: float) -> float:
    """The part that was right at that sum, on a straight line between the two measured beside it."""
    for (low, first), (high, second) in pairwise(_MEASURED):
        if sum_ <= high:
            return first + (second - first) * (sum_ - low) / (high - low)
    return _MEASURED[-1][1]
