"""What happens to a merge request after it was opened."""

import pytest

from remediator.deliver.forges.gitlab.api import connect, judge
from remediator.deliver.forges.gitlab.forge import GitLabForge
from remediator.deliver.markers import Marker
from remediator.deliver.protocols import IssueDraft, PullDraft
from remediator.deliver.retry import Retry
from remediator.errors import RemediatorError
from remediator.model import RequestState

SLUG = "acme/ml/infra"


@pytest.fixture
def forge(gitlab):
    return GitLabForge(connect(gitlab.service.url, "t0ken", Retry(judge, lambda _: None)))


@pytest.fixture
def opened(lab, gitlab):
    """The branch of an open merge request, number 1."""
    lab.deliver(lab.plan())
    gitlab.service.requests.clear()
    return gitlab.requests[0]["source_branch"]


def test_a_description_is_written_only_where_it_reads_otherwise(forge, gitlab, opened) -> None:
    request = gitlab.requests[0]
    title, body = request["title"], request["description"]
    request["description"] = body.replace("\n", "\r\n").rstrip()

    assert forge.rewrite(SLUG, "1", title, body) is False
    assert gitlab.service.writes == []
    assert forge.rewrite(SLUG, "1", title, body + "\nMore.") is True
    assert forge.rewrite(SLUG, "1", title, body + "\nMore.") is False
    assert len(gitlab.service.writes) == 1
    assert gitlab.service.requests[-2].body == {"description": body + "\nMore."}


def test_a_draft_is_marked_by_its_title_and_left_to_people(forge, gitlab, opened) -> None:
    title = gitlab.requests[0]["title"]

    assert [forge.mark_draft(SLUG, "1", True), forge.mark_draft(SLUG, "1", True)] == [True, False]
    assert gitlab.requests[0]["title"] == f"Draft: {title}"
    assert forge.rewrite(SLUG, "1", f"{title} again", gitlab.requests[0]["description"]) is True
    assert gitlab.requests[0]["title"] == f"Draft: {title} again"
    gitlab.requests[0]["title"] = f"[draft] Draft: {title}"
    assert forge.mark_draft(SLUG, "1", False) is True
    assert gitlab.requests[0]["title"] == title


@pytest.mark.parametrize("draft", [True, False])
def test_a_request_may_be_opened_as_a_draft(forge, gitlab, upstream, draft: bool) -> None:
    marker = Marker("a" * 16, "idle_gpu", False, ("a" * 16,))
    upstream.commit({"main.tf": "# less\n"}, branch="remediator/idle-gpu/x")

    forge.ensure_pull(PullDraft(SLUG, "main", "remediator/idle-gpu/x", "Stop it", f"{marker}", marker, draft=draft))

    assert gitlab.requests[0]["draft"] is draft
    assert gitlab.requests[0]["title"] == ("Draft: Stop it" if draft else "Stop it")


def test_a_comment_is_edited_in_place_and_never_somebody_elses(forge, gitlab, opened) -> None:
    marker = "<!-- remediator: comment=live -->"
    gitlab.notes[1] = [gitlab.note(1, f"{marker}\nI am remediator.", author=1)]
    gitlab.notes[1].append(gitlab.note(2, f"{marker}\napproved", author=90, system=True))

    said = [forge.say(SLUG, "1", "live", text) for text in ("It is live.", "It is live.", "Merge it to keep it.")]

    assert said == [True, False, True]
    assert [note["body"] for note in gitlab.notes[1][2:]] == [f"{marker}\nMerge it to keep it."]
    assert gitlab.notes[1][0]["body"].endswith("I am remediator.")


@pytest.mark.parametrize("fault", [{"status": 502, "carried_out": True}, {"status": None}, {"status": 429}])
def test_a_comment_whose_answer_was_lost_is_made_once(forge, gitlab, opened, fault: dict) -> None:
    gitlab.service.fail("POST", "notes", **fault)

    assert forge.say(SLUG, "1", "live", "It is live.") is True

    assert len(gitlab.notes[1]) == 1


