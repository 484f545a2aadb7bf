import pytest

from remediator.deliver.forges.github import api
from remediator.deliver.forges.github.forge import GitHubForge
from remediator.deliver.forges.github.login import Server, TokenLogin
from remediator.deliver.forges.github.shelf import Shelf
from remediator.deliver.pace import Pace
from remediator.deliver.protocols import IssueDraft
from remediator.deliver.retry import Retry
from remediator.errors import RemediatorError
from remediator.model import RequestState

SLUG = "acme/infra"
BOX = IssueDraft("dashboard", "remediator", "- [ ] one", ("finops",))


def make(github, folder=None, pace: Pace | None = None) -> GitHubForge:
    login = TokenLogin(Server(github.service.url, pace=0), "t0ken")
    retry = Retry(api.judge, lambda _: None)
    return GitHubForge(api.Api(github.service.url, login, retry, pace or Pace(), Shelf(folder)))


@pytest.fixture
def forge(github) -> GitHubForge:
    return make(github)


@pytest.fixture
def opened(hub, github) -> str:
    """The branch of pull request 1, which is ours."""
    hub.deliver(hub.plan())
    github.service.requests.clear()
    return github.pulls[0]["head"]["ref"]


def test_a_body_is_rewritten_only_where_it_would_be_shown_otherwise(forge, github, opened) -> None:
    title, body = github.pulls[0]["title"], github.pulls[0]["body"]
    github.pulls[0]["draft"] = True

    assert not forge.rewrite(SLUG, "1", title, body.replace("\n", "  \r\n"))
    assert github.service.writes == []
    assert forge.rewrite(SLUG, "1", title, body + "more")
    assert not forge.rewrite(SLUG, "1", title, body + "more")
    assert github.service.writes == [f"PATCH /repos/{SLUG}/pulls/1"]
    assert (forge.body(SLUG, "1"), github.pulls[0]["draft"]) == (body + "more", True)


def test_a_body_that_github_would_not_take_is_cut(forge, github, opened) -> None:
    assert forge.rewrite(SLUG, "1", "t", "a line\n" * 20_000)
    assert len(github.pulls[0]["body"]) <= 65_536
    assert github.pulls[0]["body"].endswith("the plan file holds all of it.")


def test_one_comment_a_topic_is_edited_in_place(forge, github, opened) -> None:
    github.say(1, "<!-- remediator: comment=keep -->\nmallory's", "mallory")

    assert forge.say(SLUG, "1", "keep", "Merge to keep.")
    assert not forge.say(SLUG, "1", "keep", "Merge to keep.")
    assert forge.say(SLUG, "1", "keep", "Merge soon.")
    assert forge.say(SLUG, "1", "other", "Else.")

    texts = [c["body"].splitlines()[-1] for c in github.comments]
    assert texts == ["mallory's", "Merge soon.", "Else."]


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_comment_whose_answer_was_lost_is_not_made_twice(forge, github, opened, status) -> None:
    github.service.fail("POST", "comments", status, carried_out=True)
    assert forge.say(SLUG, "1", "keep", "Merge to keep.")
    assert len(github.comments) == 1


def test_closing_says_why_first_and_deletes_our_branch(forge, github, opened, upstream) -> None:
    assert forge.close(SLUG, "1", "It is gone.") == ()

    assert github.service.writes == [
        f"POST /repos/{SLUG}/issues/1/comments", f"PATCH /repos/{SLUG}/pulls/1", "POST /graphql",
        f"DELETE /repos/{SLUG}/git/refs/heads/{opened}",
    ]  # fmt: skip
    assert (github.pulls[0]["state"], opened in upstream.branches()) == ("closed", False)
    assert forge.state(SLUG, "1") is RequestState.CLOSED
    assert forge.close(SLUG, "1", "It is gone.") == ()
    assert len(github.comments) == 1


def test_what_is_cut_short_while_closing_is_ended_by_the_next_run(forge, github, opened, upstream) -> None:
    github.service.fail("PATCH", "pulls/1", 500, times=9)
    with pytest.raises(RemediatorError):
        forge.close(SLUG, "1", "It is gone.")
    github.service.faults.clear()

    assert make(github).close(SLUG, "1", "It is gone.") == ()
    assert (len(github.comments), github.pulls[0]["state"], opened in upstream.branches()) == (1, "closed", False)


