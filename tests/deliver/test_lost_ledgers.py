"""What the platform alone says once a ledger is gone: of groups, of links, and of what was counted over runs."""

import re
import shutil
from dataclasses import replace

import pytest

from remediator.deliver.rebuilding import rebuild
from remediator.ledger.ledger import open_ledger
from remediator.model import Status
from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import NOW

DOUBT = ("the value comes from another repository",)


def lose(desk) -> None:
    """The disk is gone, and the next run fills the ledger from the platform."""
    shutil.rmtree(desk.state_dir)
    with open_ledger(None, desk.state_dir) as ledger:
        assert rebuild({"infra": (desk.repository, desk.clone())}, desk.config, desk.places(), ledger, NOW).whole


@pytest.mark.parametrize("where", ["hub", "lab"])
@pytest.mark.parametrize("losses", [1, 2])
def test_a_no_to_a_group_whose_marker_is_gone_stays_a_no(where, losses, request, upstream) -> None:
    desk = request.getfixturevalue(where)
    plans = [desk.plan(name) for name in "abc"]
    grouped(desk, plans)
    if where == "hub":
        pulls = request.getfixturevalue("github").pulls
        pulls[0] |= {"state": "closed", "body": "Somebody wrote this anew."}
    else:
        pulls = request.getfixturevalue("gitlab").requests
        pulls[0] |= {"state": "closed", "description": "Somebody wrote this anew."}

    for _ in range(losses):
        lose(desk)
        done = grouped(desk, plans)

    assert {(d.action, (d.reason or "").partition(":")[0]) for _, d in done} == {("held", "declined")}
    assert len(pulls) == 1


def test_what_comes_later_is_asked_where_the_ledger_knows_who_was_declined(hub, github, upstream) -> None:
    plans = [hub.plan(name) for name in "ab"]
    grouped(hub, plans)
    github.pulls[0] |= {"state": "closed", "body": "Somebody wrote this anew."}
    lose(hub)
    grouped(hub, plans)

    done = {plan.id: d.action for plan, d in grouped(hub, [*plans, hub.plan("c"), hub.plan("d")])}

    assert sorted(done.values()) == ["held", "held", "opened", "opened"]
    assert len(github.pulls) == 2


@pytest.fixture
def after_ticket(hub, github, jira):
    """A request for what a ticket asked before, of which each knows the other."""
    hub.deliver(hub.plan(doubts=DOUBT))
    jira.resolve("FIN-1", "Done")
    with open_ledger(None, hub.state_dir) as ledger:
        for outcome in ledger.outcomes():
            ledger.save(replace(outcome, status=Status.REGRESSED, live_at=outcome.opened_at))
    hub.deliver(hub.plan())
    assert len(jira.links["FIN-1"]) == 1
    return hub


def linked(desk) -> list[tuple[str | None, bool]]:
    with open_ledger(None, desk.state_dir) as ledger:
        return [(o.beside, o.linked) for o in ledger.outcomes() if o.reference == "1"]


def test_a_link_is_looked_up_again_and_not_made_twice(after_ticket, jira) -> None:
    lose(after_ticket)
    after_ticket.deliver(after_ticket.plan())

    assert linked(after_ticket) == [("FIN-1", True)]
    assert len(jira.links["FIN-1"]) == 1
    jira.service.requests.clear()
    after_ticket.deliver(after_ticket.plan())
    assert jira.service.requests == []


def test_a_link_that_is_gone_is_made_again(after_ticket, jira) -> None:
    jira.links["FIN-1"].clear()
    lose(after_ticket)

    after_ticket.deliver(after_ticket.plan())

    assert [link["object"]["url"] for link in jira.links["FIN-1"]] == ["https://github.com/acme/infra/pull/1"]


@pytest.mark.parametrize("named", ["FIN-7", "FIN-2", "FIN-99"])
@pytest.mark.parametrize("lost", [True, False])
def test_a_ticket_that_a_body_names_and_that_is_not_its_own_is_not_linked(
    named, lost, after_ticket, github, jira
) -> None:
    """FIN-2 is ours and about another finding, FIN-7 somebody else's, FIN-99 is not there."""
    after_ticket.deliver(after_ticket.plan("b", doubts=DOUBT))
    other = jira.issues["FIN-2"]
    jira.issues["FIN-7"] = {**other, "key": "FIN-7", "id": "7", "fields": {**other["fields"], "labels": ["theirs"]}}
    github.pulls[0]["body"] = re.sub(r"ticket=\S+", f"ticket={named}", github.pulls[0]["body"])
    if lost:
        lose(after_ticket)
    else:
        with open_ledger(None, after_ticket.state_dir) as ledger:  # as after a request that this ledger never knew
            [own] = [o for o in ledger.outcomes() if o.reference == "1"]
            ledger.save(replace(own, beside=named, linked=False))

    [done] = after_ticket.deliver(after_ticket.plan())

    assert done.action == "kept", done
    assert {key: links for key, links in jira.links.items() if key != "FIN-1" and links} == {}
    jira.service.requests.clear()
    after_ticket.deliver(after_ticket.plan())
    assert jira.service.writes == []