def test_commands_of_gitlab_in_a_text_are_only_shown(forge, gitlab, opened) -> None:
    forge.say(SLUG, "1", "live", "Look:\n/merge\n  /approve\nand a/b, https://x/y")
    forge.rewrite(SLUG, "1", "T", "/close\n\n/label ~x")

    written = gitlab.notes[1][0]["body"] + "\n" + gitlab.requests[0]["description"]
    assert [line for line in written.splitlines() if line.lstrip(" ").startswith("/")] == []
    assert "and a/b, https://x/y" in written


def test_a_description_stays_within_the_limit(forge, gitlab, opened) -> None:
    forge.rewrite(SLUG, "1", "T", "line\n" * 300_000)

    assert 1_000_000 < len(gitlab.requests[0]["description"]) <= 1_048_576
    assert gitlab.requests[0]["description"].endswith("holds all of it.")


def test_closing_says_why_first_and_deletes_the_branch(forge, gitlab, opened, upstream) -> None:
    assert forge.state(SLUG, "1") is RequestState.OPEN

    assert forge.close(SLUG, "1", "The volume is gp3 already.") == ()

    assert [w.rpartition("infra/")[2] for w in gitlab.service.writes] == [
        "merge_requests/1/notes", "merge_requests/1", f"repository/branches/{opened.replace('/', '%2F')}"
    ]  # fmt: skip
    assert gitlab.notes[1][0]["body"].endswith("The volume is gp3 already.")
    assert forge.state(SLUG, "1") is RequestState.CLOSED
    assert list(upstream.branches()) == ["main"]
    gitlab.service.requests.clear()
    forge.close(SLUG, "1", "The volume is gp3 already.")
    assert [w.partition(" ")[0] for w in gitlab.service.writes] == ["DELETE"]


def test_a_branch_that_may_not_be_deleted_is_named(forge, gitlab, opened) -> None:
    gitlab.service.fail("DELETE", "branches", 403, body={"message": "403 Forbidden"})
    [left] = forge.close(SLUG, "1", "Done.")
    assert "does not let the token delete" in left


@pytest.mark.parametrize("state", ["merged", "locked"])
def test_what_is_merged_is_not_closed(forge, gitlab, opened, state: str) -> None:
    gitlab.set_state(1, state)
    with pytest.raises(RemediatorError, match=f"!1 is {state}"):
        forge.close(SLUG, "1", "Done.")
    assert gitlab.service.writes == []


def test_what_reviewers_and_pipelines_made_of_it(forge, gitlab, opened, upstream) -> None:
    fresh = forge.review(SLUG, "1")
    assert (fresh.head, fresh.approved_by, fresh.checks, fresh.foreign) == (upstream.branches()[opened], (), None, ())
    assert (fresh.draft, fresh.conflicts) == (False, False)

    gitlab.approvals[1] = [2, 3]
    gitlab.requests[0] |= {"pipeline": {"id": 7, "status": "failed"}, "has_conflicts": True}
    upstream.git("fetch", "--quiet", "origin")
    upstream.git("checkout", "--quiet", "-B", opened, f"origin/{opened}")
    upstream.commit({"more.tf": "# mine\n"}, branch=opened)
    later = forge.review(SLUG, "1")

    assert (later.approved_by, later.checks, later.conflicts) == (("alice", "Cy"), "failure", True)
    assert later.foreign == (upstream.branches()[opened],)


def test_approvals_that_cannot_be_read_are_not_taken_for_none(forge, gitlab, opened) -> None:
    gitlab.service.fail("GET", "approvals", 403, body={"message": "403 Forbidden"})
    with pytest.raises(RemediatorError, match="403"):
        forge.review(SLUG, "1")


def test_the_state_of_one_that_is_not_listed(forge, gitlab) -> None:
    gitlab.add("mine", "", state="merged", labels=())
    assert forge.state(SLUG, "1") is RequestState.MERGED
    assert forge.state(SLUG, "2") is None
    gitlab.service.fail("GET", "merge_requests/1", 403, body={"message": "403 Forbidden"})
    with pytest.raises(RemediatorError, match="403"):
        forge.state(SLUG, "1")


