"""One function over many units of work, in parallel; a unit that fails is a value, and the others go on."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from remediator.errors import RemediatorError
from remediator.model import Failure

UnitT = TypeVar("UnitT")
ResultT = TypeVar("ResultT")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept(Generic[ResultT]):
    """What a sweep brought back, in the order of its units, and the units that failed."""

    results: tuple[ResultT, ...]
    failures: tuple[Failure, ...]


def start(
    executor: Executor, work: Callable[[UnitT], ResultT], units: Sequence[UnitT], name: Callable[[UnitT], str]
) -> Callable[[], Swept[ResultT]]:
    """Start the work on every unit and return at once; calling what is returned waits for the results.

    Whatever a unit raises becomes a Failure under its name.
    """
    answers = executor.map(partial(attempt, work), units)

    def collect() -> Swept[ResultT]:
        fates = list(answers)
        return Swept(
            tuple(fate[0] for fate in fates if isinstance(fate, tuple)),
            tuple(Failure(name(unit), fate) for unit, fate in zip(units, fates, strict=True) if isinstance(fate, str)),
        )

    return collect


def attempt(work: Callable[[UnitT], ResultT], unit: UnitT) -> tuple[ResultT] | str:
    """The result in a tuple, or the sentence that says why there is none."""
    try:
        return (work(unit),)
    except RemediatorError as error:
        return str(error)
    except Exception as error:
        _log.exception("a unit of work failed unexpectedly")
        return f"an unexpected {type(error).__name__}: {error}; run again with -v and report it with the log"
