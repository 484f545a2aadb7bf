"""Whoever launched a resource is named where people may be, or as the owner who is asked, and nowhere else."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.deliver.disclosure import NOTHING, Shown, discreet
from remediator.deliver.folding import disclosed, folded
from remediator.deliver.markers import Marker
from remediator.deliver.render import pull_request_body, ticket_body
from remediator.model import Evidence, LaunchRecord, Owner, Unattributed
from remediator.trace.launched import launcher, sentences

PEOPLE = Shown(resource_ids=True, people=True, addresses=True, account_ids=True)
RECORD = LaunchRecord(
    at=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    event="RunInstances",
    principal="arn:aws:iam::123456789012:user/jane.doe",
    person="jane.doe",
    service=None,
    tool=None,
)


@pytest.fixture(params=["declared", "undeclared"])
def plan(request, make_plan):
    made = make_plan(doubts=("unsure",))
    said = tuple(sentences(made.changes[0].resource, RECORD))
    if request.param == "declared":
        return replace(made, origin=replace(made.origin, launch=said, launcher=launcher(RECORD)))
    return replace(made, origin=Unattributed("no state holds it", (), (), said, (), launcher(RECORD)))


def texts(plan, shown: Shown) -> list[str]:
    marker = Marker(plan.id, "ebs_gp3", False, plan.fingerprints)
    tickets = [ticket_body(plan, marker, name, shown) for name in ("ticket.md", "ticket.jira")]
    return [pull_request_body(plan, marker, shown), *tickets, folded(disclosed(plan, shown))]


def test_nobody_else_is_told_who_launched_it(plan) -> None:
    for text in texts(plan, NOTHING):
        assert "jane" not in text
    assert "somebody called RunInstances" in texts(plan, NOTHING)[1]


def test_who_may_know_of_people_is_told(plan) -> None:
    assert all("jane" in text for text in texts(plan, PEOPLE)[1:])


def test_the_owner_who_is_asked_is_named_all_the_same(plan) -> None:
    owner = Owner("jane.doe", 0.6, (Evidence("launch", "called RunInstances on 2026-11-20", 0.6),), (), None)
    asked = replace(plan, origin=replace(plan.origin, owners=(owner,)))

    assert discreet(asked, NOTHING).origin.launch == asked.origin.launch
    assert "user/jane.doe called RunInstances" in texts(asked, NOTHING)[1].replace("\\", "")
