"""Boxes that people tick in our bodies and on the dashboard: a task list whose items carry a hidden name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REBUILD = "rebuild"
"""What the box in a request does: make its branch anew."""

LEAVE = "leave"
"""What a box in a request of several findings does: leave one of them out for good."""

_BOX = re.compile(
    r"^ {0,2}[-*] \[([ xX])\] <!-- ([a-z]{1,20})(?:=([0-9a-f]{16}))?"
    r"(?: monthly=(\d{1,12}\.\d\d))?(?: until=(\d{4}-\d\d-\d\d))? -->(?: ([^\n]{0,1000}))?",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Box:
    """One box: what it does, the plan it is for, whether it is ticked; the saving, the day and the text beside it."""

    verb: str
    of: str | None = None
    ticked: bool = False
    monthly: Decimal | None = None
    until: date | None = None
    text: str = ""

    def __str__(self) -> str:
        of = f"={self.of}" if self.of else ""
        monthly = f" monthly={self.monthly:.2f}" if self.monthly is not None else ""
        until = f" until={self.until}" if self.until else ""
        text = f" {self.text}" if self.text else ""
        return f"- [{'x' if self.ticked else ' '}] <!-- {self.verb}{of}{monthly}{until} -->{text}"


def boxes(body: str) -> Iterator[Box]:
    """The boxes in a body, in their order; a line is a box of ours only by its hidden name at its beginning."""
    for found in _BOX.finditer(body.replace("\r\n", "\n")):
        tick, verb, of, monthly, until, text = found.groups()
        yield Box(verb, of, tick != " ", Decimal(monthly) if monthly else None, _day(until), text or "")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # somebody edited it into no day at all


def is_ticked(body: str, verb: str) -> bool:
    """Whether any box of that name is ticked."""
    return any(box.ticked for box in boxes(body) if box.verb == verb)


def left_out(body: str) -> tuple[str, ...]:
    """The plans that people ticked to be left out of a request."""
    return tuple(box.of for box in boxes(body) if box.verb == LEAVE and box.ticked and box.of)


def unticked(body: str, verb: str) -> str:
    """The body with the boxes of that name empty."""
    return _BOX.sub(lambda found: found[0].replace(f"[{found[1]}]", "[ ]", 1) if found[2] == verb else found[0], body)
