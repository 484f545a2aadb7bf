"""A unit that disagrees made small: fewer choices, as long as Terraform and we still disagree in the same way."""

from collections.abc import Iterator

from bench.oracle.comparison import TOGETHER, Disagreement, compared
from bench.oracle.judge import Judge
from bench.oracle.units import Unit, written

__all__ = ["reduced"]

_CHUNKS = (512, 128, 32, 8, 3, 1)
_ROUNDS = 60


def reduced(judge: Judge, found: Disagreement, rounds: int = _ROUNDS) -> Disagreement:
    """The smallest disagreement of the same sort that leaving out and zeroing choices comes to.

    A round is one root of Terraform's, which judges many smaller units at once.
    """
    best = found
    tried = {found.unit.text}
    sizes = list(_CHUNKS)
    while sizes and rounds > 0:
        candidates = {unit.text: unit for unit in _simpler(best.unit, sizes[0]) if unit.size < best.unit.size}
        left = sorted((unit for text, unit in candidates.items() if text not in tried), key=lambda unit: unit.size)
        smaller = None
        while left and smaller is None and rounds > 0:
            batch, left, rounds = left[:TOGETHER], left[TOGETHER:], rounds - 1
            tried |= {unit.text for unit in batch}
            smaller = next((one for one in compared(judge, batch).disagreements if one.sort == found.sort), None)
        if smaller is None:
            del sizes[0]
        best = smaller or best
    return best


def _simpler(unit: Unit, size: int) -> Iterator[Unit]:
    data = unit.data
    for at in range(0, len(data), size):
        yield written(data[:at] + data[at + size :])
        if any(data[at : at + size]):
            yield written(data[:at] + bytes(size) + data[at + size :])
