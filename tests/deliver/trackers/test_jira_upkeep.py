"""What happens to a ticket after it was opened: on Cloud, there with documents, and on Data Center."""

import pytest

from remediator.errors import RemediatorError
from remediator.ledger.ledger import open_ledger
from remediator.model import RequestState


def configured(hub, **fields: object) -> None:
    trackers = hub.config.trackers
    ours = {**trackers, "jira": trackers["jira"].model_copy(update=fields)}
    hub.config = hub.config.model_copy(update={"trackers": ours})


def texts(text) -> list[str]:
    """The lines of a text, or of a document."""
    if isinstance(text, str):
        return text.splitlines()
    return ["".join(inline.get("text", "") for inline in block.get("content", ())) for block in text["content"]]


@pytest.fixture(params=["cloud", "documents", "data center"])
def opened(hub, jira, request):
    """A ticket of ours, FIN-1, and the tracker as a later run has it."""
    jira.cloud = request.param != "data center"
    configured(hub, api=3 if request.param == "documents" else 2)
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
    fields = jira.issues["FIN-1"]["fields"]
    if isinstance(fields["description"], str):
        fields["description"] += "\n\nWe keep this until March."
    else:
        fields["description"]["content"].append({"type": "paragraph", "content": [{"type": "text", "text": "March."}]})
    assert not opened.rewrite("FIN-1", "New", "h3. New")
    assert texts(text(jira)[1])[-1].endswith("March.")


def test_a_rewriting_that_was_killed_is_ended_by_the_next_run(opened, jira) -> None:
    jira.rewords = True
    jira.service.fail("GET", "issue/FIN-1$", 500, times=99)
    with pytest.raises(RemediatorError):
        opened.rewrite("FIN-1", "New", "h3. New")
    jira.service.faults.clear()

    assert opened.rewrite("FIN-1", "New", "h3. New")
    assert not opened.rewrite("FIN-1", "New", "h3. New")
    assert (text(jira)[0], texts(text(jira)[1])[0].replace("{anchor}", "")) == ("New", "h3. New")


def test_one_comment_a_topic_is_edited_in_place(opened, jira) -> None:
    said = "remediator: evidence\n\nmallory's"
    if opened.markup == "ticket.md":
        said = {"version": 1, "type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in said.split("\n\n")
        ]}  # fmt: skip
    jira.say("FIN-1", said, {"accountId": "mallory", "name": "mallory"})

    assert opened.say("FIN-1", "evidence", "It idled for 20 days.")
    assert not opened.say("FIN-1", "evidence", "It idled for 20 days.")
    assert opened.say("FIN-1", "evidence", "It idled for 30 days.")
    assert opened.say("FIN-1", "other", "Else.")

    last = [texts(comment["body"])[-1] for comment in jira.comments["FIN-1"]]
    assert last == ["mallory's", "It idled for 30 days.", "Else."]


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_comment_whose_answer_was_lost_is_not_made_twice(opened, jira, status) -> None:
    jira.service.fail("POST", "comment", status, carried_out=True)
    assert opened.say("FIN-1", "evidence", "It idled.")
    assert len(jira.comments["FIN-1"]) == 1


def test_a_comment_that_a_person_deleted_stays_deleted(opened, jira) -> None:
    opened.say("FIN-1", "evidence", "It idled.")
    jira.comments["FIN-1"].clear()
    assert not opened.say("FIN-1", "evidence", "It idled.")


def test_a_ticket_is_ended_once_by_the_first_step_that_is_open(opened, jira) -> None:
    assert [opened.end("FIN-1"), opened.end("FIN-1")] == [True, False]
    assert opened.states(["FIN-1"]) == {"FIN-1": RequestState.MERGED}
    assert [opened.reopen("FIN-1"), opened.reopen("FIN-1")] == [True, False]
    assert opened.states(["FIN-1"]) == {"FIN-1": RequestState.OPEN}
    assert opened.end("FIN-1")


