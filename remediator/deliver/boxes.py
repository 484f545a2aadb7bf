"""Boxes that people tick in our bodies and on the dashboard: a task list whose items carry a hidden name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REBUILD = "rebuild"
"""What the box in a request does: make its branch anew."""

_BOX = re.compile(
    r"^ {0,2}[-*] \[([ xX])\] <!-- ([a-z]{1,20})(?:=([0-9a-f]{16}))?"
    r"(?: monthly=(\d{1,12}\.\d\d))?(?: until=(\d{4}-\d\d-\d\d))? -->",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: what it does, the plan it is for, whether it is ticked; the saving and the day that stand beside it."""

    verb: str
    of: str | None = None
    ticked: bool = False
    monthly: Decimal | None = None
    until: date | None = None

    def __str__(self) -> str:
        of = f"={self.of}" if self.of else ""
        monthly = f" monthly={self.monthly:.2f}" if self.monthly is not None else ""
        until = f" until={self.until}" if self.until else ""
        return f"- [{'x' if self.ticked else ' '}] <!-- {self.verb}{of}{monthly}{until} -->"


def boxes(body: str) -> Iterator[Box]:
    """The boxes in a body, in their order; a line is a box of ours only by its hidden name at its beginning."""
    for found in _BOX.finditer(body.replace("\r\n", "\n")):
        tick, verb, of, monthly, until = found.groups()
        yield Box(verb, of, tick != " ", Decimal(monthly) if monthly else None, _day(until))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # somebody edited it into no day at all


def is_ticked(body: str, verb: str) -> bool:
    """Whether any box of that name is ticked."""
    return any(box.ticked for box in boxes(body) if box.verb == verb)


def unticked(body: str, verb: str) -> str:
    """The body with the boxes of that name empty."""
    return _BOX.sub(lambda found: found[0].replace(f"[{found[1]}]", "[ ]", 1) if found[2] == verb else found[0], body)