def test_what_people_and_checks_made_of_it(forge, github, opened, upstream) -> None:
    fresh = forge.review(SLUG, "1")
    assert (fresh.head, fresh.approved_by, fresh.checks, fresh.foreign) == (upstream.branches()[opened], (), None, ())
    assert (fresh.draft, fresh.conflicts, len(github.service.requests)) == (False, False, 1)

    github.reviews[1] = [("bob", "APPROVED"), ("alice", "CHANGES_REQUESTED")]
    github.rollup = "ERROR"
    github.pulls[0] |= {"draft": True, "conflicting": "CONFLICTING"}
    upstream.git("fetch", "--quiet", "origin")
    upstream.git("checkout", "--quiet", "-B", opened, f"origin/{opened}")
    upstream.commit({"more.tf": "# by hand\n"}, opened)

    later = forge.review(SLUG, "1")
    assert (later.approved_by, later.checks, later.draft, later.conflicts) == (("bob",), "failure", True, True)
    assert later.foreign == (upstream.branches()[opened],)


def test_an_issue_is_one_a_topic(github, forge) -> None:
    assert forge.issue(SLUG, "dashboard") is None
    made = forge.ensure_issue(SLUG, BOX)
    assert (made.reference, made.title, made.body, made.is_open) == ("1", "remediator", "- [ ] one", True)
    github.service.requests.clear()

    again = make(github)
    assert again.ensure_issue(SLUG, BOX) == made
    assert [w for w in github.service.writes if "graphql" not in w] == []

    github.pulls[0]["body"] = github.pulls[0]["body"].replace("[ ]", "[x]")
    github.pulls[0]["state"] = "closed"
    ticked = make(github).issue(SLUG, "dashboard")
    assert (ticked.body, ticked.is_open) == ("- [x] one", False)
    edited = make(github).ensure_issue(SLUG, IssueDraft("dashboard", "remediator", "- [ ] two"))
    assert (edited.body, github.pulls[0]["state"], len(github.pulls)) == ("- [ ] two", "open", 1)


def test_an_issue_that_somebody_else_marked_is_not_ours(github, forge) -> None:
    forge.ensure_issue(SLUG, BOX)
    github.pulls[0]["user"] = {"login": "mallory"}
    assert make(github).issue(SLUG, "dashboard") is None


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_an_issue_whose_answer_was_lost_is_not_made_twice(github, forge, status) -> None:
    github.service.fail("POST", "issues$", status, carried_out=True)
    assert forge.ensure_issue(SLUG, BOX).reference == "1"
    assert len(github.pulls) == 1


def test_without_issues_there_is_no_dashboard(github, forge) -> None:
    github.issues_enabled = False
    assert forge.issue(SLUG, "dashboard") is None
    with pytest.raises(RemediatorError, match="issues are switched off"):
        forge.ensure_issue(SLUG, BOX)


def test_a_status_is_set_once(github, forge) -> None:
    sha = "a" * 40
    assert forge.set_status(SLUG, sha, "remediator/plan", "pending", "x" * 200)
    assert not forge.set_status(SLUG, sha, "remediator/plan", "pending", "x" * 200)
    assert forge.set_status(SLUG, sha, "remediator/plan", "success", "as planned")
    assert [(s["state"], len(s["description"])) for s in github.statuses] == [("pending", 140), ("success", 10)]


def test_auto_merge_is_asked_for_once_the_way_the_repository_merges(forge, github, opened) -> None:
    assert forge.auto_merge(SLUG, "1")
    assert not forge.auto_merge(SLUG, "1")
    assert github.pulls[0]["auto_merge"] == {"merge_method": "squash"}


def test_auto_merge_that_is_refused_says_why(forge, github, opened) -> None:
    github.rollup = "SUCCESS"
    with pytest.raises(RemediatorError, match="protect the base branch"):
        forge.auto_merge(SLUG, "1")
    github.auto_merges = False
    with pytest.raises(RemediatorError, match="auto-merge is switched off"):
        forge.auto_merge(SLUG, "1")


def test_a_listing_that_did_not_change_is_not_sent_again(github, opened, tmp_path) -> None:
    first = make(github, tmp_path / "shelf").ours(SLUG)
    sent = []
    github.service.heard = lambda request, reply: sent.append(reply.status)

    assert make(github, tmp_path / "shelf").ours(SLUG) == first
    github.close(1)
    [closed] = make(github, tmp_path / "shelf").ours(SLUG)

    assert (sent, closed.state) == ([304, 200], RequestState.CLOSED)


def test_a_shelf_that_was_damaged_is_read_anew(github, opened, tmp_path) -> None:
    make(github, tmp_path).ours(SLUG)
    [page] = tmp_path.glob("*.json")
    page.write_text('{"etag": 3')
    assert [r.reference for r in make(github, tmp_path).ours(SLUG)] == ["1"]


def test_no_more_is_created_in_an_hour_than_github_takes(github, opened) -> None:
    now = [0.0]
    forge = make(github, pace=Pace(2, lambda: now[0]))
    assert forge.say(SLUG, "1", "a", "x")
    assert forge.say(SLUG, "1", "b", "x")
    with pytest.raises(RemediatorError, match="within the hour"):
        forge.say(SLUG, "1", "c", "x")
    now[0] = 3600.0
    assert forge.say(SLUG, "1", "c", "x")