def test_what_a_person_opened_again_after_we_closed_it_stays_open(opened, jira) -> None:
    opened.end("FIN-1")
    jira.issues["FIN-1"]["fields"]["status"] = {"name": "In Progress", "statusCategory": {"key": "indeterminate"}}
    assert not opened.end("FIN-1")


RESOLUTION = {"fieldId": "resolution", "key": "resolution", "name": "Resolution", "required": True,
              "hasDefaultValue": False, "schema": {"type": "resolution"}, "operations": ["set"],
              "allowedValues": [{"name": "Won't Do"}, {"name": "Fixed"}, {"name": "Settled"}]}  # fmt: skip
CAUSE = {"fieldId": "customfield_1", "key": "customfield_1", "name": "Cause", "required": True,
         "schema": {"type": "string"}, "hasDefaultValue": False, "operations": ["set"]}  # fmt: skip


@pytest.mark.parametrize(("given", "resolution"), [((), "Fixed"), ((("Resolution", "Settled"),), "Settled")])
def test_a_step_is_given_the_resolution_that_it_asks_for(hub, opened, jira, given, resolution: str) -> None:
    jira.screens["12"] = [RESOLUTION]
    configured(hub, close_fields=given)

    assert hub.places().tracker(hub.repository).end("FIN-1")
    assert jira.issues["FIN-1"]["fields"]["resolution"]["name"] == resolution


def test_a_step_that_asks_for_something_unknown_says_what_to_configure(hub, opened, jira) -> None:
    jira.screens["12"] = [RESOLUTION, CAUSE]
    with pytest.raises(RemediatorError, match=r"Done asks for Cause; set it in \[trackers.jira.close_fields\]"):
        opened.end("FIN-1")
    assert jira.service.writes == []

    configured(hub, close_fields=(("cause", "fixed in code"),))
    assert hub.places().tracker(hub.repository).end("FIN-1")
    assert jira.issues["FIN-1"]["fields"]["customfield_1"] == "fixed in code"


def test_steps_have_the_names_that_are_configured(hub, opened, jira) -> None:
    jira.workflow["To Do"].append(("21", "Nothing more to do", "Done"))
    configured(hub, close_by=("nothing more to do",))
    assert hub.places().tracker(hub.repository).end("FIN-1")
    assert {"id": 21} in [r.body.get("transition") for r in jira.service.requests if r.method == "POST"]

    configured(hub, reopen_by=("Approve",))
    assert not hub.places().tracker(hub.repository).reopen("FIN-1")


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_step_whose_answer_was_lost_is_not_an_error(opened, jira, status) -> None:
    jira.service.fail("POST", "transitions", status, carried_out=True)
    assert opened.end("FIN-1")
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
    assert [t.closed_at is not None for t in listed] == [False, True, False, False]
    assert [t.plan_id for t in listed[1:]] == ([p.id for p in plans] if jira.cloud else [None] * 3)
    assert len([r for r in jira.service.requests if "search" in r.path]) == 2


@pytest.mark.parametrize("word", ["Rejected by us", "REJECTED BY US"])
def test_a_word_of_the_projects_own_may_mean_no(hub, jira, word: str) -> None:
    hub.deliver(hub.plan(doubts=("unsure",)))
    jira.resolve("FIN-1", word)
    configured(hub, declined=("rejected by us",))

    assert hub.places().tracker(hub.repository).states(["FIN-1"]) == {"FIN-1": RequestState.CLOSED}


def test_what_is_kept_at_a_ticket_holds_no_text(opened, jira, hub) -> None:
    [kept] = [properties["remediator"] for properties in jira.properties.values()]
    assert set(kept) == {"plan", "rule", "sent", "seen", "repository"}
    with open_ledger(None, hub.state_dir) as ledger:
        assert [o.reference for o in ledger.outcomes()] == ["FIN-1"]


def test_what_became_of_a_ticket_that_was_moved_is_known_by_its_old_key(opened, jira) -> None:
    moved = {**jira.issues["FIN-1"], "key": "OPS-9"}
    jira.issues["FIN-1"] = moved  # Jira answers to the old key, with the new one

    assert opened.states(["FIN-1"])["FIN-1"] is RequestState.OPEN
