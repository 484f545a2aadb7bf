"""Who is asked where nobody is known well enough: `owners.fallback`, before those whom history only suggests."""

from remediator.config import OwnersConfig
from remediator.model import Evidence, Owner, is_handle


def with_fallback(owners: tuple[Owner, ...], config: OwnersConfig) -> tuple[Owner, ...]:
    """The owners, with the configured fallback before them where none of them may be asked by name.

    It weighs as much as it takes to be asked, so that it comes before whoever weighs less.
    """
    name = config.fallback
    if name is None or not all(owner.suggested for owner in owners):
        return owners
    team = config.teams.get(name)
    reviewers = tuple(word for word in (team.reviewers if team else (name,)) if is_handle(word))
    text = f"asked where nobody is known with a confidence of {config.least_confidence * 100:.0f} % or more"
    fallback = Owner(
        handle=next((word for word in reviewers if "/" in word), next(iter(reviewers), name)),
        confidence=config.least_confidence,
        evidence=(Evidence("fallback", text, config.least_confidence),),
        reviewers=reviewers,
        jira_assignee=team.jira_assignee if team else None,
        jira_component=team.jira_component if team else None,
        escalation=team.escalation if team else None,
        team=name if team else None,
    )
    return (fallback, *owners)
