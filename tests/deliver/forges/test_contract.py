"""What every forge does: one suite over GitHub, GitLab and files, each behind its real client."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from remediator.deliver.protocols import Forge, IssueDraft
from remediator.errors import RemediatorError
from remediator.model import RequestState


@dataclass
class Place:
    """A forge with its request 1 open, and what only its own service can show or do."""

    desk: object
    branch: str
    wrote: Callable[[], int]
    comments: Callable[[], list[str]]
    merge: Callable[[], None]

    @property
    def slug(self) -> str:
        return self.desk.repository.forge_slug

    @property
    def forge(self) -> Forge:
        """The forge as a new run has it."""
        return self.desk.places().forge(self.desk.repository, self.desk.clone())

    @property
    def title(self) -> str:
        [request] = self.forge.ours(self.slug)
        return request.title


@pytest.fixture(params=["files", "github", "gitlab"])
def place(request) -> Place:
    kind = request.param
    desk = request.getfixturevalue({"files": "desk", "github": "hub", "gitlab": "lab"}[kind])
    [done] = desk.deliver(desk.plan())
    if kind == "files":
        return _of_files(desk, Path(done.where))
    fake = request.getfixturevalue(kind)

    def wrote() -> int:
        return sum(r.method != "GET" and not asks(r.body) for r in fake.service.requests)

    if kind == "github":
        return Place(desk, fake.pulls[0]["head"]["ref"], wrote, lambda: [c["body"] for c in fake.comments],
                     lambda: fake.close(1, merged=True))  # fmt: skip
    return Place(desk, fake.requests[0]["source_branch"], wrote,
                 lambda: [n["body"] for n in fake.notes.get(1, [])],
                 lambda: fake.requests[0].update(state="merged"))  # fmt: skip


def asks(body: dict | None) -> bool:
    """Whether it is a question to GraphQL, which writes nothing."""
    return str((body or {}).get("query", "")).lstrip().startswith("query")


def _of_files(desk, path: Path) -> Place:
    def read() -> dict:
        return json.loads(path.read_text())

    def merge() -> None:
        path.write_text(json.dumps(read() | {"state": "merged"}))

    def times() -> int:
        return sum(p.stat().st_mtime_ns for p in (desk.state_dir / "outbox").rglob("*.json"))

    return Place(desk, read()["head"], times, lambda: [c["text"] for c in read().get("comments", [])], merge)


def by_hand(place: Place) -> str:
    """A commit of somebody else on the branch."""
    upstream = place.desk.upstream
    upstream.git("fetch", "--quiet", "origin")
    upstream.git("checkout", "--quiet", "-B", place.branch, f"origin/{place.branch}")
    upstream.commit({"more.tf": "# by hand\n"}, place.branch)
    return upstream.branches()[place.branch]


def test_a_body_is_rewritten_only_where_it_is_shown_otherwise(place) -> None:
    forge, title = place.forge, place.title
    body = forge.body(place.slug, "1")
    before = place.wrote()

    assert not forge.rewrite(place.slug, "1", title, body.replace("\n", "  \r\n"))
    assert place.wrote() == before
    assert forge.rewrite(place.slug, "1", f"{title}, now", body + "more")
    assert not forge.rewrite(place.slug, "1", f"{title}, now", body + "more")
    assert (place.title, forge.body(place.slug, "1")) == (f"{title}, now", body + "more")


def test_a_draft_is_made_ready_and_stays_one_when_rewritten(place) -> None:
    forge, title = place.forge, place.title

    assert [forge.mark_draft(place.slug, "1", True), forge.mark_draft(place.slug, "1", True)] == [True, False]
    assert forge.rewrite(place.slug, "1", f"{title}, now", forge.body(place.slug, "1"))
    assert forge.review(place.slug, "1").draft
    assert [forge.mark_draft(place.slug, "1", False), forge.mark_draft(place.slug, "1", False)] == [True, False]
    assert not forge.review(place.slug, "1").draft


def test_one_comment_a_topic_is_edited_in_place(place) -> None:
    texts = ["It is live.", "It is live.", "Merge it."]

    assert [place.forge.say(place.slug, "1", "live", text) for text in texts] == [True, False, True]
    assert place.forge.say(place.slug, "1", "other", "Else.")

    assert [text.splitlines()[-1] for text in place.comments()] == ["Merge it.", "Else."]


def test_closing_says_why_and_deletes_our_branch_once(place) -> None:
    assert place.forge.close(place.slug, "1", "It is gone.") == ()
    assert place.forge.close(place.slug, "1", "It is gone.") == ()

    assert [text.splitlines()[-1] for text in place.comments()] == ["It is gone."]
    assert place.branch not in place.desk.upstream.branches()
    assert place.forge.state(place.slug, "1") is RequestState.CLOSED


def test_a_branch_with_commits_of_others_is_theirs(place) -> None:
    fresh = place.forge.review(place.slug, "1")
    assert (fresh.head, fresh.foreign) == (place.desk.upstream.branches()[place.branch], ())
    assert (fresh.draft, fresh.conflicts, fresh.approved_by, fresh.checks, fresh.passed) == (False, False, (), None, ())
    head = by_hand(place)

    assert place.forge.review(place.slug, "1").foreign == (head,)
    left = place.forge.close(place.slug, "1", "It is gone.")
    assert left == (f"the branch {place.branch} holds commits of others, so it stays",)
    assert place.branch in place.desk.upstream.branches()


def test_what_was_merged_is_not_closed(place) -> None:
    place.merge()

    with pytest.raises(RemediatorError, match="is merged"):
        place.forge.close(place.slug, "1", "It is gone.")
    assert (place.forge.state(place.slug, "1"), place.comments()) == (RequestState.MERGED, [])


def test_an_issue_is_one_a_topic(place) -> None:
    one = IssueDraft("dashboard", "remediator", "- [ ] one", ("finops",))
    assert place.forge.issue(place.slug, "dashboard") is None
    made = place.forge.ensure_issue(place.slug, one)
    assert (made.title, made.body, made.is_open) == ("remediator", "- [ ] one", True)

    before = place.wrote()
    assert place.forge.ensure_issue(place.slug, one) == made
    assert place.wrote() == before
    assert place.forge.ensure_issue(place.slug, IssueDraft("dashboard", "remediator", "- [ ] two")).body == "- [ ] two"
    there = place.forge.issue(place.slug, "dashboard")
    assert (there.reference, there.body) == (made.reference, "- [ ] two")


def test_a_status_is_set_once_and_named_where_it_says_success(place) -> None:
    head = place.forge.review(place.slug, "1").head
    said = [("pending", "x" * 100), ("pending", "x" * 100), ("success", "as planned")]

    wrote = [place.forge.set_status(place.slug, head, "remediator/plan", *status) for status in said]

    assert wrote == [True, False, True]
    assert place.forge.review(place.slug, "1").passed == ("remediator/plan",)


def test_what_is_not_there_is_said(place) -> None:
    assert place.forge.state(place.slug, "7") is None
    with pytest.raises(RemediatorError):
        place.forge.review(place.slug, "7")