def test_a_token_is_not_taken_along_to_another_host(gitlab, forge, make_elsewhere) -> None:
    elsewhere = make_elsewhere()
    gitlab.service.fail("GET", "merge_requests", 302, headers={"Location": f"{elsewhere.url}/api/v4/x"})
    assert forge.ours(SLUG) == ()
    assert elsewhere.requests
    assert all("Authorization" not in r.headers for r in elsewhere.requests)


def test_an_address_that_sends_writes_elsewhere_is_named(gitlab, forge, opened) -> None:
    gitlab.service.fail("POST", "notes", 301, headers={"Location": f"{gitlab.service.url}/api/v4/user"})
    with pytest.raises(RemediatorError, match="write the address it moved to into api_url"):
        forge.say(SLUG, "1", "live", "It is live.")


@pytest.mark.parametrize("path", ["", "/", "/api/v4", "/api/v4/"])
def test_api_url_may_be_that_of_the_pages_or_of_the_api(gitlab, path: str) -> None:
    forge = GitLabForge(connect(gitlab.service.url + path, "t0ken", Retry(judge, lambda _: None)))
    assert forge.ours(SLUG) == ()


BOX = IssueDraft("dashboard", "remediator", "- [ ] one\n/close", ("finops",))


def test_an_issue_is_one_a_topic(forge, gitlab) -> None:
    assert forge.issue(SLUG, "dashboard") is None
    made = forge.ensure_issue(SLUG, BOX)
    assert (made.reference, made.title, made.is_open, made.body[:9]) == ("1", "remediator", True, "- [ ] one")
    assert "\n/close" not in gitlab.issues[0]["description"]
    gitlab.service.requests.clear()
    assert forge.ensure_issue(SLUG, BOX) == made
    assert gitlab.service.writes == []

    gitlab.issues[0]["description"] = gitlab.issues[0]["description"].replace("[ ]", "[x]")
    gitlab.issues[0]["state"] = "closed"
    ticked = forge.issue(SLUG, "dashboard")
    assert (ticked.body[:9], ticked.is_open) == ("- [x] one", False)
    forge.ensure_issue(SLUG, IssueDraft("dashboard", "remediator", "- [ ] two"))
    assert (len(gitlab.issues), gitlab.issues[0]["state"]) == (1, "opened")


def test_an_issue_that_somebody_else_marked_is_not_ours(forge, gitlab) -> None:
    forge.ensure_issue(SLUG, BOX)
    gitlab.issues[0]["author"] = gitlab.users[1]
    assert forge.issue(SLUG, "dashboard") is None


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_an_issue_whose_answer_was_lost_is_not_made_twice(forge, gitlab, status) -> None:
    gitlab.service.fail("POST", "issues$", status, carried_out=True)
    assert forge.ensure_issue(SLUG, BOX).reference == "1"
    assert len(gitlab.issues) == 1


def test_a_status_is_set_once(forge, gitlab) -> None:
    sha = "a" * 40
    assert forge.set_status(SLUG, sha, "remediator/plan", "error", "x" * 300)
    assert not forge.set_status(SLUG, sha, "remediator/plan", "error", "x" * 300)
    assert forge.set_status(SLUG, sha, "remediator/plan", "success", "as planned")
    assert [(s["status"], len(s["description"])) for s in gitlab.statuses] == [("failed", 255), ("success", 10)]


def test_auto_merge_waits_for_a_pipeline_and_is_asked_for_once(forge, gitlab, opened) -> None:
    with pytest.raises(RemediatorError, match="no pipeline under way"):
        forge.auto_merge(SLUG, "1")
    gitlab.requests[0]["pipeline"] = {"id": 7, "status": "running"}
    assert forge.auto_merge(SLUG, "1")
    assert not forge.auto_merge(SLUG, "1")
    assert gitlab.requests[0]["state"] == "opened"
