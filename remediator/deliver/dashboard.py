"""The dashboard of a repository: what is open, waits, is declined or failed, with boxes to answer each; pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from remediator.deliver import escape
from remediator.deliver.basis import moved
from remediator.deliver.boxes import Box, boxes
from remediator.deliver.disclosure import NOTHING, Shown
from remediator.deliver.wording import money

TOPIC = "dashboard"
TITLE = "remediator: what is open, waiting and declined"

LIMIT = 60_000
"""Characters of its body: safely below GitHub's 65,536."""

_LINK = re.compile(r"https?://[^\s()<>\[\]\"]{1,500}")


class Section(StrEnum):
    """The sections, in their order, and what the box of each does."""

    LIMITED = "limited"
    WAITING = "waiting"
    ERRORED = "errored"
    OPEN = "open"
    SNOOZED = "snoozed"
    DECLINED = "declined"


LONG: Final = 25
"""Rows that are seen at a glance; of more the numbers are said first."""

_HEADS: Final[Mapping[Section, tuple[str, str, str | None]]] = {
    Section.LIMITED: ("Limited", "They open as limits allow. Tick one to open it in the next run.", "approve"),
    Section.WAITING: ("Waiting", "They go on by themselves when what they wait for is there.", None),
    Section.ERRORED: ("Errored", "They are tried again in every run. Tick one to pass the limits then.", "retry"),
    Section.OPEN: ("Open", "Tick one to have its branch made anew; commits of others on it are lost.", "rebuild"),
    Section.SNOOZED: ("Snoozed", "They are quiet until their day. Tick one to wake it now.", "wake"),
    Section.DECLINED: ("Declined", "They are not opened again. Tick one to be asked once more.", "ask"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One plan on the dashboard: `where` is its request's URL or path, `note` a few words, `until` ends its snooze."""

    section: Section
    plan_id: str
    title: str
    monthly: Decimal | None = None
    reference: str | None = None
    where: str | None = None
    note: str | None = None
    until: date | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Answers:
    """What people answered on a dashboard: the plans whose box is ticked, by what the box does.

    `snoozed` are the days until which plans are quiet, `figures` the savings that stand there, `rows` the boxes of each
    plan as they stand.
    """

    ticked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    snoozed: Mapping[str, date] = field(default_factory=dict)
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    rows: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)

    def says(self, verb: str, plan_id: str) -> bool:
        """Whether a plan's box of that name is ticked."""
        return plan_id in self.ticked.get(verb, frozenset())

    @property
    def silent(self) -> "Answers":
        """What keeps plans quiet alone, for a run that is to act on nothing else."""
        return Answers({"snooze": self.ticked.get("snooze", frozenset())}, self.snoozed, self.figures)


NO_ANSWERS: Final = Answers()
"""Of a dashboard that is not there."""


def read(body: str) -> Answers:
    """What stands on a dashboard; text that is no box of ours counts for nothing."""
    found = [(box, box.of) for box in boxes(body) if box.of is not None]
    verbs = {box.verb for box, _ in found if box.ticked}
    return Answers(
        {verb: frozenset(of for box, of in found if box.verb == verb and box.ticked) for verb in verbs},
        {of: box.until for box, of in found if box.verb == "wake" and box.until is not None},
        {of: box.monthly for box, of in found if box.monthly is not None},
        {of: tuple(box for box, other in found if other == of) for of in dict.fromkeys(of for _, of in found)},
    )


def remembered(
    entries: Sequence[Entry], there: Answers, today: date, whole: bool
) -> Mapping[Section, Sequence[tuple[Box, ...]]]:
    """The rows of plans that a run has not, which the dashboard alone remembers.

    Snoozes until their day and, where the run was not `whole`, ticks that it could not act on.
    """
    shown = {entry.plan_id for entry in entries}
    kept: dict[Section, list[tuple[Box, ...]]] = {}
    for of, own in there.rows.items():
        section = next((s for s, (_, _, verb) in _HEADS.items() if verb == own[0].verb), None)
        until = there.snoozed.get(of)
        quiet = section is Section.SNOOZED and until is not None and until > today
        if section is not None and of not in shown and (quiet or (not whole and any(box.ticked for box in own))):
            kept.setdefault(section, []).append(own)
    return kept


def render(
    entries: Sequence[Entry],
    before: Answers,
    beyond: float,
    later: Answers = NO_ANSWERS,
    kept: Mapping[Section, Sequence[tuple[Box, ...]]] = MappingProxyType({}),
    shown: Shown = NOTHING,
) -> str:
    """The body; figures that moved by less than `beyond` stay as they stood `before`, so that it rests.

    Every box is empty, save those that were ticked only `later`, while the run was at work: they are for the next one.
    `kept` are rows that stay as they are.
    Where it would be too long, sections are shortened, but for the snoozed: the dashboard alone remembers those.
    """
    calm = [_calm(entry, before, beyond) for entry in entries]
    missed = frozenset((verb, of) for verb, ids in later.ticked.items() for of in ids if not before.says(verb, of))
    for rows in (200, 100, 50, 25, 10, 0):
        body = "\n".join(_lines(calm, rows, missed, kept, shown))
        if len(body) <= LIMIT:
            return body
    return escape.cut(body, LIMIT, "This text was cut here.")


def _calm(entry: Entry, before: Answers, beyond: float) -> tuple[Entry, Decimal | None]:
    told = before.figures.get(entry.plan_id)
    return entry, entry.monthly if told is None or moved(told, entry.monthly, beyond) else told


def _lines(
    entries: Sequence[tuple[Entry, Decimal | None]],
    rows: int,
    missed: Collection[tuple[str, str]],
    kept: Mapping[Section, Sequence[tuple[Box, ...]]],
    shown: Shown,
) -> Iterator[str]:
    yield "What remediator found in this repository, by what became of it. Every box is acted on once, in the next run."
    numbers = Counter([*(entry.section for entry, _ in entries), *(s for s, own in kept.items() for _ in own)])
    if numbers.total() > LONG:
        yield f"\n{', '.join(f'{numbers[s]} {head.lower()}' for s, (head, *_) in _HEADS.items() if numbers[s])}."
    for section, (head, what, verb) in _HEADS.items():
        own = sorted(
            ((entry, monthly) for entry, monthly in entries if entry.section is section),
            key=lambda pair: (-(pair[1] or Decimal(0)), pair[0].plan_id),
        )
        stay = sorted(kept.get(section, ()), key=lambda boxes: boxes[0].of or "")
        if not own and not stay:
            continue
        yield f"\n### {head} ({len(own) + len(stay)})\n\n{what}\n"
        most = len(own) if section is Section.SNOOZED else rows
        for entry, monthly in own[:most]:
            yield from _rows(entry, monthly, verb, missed, shown)
        for first, *others in stay:
            yield from (str(first), *(f"  {box}" for box in others))
        if len(own) > most:
            yield f"\nand {len(own) - most} more, which the summary of a run names."


def _rows(
    entry: Entry, monthly: Decimal | None, verb: str | None, missed: Collection[tuple[str, str]], shown: Shown
) -> Iterator[str]:
    saving = (
        f", {money(monthly)} {entry.currency} a month" if monthly is not None and verb else ""
    )  # a box keeps it from moving
    length = 60 if entry.section is Section.SNOOZED else 120
    text = f"{escape.markdown(escape.middle(entry.title, length, shown), length, shown)}{saving}{_place(entry)}"
    text += f", until {entry.until}" if entry.until else ""
    text += f": {escape.markdown(entry.note, 200, shown)}" if entry.note and not entry.until else ""
    if verb is None:
        yield f"- {text}"
    else:
        yield f"{Box(verb, entry.plan_id, (verb, entry.plan_id) in missed, monthly, entry.until)} {text}"
    if entry.section in (Section.LIMITED, Section.ERRORED):
        yield f"  {Box('snooze', entry.plan_id, ('snooze', entry.plan_id) in missed)} not for some time"


def _place(entry: Entry) -> str:
    if entry.reference is None:
        return ""
    if entry.where is not None and _LINK.fullmatch(entry.where):
        return f", [{escape.markdown(entry.reference)}]({entry.where})"
    return f", {escape.markdown(entry.reference)}"
