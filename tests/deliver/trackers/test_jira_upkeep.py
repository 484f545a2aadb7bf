"""What happens to a ticket after it was opened, on Cloud and on Data Center."""

import pytest

from remediator.errors import RemediatorError
from remediator.ledger.ledger import open_ledger
from remediator.model import RequestState


@pytest.fixture(params=["cloud", "data center"])
def opened(hub, jira, request):
    """A ticket of ours, FIN-1, and the tracker as a later run has it."""
    jira.cloud = request.param == "cloud"
    hub.deliver(hub.plan(doubts=("unsure",)))
    jira.service.requests.clear()
    return hub.places().tracker(hub.repository)


def text(jira) -> tuple[str, str]:
    fields = jira.issues["FIN-1"]["fields"]
    return fields["summary"], fields["description"]


@pytest.mark.parametrize("rewords", [False, True])
def test_a_description_is_written_again_only_where_it_says_something_else(hub, jira, rewords: bool) -> None:
    jira.rewords = rewords
    hub.deliver(hub.plan(doubts=("unsure",)))
    tracker = hub.places().tracker(hub.repository)
    summary, description = text(jira)[0], jira.service.requests[-1] and text(jira)[1].replace("{anchor}", "")
    jira.service.requests.clear()

    assert not tracker.rewrite("FIN-1", summary, description.replace("\r\n", "\n"))
    assert jira.service.writes == []
    assert tracker.rewrite("FIN-1", summary, "h3. New")
    assert not tracker.rewrite("FIN-1", summary, "h3. New")
    assert tracker.rewrite("FIN-1", summary, "h3. Newer")
    assert text(jira)[1] == ("h3. {anchor}Newer" if rewords else "h3. Newer")


def test_a_description_that_a_person_changed_is_theirs(opened, jira) -> None:
    jira.issues["FIN-1"]["fields"]["description"] += "\n\nWe keep this until March."
    assert not opened.rewrite("FIN-1", "New", "h3. New")
    assert text(jira)[1].endswith("until March.")


def test_a_rewriting_that_was_killed_is_ended_by_the_next_run(opened, jira) -> None:
    jira.rewords = True
    jira.service.fail("GET", "issue/FIN-1$", 500, times=99)
    with pytest.raises(RemediatorError):
        opened.rewrite("FIN-1", "New", "h3. New")
    jira.service.faults.clear()

    assert opened.rewrite("FIN-1", "New", "h3. New")
    assert not opened.rewrite("FIN-1", "New", "h3. New")
    assert text(jira) == ("New", "h3. {anchor}New")


def test_one_comment_a_topic_is_edited_in_place(opened, jira) -> None:
    jira.say("FIN-1", "remediator: evidence\n\nmallory's", {"accountId": "mallory", "name": "mallory"})

    assert opened.say("FIN-1", "evidence", "It idled for 20 days.")
    assert not opened.say("FIN-1", "evidence", "It idled for 20 days.")
    assert opened.say("FIN-1", "evidence", "It idled for 30 days.")
    assert opened.say("FIN-1", "other", "Else.")

    texts = [comment["body"].splitlines()[-1] for comment in jira.comments["FIN-1"]]
    assert texts == ["mallory's", "It idled for 30 days.", "Else."]


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_comment_whose_answer_was_lost_is_not_made_twice(opened, jira, status) -> None:
    jira.service.fail("POST", "comment", status, carried_out=True)
    assert opened.say("FIN-1", "evidence", "It idled.")
    assert len(jira.comments["FIN-1"]) == 1


def test_a_comment_that_a_person_deleted_stays_deleted(opened, jira) -> None:
    opened.say("FIN-1", "evidence", "It idled.")
    jira.comments["FIN-1"].clear()
    assert not opened.say("FIN-1", "evidence", "It idled.")


def test_a_ticket_is_moved_by_the_first_name_that_is_open(opened, jira) -> None:
    assert opened.move("FIN-1", ("Close Issue", "done"))
    assert not opened.move("FIN-1", ("Close Issue", "Done"))
    assert opened.states(["FIN-1"]) == {"FIN-1": RequestState.MERGED}
    assert opened.move("FIN-1", ("to do",))
    assert not opened.move("FIN-1", ("Approve",))


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_step_whose_answer_was_lost_is_not_an_error(opened, jira, status) -> None:
    jira.service.fail("POST", "transitions", status, carried_out=True)
    assert opened.move("FIN-1", ("Done",))
    assert jira.issues["FIN-1"]["fields"]["status"]["name"] == "Done"


def test_a_page_is_linked_once(opened, jira) -> None:
    jira.service.fail("POST", "remotelink", 502, carried_out=True)
    assert opened.link("FIN-1", "https://github.com/acme/infra/pull/1", "acme/infra#1")
    assert not opened.link("FIN-1", "https://github.com/acme/infra/pull/1", "acme/infra#1")
    assert [link["object"]["title"] for link in jira.links["FIN-1"]] == ["acme/infra#1"]


def test_all_of_ours_are_listed_by_pages(hub, jira, make_change, opened) -> None:
    plans = [hub.plan(name, doubts=("unsure",), changes=(make_change(name),)) for name in "bcd"]
    hub.deliver(*plans)
    jira.resolve("FIN-2", "Won't Do")
    jira.page = 2
    jira.service.requests.clear()

    listed = hub.places().tracker(hub.repository).ours()

    assert [t.reference for t in listed] == ["FIN-1", "FIN-2", "FIN-3", "FIN-4"]
    assert listed[1].state is RequestState.CLOSED
    assert [t.rule for t in listed] == ["ebs_gp3"] * 4
    assert all(t.fingerprints and t.opened_at for t in listed)
    assert [t.plan_id for t in listed[1:]] == ([p.id for p in plans] if jira.cloud else [None] * 3)
    assert len([r for r in jira.service.requests if "search" in r.path]) == 2


@pytest.mark.parametrize("word", ["Rejected by us", "REJECTED BY US"])
def test_a_word_of_the_projects_own_may_mean_no(hub, jira, word: str) -> None:
    hub.deliver(hub.plan(doubts=("unsure",)))
    jira.resolve("FIN-1", word)
    trackers = hub.config.trackers
    ours = {**trackers, "jira": trackers["jira"].model_copy(update={"declined": ("rejected by us",)})}
    hub.config = hub.config.model_copy(update={"trackers": ours})

    assert hub.places().tracker(hub.repository).states(["FIN-1"]) == {"FIN-1": RequestState.CLOSED}


def test_what_is_kept_at_a_ticket_holds_no_text(opened, jira, hub) -> None:
    [kept] = [properties["remediator"] for properties in jira.properties.values()]
    assert set(kept) == {"plan", "rule", "sent", "seen"}
    with open_ledger(None, hub.state_dir) as ledger:
        assert [o.reference for o in ledger.outcomes()] == ["FIN-1"]
