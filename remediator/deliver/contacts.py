"""Whom a request or a ticket asks: the first owner, and the next two where the evidence for them is strong too.

Whom history only suggests is not asked, and nobody is where it names no others.
"""

from collections.abc import Sequence
from itertools import zip_longest

from remediator.model import Plan, is_handle
from remediator.trace.asked import asked

REVIEWERS = 3
"""How many are asked to review at most."""


def reviewers(plan: Plan) -> tuple[str, ...]:
    """The handles that are asked to review, as CODEOWNERS writes them."""
    handles = [name for owner in asked(plan.origin.owners) for name in owner.reviewers if is_handle(name)]
    own = [owner.handle for owner in asked(plan.origin.owners) if is_handle(owner.handle)]
    return tuple(dict.fromkeys(handles or own))[:REVIEWERS]


def reviewers_of(plans: Sequence[Plan]) -> tuple[str, ...]:
    """Who is asked to review several plans at once: the first owners of each before the next ones."""
    turns = (handle for turn in zip_longest(*map(reviewers, plans)) for handle in turn if handle is not None)
    return tuple(dict.fromkeys(turns))[:REVIEWERS]


def assignees(plan: Plan) -> tuple[str, ...]:
    """The handle that a request is assigned to: the first that an owner has."""
    return tuple(owner.handle for owner in asked(plan.origin.owners) if is_handle(owner.handle))[:1]


def jira_assignee(plan: Plan) -> str | None:
    """The Jira account id of the first owner that has one."""
    return next((owner.jira_assignee for owner in asked(plan.origin.owners) if owner.jira_assignee), None)


def jira_component(plan: Plan) -> str | None:
    """The Jira component of the first owner that has one."""
    return next((owner.jira_component for owner in asked(plan.origin.owners) if owner.jira_component), None)
