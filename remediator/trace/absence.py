"""Passes over those whom a forge says cannot be asked any more, to the next evidence."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from remediator.model import UNCHECKED, Evidence, Origin, Owner, PassedOver, Unattributed, is_handle
from remediator.trace.people import folded

NAMED = 3
"""The first owner and the next two: nobody else is named to people, so of nobody else a forge is asked."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why somebody cannot be asked, as a forge has it.

    Where it is not `for_good`, the account may be in use, and has no access to the repository: who wrote it down as an
    owner meant it all the same, while whom history alone names has left. `unsure` where a group may be called so.
    """

    reason: str
    for_good: bool
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Why no forge told whether somebody can be asked; who is named stays so, and the evidence says it."""

    reason: str


Absences: TypeAlias = Mapping[str, Absence | Unchecked]
"""By `folded` handle; who can be asked is left out."""


def to_ask_after(owners: Collection[Owner]) -> frozenset[str]:
    """The accounts, teams and groups among those who are named, and among the reviewers of their teams."""
    handles = (handle for owner in tuple(owners)[:NAMED] for handle in (owner.handle, *owner.reviewers))
    return frozenset(folded(handle) for handle in handles if is_handle(handle))


def unable(absences: Absences) -> frozenset[str]:
    """The accounts that cannot be asked, for good or not."""
    return frozenset(handle for handle, why in absences.items() if isinstance(why, Absence) and not why.unsure)


def agreed(answers: Sequence[Absences]) -> Absences:
    """What several forges together say of the same handles: who is on one of them is there.

    Who is on none is absent only where each of them knows.
    """
    found: dict[str, Absence | Unchecked] = {}
    for handle in frozenset.intersection(*map(frozenset, answers)) if answers else ():
        given = [answer[handle] for answer in answers]
        reason = ", and ".join(dict.fromkeys(one.reason for one in given))
        absent = [one for one in given if isinstance(one, Absence)]
        known = len(absent) == len(given)
        sure, unsure = all(one.for_good for one in absent), any(one.unsure for one in absent)
        found[handle] = Absence(reason, sure, unsure) if known else Unchecked(reason)
    return found


def without(origin: Origin | Unattributed, absences: Absences) -> Origin | Unattributed:
    """The origin with the next owners in place of those who are absent, and those among the passed over.

    The evidence for an owner says of which handles of theirs it is not known.
    """
    owners: list[Owner] = []
    passed: dict[str, PassedOver] = {folded(one.handle): one for one in origin.passed_over}
    for owner in origin.owners:
        reason = _reason(owner, absences)
        for handle, why in (*(((owner.handle, reason),) if reason else ()), *_gone(owner.reviewers, absences)):
            passed.setdefault(folded(handle), PassedOver(handle, f"{why} ({_words(owner)})"))
        reviewers = tuple(h for h in owner.reviewers if h not in dict(_gone(owner.reviewers, absences)))
        if reason is None:
            owners.append(_noted(replace(owner, reviewers=reviewers), absences))
        elif owner.team:  # a team outlives its members
            left = replace(owner, handle=next(iter(reviewers), owner.team), reviewers=reviewers)
            owners.append(_noted(left, absences))
    return replace(origin, owners=tuple(owners), passed_over=tuple(passed.values()))


def _reason(owner: Owner, absences: Absences) -> str | None:
    absence = absences.get(folded(owner.handle))
    gone = isinstance(absence, Absence) and (absence.for_good or owner.by_history)
    return absence.reason if absence and gone else None


def _gone(handles: Collection[str], absences: Absences) -> Iterator[tuple[str, str]]:
    for handle in handles:
        absence = absences.get(folded(handle))
        if isinstance(absence, Absence) and absence.for_good:
            yield handle, absence.reason


def _noted(owner: Owner, absences: Absences) -> Owner:
    """The owner, with a line of evidence for each reason why handles of theirs were not checked."""
    handles: dict[str, dict[str, None]] = {}
    for handle in (owner.handle, *owner.reviewers):
        why = absences.get(folded(handle))
        if isinstance(why, Unchecked) or (isinstance(why, Absence) and why.unsure):
            handles.setdefault(why.reason, {}).setdefault(handle)
    notes = (Evidence(UNCHECKED, f"{', '.join(some)}: {reason}", 0.0) for reason, some in handles.items())
    return replace(owner, evidence=(*(item for item in owner.evidence if item.source != UNCHECKED), *notes))


def _words(owner: Owner) -> str:
    """The heaviest piece of evidence for an owner."""
    return next((f"{item.source}: {item.text}" for item in owner.evidence), "no evidence")
