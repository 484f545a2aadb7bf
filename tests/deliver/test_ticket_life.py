"""A ticket over several runs: what ends it, what opens it again, and what a lost ledger learns of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.deliver import ticket_upkeep
from remediator.deliver.rebuilding import rebuild
from remediator.ledger.ledger import open_ledger
from remediator.model import EXCEPTED, GONE, Bound, Experiment, Status
from tests.deliver.volume_plans import NOW

DOUBT = ("unsure",)
LATER = NOW + timedelta(days=1)


def settle(desk, live: bool = True, wanted: str | None = None) -> bool:
    with open_ledger(None, desk.state_dir) as ledger:
        [known] = ledger.outcomes()
        return ticket_upkeep.settle(known, live, wanted, desk.places().tracker(desk.repository), ledger, LATER)


def undone(desk) -> None:
    with open_ledger(None, desk.state_dir) as ledger:
        [known] = ledger.outcomes()
        ledger.save(replace(known, status=Status.REGRESSED, live_at=NOW))


@pytest.fixture(params=[2, 3])
def opened(hub, jira, request):
    """A ticket of either version of the API."""
    trackers = hub.config.trackers
    ours = {**trackers, "jira": trackers["jira"].model_copy(update={"api": request.param})}
    hub.config = hub.config.model_copy(update={"trackers": ours})
    hub.deliver(hub.plan(doubts=DOUBT))
    return hub


def test_it_is_closed_once_what_it_asks_for_is_live(opened, jira) -> None:
    assert settle(opened)
    assert jira.issues["FIN-1"]["fields"]["resolution"]["name"] == "Done"
    assert not settle(opened)
    assert len(jira.comments["FIN-1"]) == 1


def test_a_person_who_opens_it_again_has_the_last_word(opened, jira) -> None:
    settle(opened)
    jira.issues["FIN-1"]["fields"]["status"] = {"name": "In Progress", "statusCategory": {"key": "indeterminate"}}
    jira.service.requests.clear()

    assert not settle(opened)
    assert jira.service.writes == []


def test_what_comes_back_is_asked_for_on_the_same_ticket(opened, jira) -> None:
    settle(opened)
    undone(opened)

    [done] = opened.deliver(opened.plan(doubts=DOUBT), now=LATER)

    assert (done.action, done.reference, list(jira.issues)) == ("opened", "FIN-1", ["FIN-1"])
    assert jira.issues["FIN-1"]["fields"]["status"]["name"] == "To Do"
    assert "found again" in str(jira.comments["FIN-1"][-1]["body"])
    assert settle(opened)


def test_a_workflow_without_a_way_back_has_a_new_ticket(opened, jira) -> None:
    settle(opened)
    undone(opened)
    jira.workflow["Done"] = []

    [done] = opened.deliver(opened.plan(doubts=DOUBT), now=LATER)

    assert (done.action, done.reference) == ("opened", "FIN-2")


def test_what_people_do_not_want_is_not_opened_again(opened, jira) -> None:
    jira.resolve("FIN-1", "Won't Do")
    with open_ledger(None, opened.state_dir) as ledger:
        [known] = ledger.outcomes()
        ledger.save(replace(known, status=Status.SUPERSEDED))  # its snooze has ended

    [done] = opened.deliver(opened.plan(doubts=DOUBT), now=LATER)

    assert (done.action, done.reference) == ("opened", "FIN-2")
    assert jira.issues["FIN-1"]["fields"]["resolution"]["name"] == "Won't Do"


def test_a_lost_ledger_learns_when_a_ticket_was_closed_and_where_it_is(opened, jira) -> None:
    jira.resolve("FIN-1", "Won't Do")
    for path in opened.state_dir.glob("ledger.sqlite*"):
        path.unlink()

    with open_ledger(None, opened.state_dir) as ledger:
        rebuild({"infra": (opened.repository, opened.clone())}, opened.config, opened.places(), ledger, LATER)
        [known] = ledger.outcomes()

    assert (known.status, known.repository) == (Status.DECLINED, "infra")
    assert known.closed_at == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "runs", "said"), [(EXCEPTED, 1, "to be kept as it is"), (GONE, 3, "not found this any more")]
)
def test_it_says_once_that_it_is_kept_or_not_found_and_that_it_is_found_again(
    opened, jira, wanted: str, runs: int, said: str
) -> None:
    for _ in range(runs):
        assert not settle(opened, live=False, wanted=wanted)
    assert [said in str(one["body"]) for one in jira.comments["FIN-1"]] == [True]
    jira.service.requests.clear()
    settle(opened, live=False, wanted=wanted)
    assert jira.service.writes == []

    opened.deliver(opened.plan(doubts=DOUBT), now=LATER)

    assert ["found again" in str(one["body"]) for one in jira.comments["FIN-1"]] == [True], "in place of the other"
    assert jira.issues["FIN-1"]["fields"]["resolution"] is None


def test_the_steps_of_one_experiment_belong_together(desk, make_change) -> None:
    whole = Experiment(Bound.WORKSPACE, "sweep-7", "ml-dev", "infra", "", "sweep-7")
    for concern in ("stop", "removal"):
        change = make_change("a", whole=whole, concern=concern)
        desk.deliver(desk.plan(doubts=DOUBT, changes=(change,)))

    tickets = [json.loads(path.read_text()) for path in (desk.state_dir / "outbox" / "tickets").glob("*.json")]
    assert [ticket["epic"] for ticket in tickets] == ["Abandoned experiment: workspace sweep-7"] * 2
