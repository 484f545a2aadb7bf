"""Whom a request or a ticket asks: the first owner, and the next two where the evidence for them is strong too.

Whom history only suggests is not asked, and nobody is where it names no others.
"""

from remediator.model import BY_HISTORY, Owner, Plan, is_handle

ASKED = 0.5
"""Confidence from which an owner who is not the first is asked as well; whom history alone names only after such."""

REVIEWERS = 3
"""How many are asked to review at most."""


def asked(plan: Plan) -> tuple[Owner, ...]:
    """The owners that are asked: the likeliest, and of the next two those that are likely themselves."""
    known = tuple(owner for owner in plan.origin.owners[:3] if not owner.suggested)
    first, others = known[:1], known[1:]
    guessing = all(map(_guessed, first))
    return (*first, *(o for o in others if o.confidence >= ASKED and (guessing or not _guessed(o))))


def _guessed(owner: Owner) -> bool:
    return all(item.source in BY_HISTORY for item in owner.evidence)


def reviewers(plan: Plan) -> tuple[str, ...]:
    """The handles that are asked to review, as CODEOWNERS writes them."""
    handles = [name for owner in asked(plan) for name in owner.reviewers if is_handle(name)]
    own = [owner.handle for owner in asked(plan) if is_handle(owner.handle)]
    return tuple(dict.fromkeys(handles or own))[:REVIEWERS]


def assignees(plan: Plan) -> tuple[str, ...]:
    """The handle that a request is assigned to: the first that an owner has."""
    return tuple(owner.handle for owner in asked(plan) if is_handle(owner.handle))[:1]


def jira_assignee(plan: Plan) -> str | None:
    """The Jira account id of the first owner that has one."""
    return next((owner.jira_assignee for owner in asked(plan) if owner.jira_assignee), None)


def jira_component(plan: Plan) -> str | None:
    """The Jira component of the first owner that has one."""
    return next((owner.jira_component for owner in asked(plan) if owner.jira_component), None)
