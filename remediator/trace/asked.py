"""Whom of the owners somebody is to ask, and whether they can be reached at all."""

from collections.abc import Container, Sequence

from remediator.model import Owner, is_handle
from remediator.trace.people import folded

ASKED = 0.5
"""Confidence from which an owner who is not the first is asked as well; whom history alone names only after such."""

FALLBACK = "fallback"
"""The source of evidence that names `owners.fallback`, which is asked wherever it is named."""


def asked(owners: Sequence[Owner]) -> tuple[Owner, ...]:
    """The owners that are asked: the likeliest, of the next two those that are likely themselves, and the fallback."""
    known = tuple(owner for owner in owners[:3] if not owner.suggested)
    first, others = known[:1], known[1:]
    guessing = all(owner.by_history for owner in first)
    likely = (o for o in others if falls_back(o) or (o.confidence >= ASKED and (guessing or not o.by_history)))
    return (*first, *likely)


def reachable(owner: Owner, unable: Container[str] = ()) -> bool:
    """Whether there is any way to ask an owner; a bare name, an address and a role of a project are none.

    `unable` are accounts that cannot be asked, `folded`.
    """
    handles = (word for word in (owner.handle, *owner.reviewers) if is_handle(word))
    others = (owner.jira_assignee, owner.jira_component, owner.escalation)
    return any(folded(word) not in unable for word in handles) or any(others)


def falls_back(owner: Owner) -> bool:
    """Whether it is the configured fallback."""
    return any(item.source == FALLBACK for item in owner.evidence)
