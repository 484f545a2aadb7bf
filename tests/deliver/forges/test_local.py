"""A forge of files does what the others do."""

import json
from pathlib import Path

import pytest

from remediator.deliver.protocols import IssueDraft

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


def test_auto_merge_is_noted_in_the_file(forge, opened) -> None:
    assert [forge.auto_merge(SLUG, "1"), forge.auto_merge(SLUG, "1")] == [True, False]
    assert read(opened)["auto_merge"]


def test_a_page_is_written_beside_the_file(forge, opened) -> None:
    forge.rewrite(SLUG, "1", "New", "New body")
    forge.say(SLUG, "1", "live", "Merge it.")
    page = opened.with_suffix(".md").read_text()
    assert page.startswith("# New\n")
    assert "Merge it." in page


def test_a_branch_with_commits_of_others_stays_and_is_foreign(desk, forge, opened, upstream) -> None:
    branch = read(opened)["head"]
    assert forge.review(SLUG, "1").foreign == ()
    upstream.check_out(branch)
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
