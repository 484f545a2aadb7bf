"""A request and a ticket about the same findings: each names the other, and a run that is killed makes up for it."""

from contextlib import suppress
from dataclasses import replace

import pytest

from remediator.deliver.markers import read_marker
from remediator.ledger.ledger import open_ledger
from remediator.model import Route, Status
from tests.deliver.test_kills import Killed, fused

DOUBT = ("the value comes from another repository",)


def undone(desk) -> None:
    """What was delivered was live, and went back."""
    with open_ledger(None, desk.state_dir) as ledger:
        for outcome in ledger.outcomes():
            ledger.save(replace(outcome, status=Status.REGRESSED, live_at=outcome.opened_at))


def known(desk):
    with open_ledger(None, desk.state_dir) as ledger:
        return [(o.route, o.reference, o.beside, o.linked) for o in ledger.outcomes()]


def test_a_ticket_after_a_request_names_it_and_links_to_it(hub, github, jira) -> None:
    hub.deliver(hub.plan())
    github.pulls[0] |= {"state": "closed", "merged_at": "2026-11-20T12:00:00Z"}
    undone(hub)
    [done] = hub.deliver(hub.plan(doubts=DOUBT))

    url = github.pulls[0]["html_url"]
    assert (done.action, done.reason) == ("opened", None)
    assert f"|{url}]" in jira.issues["FIN-1"]["fields"]["description"]
    assert [link["object"]["url"] for link in jira.links["FIN-1"]] == [url]
    assert known(hub) == [(Route.TICKET, "FIN-1", url, True)]
    jira.service.requests.clear()
    hub.deliver(hub.plan(doubts=DOUBT))
    assert jira.service.requests == []


@pytest.fixture
def after_ticket(hub, jira):
    """A ticket that was done, and whose resource went back."""
    hub.deliver(hub.plan(doubts=DOUBT))
    jira.resolve("FIN-1", "Done")
    undone(hub)
    jira.service.requests.clear()
    return hub


def test_a_request_after_a_ticket_names_its_key_and_the_ticket_links_to_it(after_ticket, github, jira) -> None:
    [done] = after_ticket.deliver(after_ticket.plan())

    body = github.pulls[0]["body"]
    assert (done.action, done.reference) == ("opened", "1")
    assert f"[FIN-1]({jira.service.url}/browse/FIN-1)" in body.replace("\\", "")
    assert read_marker(body).ticket == f"{jira.service.url}/browse/FIN-1"
    assert [link["object"]["url"] for link in jira.links["FIN-1"]] == [github.pulls[0]["html_url"]]
    assert known(after_ticket) == [(Route.PULL_REQUEST, "1", "FIN-1", True)]


def test_the_ticket_stays_named_when_the_request_is_written_anew(after_ticket, github, make_change) -> None:
    after_ticket.deliver(after_ticket.plan())
    change = make_change()
    dearer = replace(change, saving=replace(change.saving, monthly=change.saving.monthly * 3))

    [done] = after_ticket.deliver(after_ticket.plan(change=dearer))

    assert done.action == "refreshed"
    assert "/browse/FIN-1)" in github.pulls[0]["body"]


@pytest.mark.parametrize("at", range(1, 10))
def test_a_request_that_was_killed_before_its_link_is_linked_by_the_next_run(at, after_ticket, github, jira) -> None:
    plan = after_ticket.plan()
    with fused(at), suppress(Killed):
        after_ticket.deliver(plan)

    after_ticket.deliver(plan)

    assert len(github.pulls) == 1
    assert [link["object"]["url"] for link in jira.links["FIN-1"]] == [github.pulls[0]["html_url"]]
    assert known(after_ticket) == [(Route.PULL_REQUEST, "1", "FIN-1", True)]


