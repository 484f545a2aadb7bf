"""What was checked before a run, what came of it, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What came of a check; a warning stops no run."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked of a unit (`account ml-dev`, `forge hub`): a sentence on it, and how to mend it."""

    unit: str
    what: str
    verdict: Verdict
    said: str
    fix: str | None = None


def passed(unit: str, what: str, said: str) -> Check:
    """That it is as it should be."""
    return Check(unit, what, Verdict.OK, said)


def warned(unit: str, what: str, said: str, fix: str | None = None) -> Check:
    """That something will be left out, which stops no run."""
    return Check(unit, what, Verdict.WARNING, said, fix)


def failed(unit: str, what: str, said: str, fix: str | None = None) -> Check:
    """That a run would fail there."""
    return Check(unit, what, Verdict.FAILED, said, fix)
