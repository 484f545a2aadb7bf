"""Being let in by an account's people, before the first ticket for what no repository declares."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.deliver.accounts import fingerprint_of
from remediator.deliver.rebuilding import rebuild
from remediator.ledger.invitations import Kind
from remediator.ledger.ledger import open_ledger
from remediator.model import Unattributed
from tests.deliver.volume_plans import NOW

ASKED = {"onboarding": True}


@pytest.fixture
def hub(hub):
    """With Jira as its first tracker, to which tickets of no repository go."""
    trackers = {"jira": hub.config.trackers["jira"]}
    return replace(hub, config=hub.config.model_copy(update={"trackers": trackers}))


@pytest.fixture
def strays(hub, make_change):
    """Two volumes that no code declares, in one account."""

    def stray(name: str):
        change = replace(make_change(name), declared=None, title=f"Delete the volume {name} | @everyone")
        plan = hub.plan(name, change=change, doubts=("no state holds it",))
        return replace(plan, repository=None, base=None, origin=Unattributed("no state holds it", plan.origin.owners))

    return [stray("a"), stray("b")]


def run(hub, strays, hours: float = 0, **limits):
    return hub.deliver(*strays, limits=ASKED | limits, others=strays, now=NOW + timedelta(hours=hours))


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_nothing_but_one_ticket_asks_until_it_is_done(hub, jira, strays) -> None:
    first = run(hub, strays)

    assert [d.action for d in first] == ["held", "held"]
    assert all("waiting for FIN-1" in d.reason for d in first)
    [issue] = jira.issues.values()
    text = issue["fields"]["description"]
    assert issue["fields"]["summary"] == "Let remediator open tickets for the account ml-dev"
    assert text.count("|12.40 USD|") == 2 and not re.search(r"(?<!\\)@everyone", text) and "Close this as done" in text
    assert f"remediator-{fingerprint_of('ml-dev')}" in issue["fields"]["labels"]

    jira.service.requests.clear()
    run(hub, strays, 1)
    assert jira.service.writes == []
    assert sum("search" in request.path for request in jira.service.requests) == 1, "asked once, whatever waits"

    jira.resolve("FIN-1", "Done")
    assert [d.action for d in run(hub, strays, 2)] == ["opened", "opened"]
    jira.service.requests.clear()
    assert [d.action for d in run(hub, strays, 3)] == ["kept", "kept"]
    assert jira.service.requests == []


@pytest.mark.parametrize("lost", [False, True])
def test_closing_it_opts_the_account_out_for_good(hub, jira, strays, lost: bool) -> None:
    run(hub, strays)
    jira.resolve("FIN-1", "Won't Do")
    if lost:
        forget(hub)

    for hours in (1, 2):
        assert all("opted out by closing FIN-1" in d.reason for d in run(hub, strays, hours))
    assert list(jira.issues) == ["FIN-1"]


def test_it_waits_for_limits_and_freezes(hub, jira, strays) -> None:
    for limits in ({"open_tickets": 0}, {"tickets_per_hour": 0}, {"freeze": ("2026-11-01/2026-12-01",)}):
        assert all(d.reason.startswith("limits.") for d in run(hub, strays, **limits))
    assert jira.issues == {}


def test_a_run_that_was_killed_before_it_knew_the_answer_makes_no_second(hub, jira, strays) -> None:
    run(hub, strays)
    with open_ledger(None, hub.state_dir) as ledger:
        known = ledger.invitations.of(Kind.ACCOUNT, "ml-dev", fingerprint_of("ml-dev"))
        ledger.invitations.keep(replace(known, reference=""))
    run(hub, strays, 1)

    assert list(jira.issues) == ["FIN-1"]


def test_what_asks_is_no_finding_when_a_ledger_is_made_anew(hub, jira, strays) -> None:
    run(hub, strays)
    forget(hub)

    with open_ledger(None, hub.state_dir) as ledger:
        found = rebuild({"infra": (hub.repository, hub.clone())}, hub.config, hub.places(), ledger, NOW)
        assert (found.tickets, ledger.outcomes()) == (0, ())


def test_files_are_not_asked(desk, strays) -> None:
    assert [d.action for d in run(desk, strays)] == ["opened", "opened"]


def test_the_ticket_names_what_it_found_and_shows_nothing_hidden(hub, strays, jira) -> None:
    run(hub, strays)

    text = jira.issues["FIN-1"]["fields"]["description"]
    assert "<!--" not in text  # wiki markup has no comments: people would read it
    assert r"\(aws\_ebs\_volume vol\-a\)" in text