def test_a_search_that_is_late_costs_no_link(after_ticket, github, jira) -> None:
    jira._hidden["FIN-1"] = 99

    after_ticket.deliver(after_ticket.plan())

    assert [link["object"]["url"] for link in jira.links["FIN-1"]] == [github.pulls[0]["html_url"]]
    assert known(after_ticket) == [(Route.PULL_REQUEST, "1", "FIN-1", True)]


def test_a_ticket_that_cannot_be_read_for_once_is_linked_by_a_later_run(after_ticket, github, jira) -> None:
    jira.service.fail("GET", "/issue/FIN-1$", 503, times=99)
    [done] = after_ticket.deliver(after_ticket.plan())
    assert (done.action, "could not link FIN-1" in done.reason, jira.links) == ("opened", True, {})
    jira.service.faults.clear()

    [again] = after_ticket.deliver(after_ticket.plan())

    assert (again.action, again.reason, len(jira.links["FIN-1"])) == ("kept", None, 1)


@pytest.mark.parametrize("what", ["gone", "another's"])
def test_a_ticket_that_is_not_about_it_is_not_linked(what, after_ticket, github, jira) -> None:
    if what == "gone":
        del jira.issues["FIN-1"]
    else:
        jira.issues["FIN-1"]["fields"]["labels"] = ["remediator", "remediator-" + "f" * 16]

    [done] = after_ticket.deliver(after_ticket.plan())

    assert (done.action, done.reason, jira.links) == ("opened", None, {})
    assert known(after_ticket) == [(Route.PULL_REQUEST, "1", None, False)]


@pytest.mark.parametrize("name", ["FIN-1?x=y", "FIN-1#x", "FIN-..", "FIN-1%2F..%2FFIN-1"])
def test_what_people_write_in_place_of_a_ticket_is_asked_for_only_as_a_key(name, after_ticket, github, jira) -> None:
    after_ticket.deliver(after_ticket.plan())
    [pull] = github.pulls
    pull["body"] = pull["body"].replace("/browse/FIN-1 -->", f"/browse/{name} -->")
    for path in after_ticket.state_dir.glob("ledger.sqlite*"):
        path.unlink()
    jira.links.clear()
    jira.service.requests.clear()

    [done] = after_ticket.deliver(after_ticket.plan())

    assert (done.action, done.reason, jira.links) == ("kept", None, {})
    assert [r.path for r in jira.service.requests if "/issue/" in r.path] == []
    assert known(after_ticket) == [(Route.PULL_REQUEST, "1", None, False)]


def test_a_link_that_jira_refuses_is_a_note_and_is_tried_again(after_ticket, github, jira) -> None:
    jira.service.fail("POST", "remotelink", 403)
    [done] = after_ticket.deliver(after_ticket.plan())
    [again] = after_ticket.deliver(after_ticket.plan())

    assert (done.action, "could not link FIN-1" in done.reason) == ("opened", True)
    assert (again.action, again.reason, len(jira.links["FIN-1"])) == ("kept", None, 1)


def test_a_ticket_cut_short_whose_plan_became_a_request_stays_the_one_that_asks(hub, github, jira) -> None:
    with fused(4) as fuse, suppress(Killed):  # the plan file, the listing, the ledger, the ticket
        hub.deliver(hub.plan(doubts=DOUBT))
    assert (fuse.blown, list(jira.issues)) == (True, ["FIN-1"])
    jira.lag = 2

    [done] = hub.deliver(hub.plan())

    assert (done.action, done.reference, github.pulls) == ("kept", "FIN-1", [])
    assert len(jira.issues["FIN-1"]["fields"]["attachment"]) == 1


def test_a_ticket_that_never_came_to_be_does_not_keep_a_request_from_it(hub, github, jira) -> None:
    with fused(3), suppress(Killed):
        hub.deliver(hub.plan(doubts=DOUBT))

    [done] = hub.deliver(hub.plan())

    assert (done.action, jira.issues) == ("opened", {})
    assert known(hub) == [(Route.PULL_REQUEST, "1", None, False)]
