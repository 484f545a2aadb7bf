"""A tracker of files does what Jira does."""

import json
from pathlib import Path

import pytest

from remediator.errors import RemediatorError
from remediator.model import RequestState


@pytest.fixture
def opened(desk) -> Path:
    [done] = desk.deliver(desk.plan(doubts=("unsure",)))
    return Path(done.where)


@pytest.fixture
def tracker(desk, opened):
    return desk.places().tracker(desk.repository)


def read(path: Path) -> dict:
    return json.loads(path.read_text())


def test_a_description_is_written_again_unless_a_person_changed_it(tracker, opened) -> None:
    there = read(opened)
    assert not tracker.rewrite("FIN-1", there["summary"], there["description"])
    assert tracker.rewrite("FIN-1", "New", "It idles.")
    assert not tracker.rewrite("FIN-1", "New", "It idles.")
    opened.write_text(opened.read_text().replace("It idles.", "It idles, and is wanted."))
    assert tracker.say("FIN-1", "evidence", "20 days.")

    assert not tracker.rewrite("FIN-1", "Newer", "It still idles.")
    assert read(opened)["description"] == "It idles, and is wanted."


def test_one_comment_and_one_link(tracker, opened) -> None:
    assert [tracker.say("FIN-1", "evidence", t) for t in ("a", "a", "b")] == [True, False, True]
    assert [tracker.link("FIN-1", "https://x/1", "x#1") for _ in range(2)] == [True, False]
    there = read(opened)
    assert there["comments"] == [{"topic": "evidence", "text": "b"}]
    assert there["links"] == [{"url": "https://x/1", "title": "x#1"}]
    assert "[x#1](https://x/1)" in opened.with_suffix(".md").read_text()


def test_it_is_ended_once_and_what_a_person_opened_again_stays_open(tracker, opened) -> None:
    assert [tracker.end("FIN-1"), tracker.end("FIN-1")] == [True, False]
    assert tracker.states(["FIN-1"]) == {"FIN-1": RequestState.MERGED}
    opened.write_text(opened.read_text().replace('"state": "done"', '"state": "open"'))
    assert not tracker.end("FIN-1")
    assert not tracker.reopen("FIN-1")


def test_it_is_opened_again_and_may_be_ended_then(tracker, opened) -> None:
    tracker.end("FIN-1")
    assert [tracker.reopen("FIN-1"), tracker.reopen("FIN-1"), tracker.end("FIN-1")] == [True, False, True]


def test_all_of_ours_are_listed(desk, tracker, make_change) -> None:
    plan = desk.plan("b", doubts=("unsure",), changes=(make_change("b"),))
    desk.deliver(plan)
    listed = tracker.ours()
    assert [(t.reference, t.rule) for t in listed] == [("FIN-1", "ebs_gp3"), ("FIN-2", "ebs_gp3")]
    assert listed[1].plan_id == plan.id


def test_what_is_not_there_is_said(tracker) -> None:
    with pytest.raises(RemediatorError, match="no ticket FIN-7"):
        tracker.link("FIN-7", "https://x", "x")
