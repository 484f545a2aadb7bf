"""A forge of files does what the others do."""

import json
from pathlib import Path

import pytest

from remediator.deliver.protocols import IssueDraft
from remediator.errors import RemediatorError
from remediator.model import RequestState

SLUG = "acme/infra"


@pytest.fixture
def opened(desk) -> Path:
    [done] = desk.deliver(desk.plan())
    return Path(done.where)


@pytest.fixture
def forge(desk, opened):
    return desk.places().forge(desk.repository, desk.clone())


def read(path: Path) -> dict:
    return json.loads(path.read_text())


def test_a_body_is_rewritten_only_where_it_says_something_else(forge, opened) -> None:
    there = read(opened)
    assert not forge.rewrite(SLUG, "1", there["title"], there["body"] + "\n")
    assert forge.rewrite(SLUG, "1", "New", there["body"] + "more")
    assert not forge.rewrite(SLUG, "1", "New", there["body"] + "more")
    assert (read(opened)["title"], forge.body(SLUG, "1")) == ("New", there["body"] + "more")
    assert opened.with_suffix(".md").read_text().startswith("# New\n")


def test_a_draft_labels_and_auto_merge(forge, opened) -> None:
    assert [forge.mark_draft(SLUG, "1", True), forge.mark_draft(SLUG, "1", True)] == [True, False]
    assert [forge.label(SLUG, "1", ["x"], ["ebs_gp3"]), forge.label(SLUG, "1", ["x"], ["ebs_gp3"])] == [True, False]
    assert [forge.auto_merge(SLUG, "1"), forge.auto_merge(SLUG, "1")] == [True, False]
    there = read(opened)
    assert (there["draft"], there["labels"], there["auto_merge"]) == (True, ["remediator", "x"], True)


def test_one_comment_a_topic_in_its_place(forge, opened) -> None:
    texts = ["It is live.", "It is live.", "Merge it."]
    assert [forge.say(SLUG, "1", "live", text) for text in texts] == [True, False, True]
    assert read(opened)["comments"] == [{"topic": "live", "text": "Merge it."}]
    assert "Merge it." in opened.with_suffix(".md").read_text()


def test_closing_says_why_and_deletes_our_branch(forge, opened, upstream) -> None:
    assert forge.close(SLUG, "1", "It is gone.") == ()
    assert (read(opened)["state"], list(upstream.branches())) == ("closed", ["main"])
    assert read(opened)["comments"] == [{"topic": "closed", "text": "It is gone."}]
    assert forge.close(SLUG, "1", "It is gone.") == ()
    assert forge.reopen(SLUG, "1")
    assert not forge.reopen(SLUG, "1")


def test_a_branch_with_commits_of_others_stays_and_is_foreign(desk, forge, opened, upstream) -> None:
    branch = read(opened)["head"]
    assert forge.review(SLUG, "1").foreign == ()
    upstream.git("fetch", "--quiet", "origin")
    upstream.git("checkout", "--quiet", "-B", branch, f"origin/{branch}")
    upstream.commit({"more.tf": "# by hand\n"}, branch)
    head = upstream.branches()[branch]

    assert forge.review(SLUG, "1").foreign == (head,)  # pushed after the clone was fetched
    later = desk.places().forge(desk.repository, desk.clone())
    assert later.review(SLUG, "1").foreign == (head,)
    assert later.close(SLUG, "1", "x") == (f"the branch {branch} holds commits of others, so it stays",)
    assert branch in upstream.branches()


def test_a_conflict_with_the_base_is_seen(desk, opened, upstream) -> None:
    assert not desk.places().forge(desk.repository, desk.clone()).review(SLUG, "1").conflicts
    upstream.commit({"main.tf": upstream.read("main").replace('"gp2"', '"io2"') + "\n"})
    assert desk.places().forge(desk.repository, desk.clone()).review(SLUG, "1").conflicts


def test_what_was_merged_is_neither_closed_nor_opened_again(desk, opened, upstream) -> None:
    upstream.merge(read(opened)["head"])
    forge = desk.places().forge(desk.repository, desk.clone())
    for act in (lambda: forge.close(SLUG, "1", "x"), lambda: forge.reopen(SLUG, "1")):
        with pytest.raises(RemediatorError, match="is merged"):
            act()
    assert forge.state(SLUG, "1") is RequestState.MERGED


def test_statuses_are_the_checks_of_a_commit(forge, opened) -> None:
    head = forge.review(SLUG, "1").head
    assert forge.review(SLUG, "1").checks is None
    assert forge.set_status(SLUG, head, "plan", "pending", "at it")
    assert not forge.set_status(SLUG, head, "plan", "pending", "at it")
    assert forge.review(SLUG, "1").checks == "pending"
    forge.set_status(SLUG, head, "plan", "success", "as planned")
    assert forge.review(SLUG, "1").checks == "success"
    forge.set_status(SLUG, head, "other", "error", "broke")
    assert forge.review(SLUG, "1").checks == "failure"


def test_an_issue_is_one_a_topic(forge, desk) -> None:
    draft = IssueDraft("dashboard", "remediator", "- [ ] one", ("finops",))
    assert forge.issue(SLUG, "dashboard") is None
    made = forge.ensure_issue(SLUG, draft)
    path = Path(made.where)
    before = path.stat().st_mtime_ns
    assert forge.ensure_issue(SLUG, draft) == made
    assert path.stat().st_mtime_ns == before

    path.write_text(path.read_text().replace("[ ]", "[x]").replace('"open"', '"closed"'))
    ticked = forge.issue(SLUG, "dashboard")
    assert (ticked.body, ticked.is_open) == ("- [x] one", False)
    assert forge.ensure_issue(SLUG, IssueDraft("dashboard", "remediator", "- [ ] two")).body == "- [ ] two"
    assert (read(path)["state"], read(path)["labels"]) == ("open", ["finops"])


def test_what_is_not_there_is_said(forge) -> None:
    with pytest.raises(RemediatorError, match="no pull request 7"):
        forge.say(SLUG, "7", "x", "y")
