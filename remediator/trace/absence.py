"""Passes over those whom a forge says cannot be asked any more, to the next evidence."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from remediator.model import BY_HISTORY, Origin, Owner, PassedOver, Unattributed, is_handle
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


Absences = Mapping[str, Absence]
"""By `folded` handle; who can be asked is left out."""


def to_ask_after(owners: Collection[Owner]) -> frozenset[str]:
    """The accounts of persons among those who are named, and among the reviewers of their teams."""
    handles = (handle for owner in tuple(owners)[:NAMED] for handle in (owner.handle, *owner.reviewers))
    return frozenset(folded(handle) for handle in handles if is_handle(handle) and "/" not in handle)


def unable(absences: Absences) -> frozenset[str]:
    """The accounts that cannot be asked, for good or not."""
    return frozenset(handle for handle, absence in absences.items() if not absence.unsure)


def without(origin: Origin | Unattributed, absences: Absences) -> Origin | Unattributed:
    """The origin with the next owners in place of those who are absent, and those among the passed over."""
    owners: list[Owner] = []
    passed: dict[str, PassedOver] = {folded(one.handle): one for one in origin.passed_over}
    for owner in origin.owners:
        reason = _reason(owner, absences)
        for handle, why in (*(((owner.handle, reason),) if reason else ()), *_gone(owner.reviewers, absences)):
            passed.setdefault(folded(handle), PassedOver(handle, f"{why} ({_words(owner)})"))
        reviewers = tuple(h for h in owner.reviewers if h not in dict(_gone(owner.reviewers, absences)))
        if reason is None:
            owners.append(replace(owner, reviewers=reviewers))
        elif owner.team:  # a team outlives its members
            owners.append(replace(owner, handle=next(iter(reviewers), owner.team), reviewers=reviewers))
    return replace(origin, owners=tuple(owners), passed_over=tuple(passed.values()))


def _reason(owner: Owner, absences: Absences) -> str | None:
    absence = absences.get(folded(owner.handle))
    by_history = all(item.source in BY_HISTORY for item in owner.evidence)
    return absence.reason if absence and (absence.for_good or by_history) else None


def _gone(handles: Collection[str], absences: Absences) -> Iterator[tuple[str, str]]:
    for handle in handles:
        absence = absences.get(folded(handle))
        if absence and absence.for_good:
            yield handle, absence.reason


def _words(owner: Owner) -> str:
    """The heaviest piece of evidence for an owner."""
    return next((f"{item.source}: {item.text}" for item in owner.evidence), "no evidence")
