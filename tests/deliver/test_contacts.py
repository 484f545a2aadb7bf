from dataclasses import replace

import pytest

from remediator.deliver.contacts import assignees, jira_assignee, jira_component, reviewers
from remediator.model import Evidence, Owner

TEAM = Owner("@acme/ml", 0.9, (), ("@acme/ml", "@al"), None, "ML")
BO = Owner("@bo", 0.6, (), ("@bo",), "5b")
GUESS = Owner("@cy", 0.2, (), ("@cy",), "5c")
NAME = Owner("Alice Moreau", 0.3, ())
WRITTEN = replace(TEAM, evidence=(Evidence("CODEOWNERS", "line 1", 0.9),))
TAGGED = replace(BO, evidence=(Evidence("directory", "d", 0.2), Evidence("tag", "t", 0.5)))
SUGGESTED = replace(BO, handle="@eli", reviewers=("@eli",), jira_assignee="5e", confidence=0.1, suggested=True)
FALLBACK = replace(BO, handle="@fay", reviewers=("@fay",), confidence=0.2, evidence=(Evidence("fallback", "f", 0.2),))
COMMITTER = replace(BO, handle="@di", reviewers=("@di",), evidence=(Evidence("directory", "d", 0.6),))


@pytest.mark.parametrize(
    ("owners", "reviewing", "assigned", "jira"),
    [
        ((TEAM, BO, GUESS), ("@acme/ml", "@al", "@bo"), ("@acme/ml",), "5b"),
        ((GUESS, BO), ("@cy", "@bo"), ("@cy",), "5c"),
        ((NAME, GUESS), (), (), None),
        ((replace(TEAM, handle="@@maintainer", reviewers=()), GUESS), (), (), None),
        ((TEAM, GUESS, GUESS, BO), ("@acme/ml", "@al"), ("@acme/ml",), None),
        ((WRITTEN, TAGGED, COMMITTER), ("@acme/ml", "@al", "@bo"), ("@acme/ml",), "5b"),
        ((WRITTEN, COMMITTER), ("@acme/ml", "@al"), ("@acme/ml",), None),
        ((COMMITTER, BO), ("@di", "@bo"), ("@di",), "5b"),
        ((SUGGESTED, GUESS), ("@cy",), ("@cy",), "5c"),
        ((replace(BO, evidence=WRITTEN.evidence), SUGGESTED), ("@bo",), ("@bo",), "5b"),
        ((SUGGESTED, SUGGESTED), (), (), None),
        ((NAME, FALLBACK, GUESS), ("@fay",), ("@fay",), "5b"),
        ((), (), (), None),
    ],
)  # fmt: skip
def test_the_first_owner_is_asked_and_the_next_two_where_they_are_likely(make_plan, owners, reviewing, assigned, jira):
    plan = make_plan()
    plan = replace(plan, origin=replace(plan.origin, owners=owners))

    assert (reviewers(plan), assignees(plan), jira_assignee(plan)) == (reviewing, assigned, jira)
    assert jira_component(plan) == (next((o.jira_component for o in owners[:1] if not o.suggested), None))
