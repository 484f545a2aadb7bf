"""Who is asked where nobody else can be: `owners.fallback`, before those whom history only suggests."""

from collections.abc import Container

from remediator.config import OwnersConfig
from remediator.model import Evidence, Owner, PassedOver, is_handle
from remediator.trace.asked import FALLBACK, asked, falls_back, reachable
from remediator.trace.people import all_left, folded

LEFT = "left, says owners.left"

_PLACE = 2
"""How many are named before it at most: nobody asks after the third."""


def with_fallback(
    owners: tuple[Owner, ...], config: OwnersConfig, unable: Container[str] = ()
) -> tuple[tuple[Owner, ...], tuple[PassedOver, ...]]:
    """The owners, with the configured fallback among them where whoever would be asked cannot be reached.

    It weighs as much as it takes to be asked, so that it comes before whoever weighs less. Who left is not asked here
    either, so that a fallback who did, and is no team, is none: those are the passed over. `unable` are accounts that
    cannot be asked, `folded`.
    """
    name = config.fallback
    if name is None or any(map(falls_back, owners)) or any(reachable(owner, unable) for owner in asked(owners)):
        return owners, ()
    left = all_left(config.left)
    team = config.teams.get(name)
    words = team.reviewers if team else (name,)
    reviewers = tuple(word for word in words if is_handle(word) and folded(word) not in left)
    gone = tuple(word for word in dict.fromkeys((name, *words)) if folded(word) in left)
    passed = tuple(PassedOver(word, f"{LEFT} ({FALLBACK}: owners.fallback is {name})") for word in gone)
    if folded(name) in left or not (team or reviewers):
        return owners, passed
    text = f"asked where nobody who can be reached is known with {config.least_confidence * 100:.0f} % or more"
    fallback = Owner(
        handle=next((word for word in reviewers if "/" in word), next(iter(reviewers), name)),
        confidence=config.least_confidence,
        evidence=(Evidence(FALLBACK, text, config.least_confidence),),
        reviewers=reviewers,
        jira_assignee=team.jira_assignee if team else None,
        jira_component=team.jira_component if team else None,
        escalation=team.escalation if team else None,
        team=name if team else None,
    )
    least = config.least_confidence
    surer = sum(not owner.suggested and owner.confidence >= least for owner in owners[:_PLACE])
    return (*owners[:surer], fallback, *owners[surer:]), passed
