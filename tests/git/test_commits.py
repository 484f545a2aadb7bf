from datetime import UTC, datetime, timedelta, timezone

import pytest

from remediator.errors import RemediatorError
from remediator.git.commits import commit_files, is_ancestor, push, remote_head
from remediator.git.objects import list_tree, read_paths

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clone(repository):
    repository.write({"a.tf": "a = 1\n", "envs/b.tf": "b = 1\n", "run.sh": "#!\n"})
    (repository.path / "run.sh").chmod(0o755)
    (repository.path / "link.tf").symlink_to("a.tf")
    repository.commit({})
    repository.git("checkout", "--quiet", "-b", "elsewhere")
    return repository.sync()


def test_a_commit_changes_only_the_files_given(clone, repository):
    sha = commit_files(
        clone, clone.head, {"a.tf": b"a = 2\r\n", "run.sh": b"#!x\n", "n/e w.tf": b""}, "Title\n\nB", WHEN
    )

    before = {e.path: e for e in list_tree(clone, clone.head)}
    after = {e.path: e for e in list_tree(clone, sha)}
    assert {p for p in after if after[p] != before.get(p)} == {"a.tf", "run.sh", "n/e w.tf"}
    assert {p: e.mode for p, e in after.items()} == {p: e.mode for p, e in before.items()} | {"n/e w.tf": "100644"}
    assert read_paths(clone, sha, ["a.tf"]) == {"a.tf": b"a = 2\r\n"}


def test_the_same_input_makes_the_same_commit(clone, monkeypatch):
    one = commit_files(clone, clone.head, {"a.tf": b"2\n", "b.tf": b"3\n"}, "Title", WHEN)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody else")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    there = WHEN.astimezone(timezone(timedelta(hours=9)))

    assert commit_files(clone, clone.head, {"b.tf": b"3\n", "a.tf": b"2\n"}, "Title\n\n", there) == one
    assert commit_files(clone, clone.head, {"a.tf": b"2\n"}, "Title", WHEN) != one


@pytest.mark.parametrize("path", ["../a.tf", "/a.tf", ".git/hooks/x", "link.tf", "envs", "link.tf/x.tf", "run.sh/x.tf"])
def test_paths_that_are_no_files_of_the_tree_are_refused(clone, path):
    with pytest.raises(RemediatorError):
        commit_files(clone, clone.head, {path: b"x"}, "Title", WHEN)


def test_a_link_beside_a_file_is_no_matter(clone, repository):
    (repository.path / "envs" / "link.tf").symlink_to("b.tf")
    repository.commit({})
    clone = repository.sync()

    sha = commit_files(clone, clone.head, {"envs/b.tf": b"b = 2\n", "envs/c.tf": b""}, "Title", WHEN)

    changed = repository.git("-C", str(clone.path), "diff", "--name-status", clone.head, sha)
    assert changed.split() == ["M", "envs/b.tf", "A", "envs/c.tf"]


def test_a_commit_that_changes_nothing_is_refused(clone):
    with pytest.raises(RemediatorError, match="nothing to commit"):
        commit_files(clone, clone.head, {"a.tf": b"a = 1\n"}, "Title", WHEN)


def test_a_push_makes_the_branch_and_again_is_no_error(clone, repository):
    sha = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "Title", WHEN)
    assert remote_head(clone, "remediator/x") is None

    push(clone, sha, "remediator/x")
    push(clone, sha, "remediator/x")

    assert remote_head(clone, "remediator/x") == sha == repository.git("rev-parse", "remediator/x")


def test_an_older_head_is_replaced_only_by_force(clone):
    one = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "One", WHEN)
    two = commit_files(clone, clone.head, {"a.tf": b"3\n"}, "Two", WHEN)
    push(clone, one, "remediator/x")

    with pytest.raises(RemediatorError, match="somebody else moved the branch"):
        push(clone, two, "remediator/x")
    push(clone, two, "remediator/x", force=True)

    assert remote_head(clone, "remediator/x") == two


def test_what_somebody_pushed_since_is_never_overwritten(clone, repository):
    one = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "One", WHEN)
    two = commit_files(clone, clone.head, {"a.tf": b"3\n"}, "Two", WHEN)
    push(clone, one, "remediator/x")
    repository.git("checkout", "--quiet", "remediator/x")
    theirs = repository.commit({"a.tf": "a person's\n"})
    repository.git("checkout", "--quiet", "elsewhere")

    with pytest.raises(RemediatorError, match="nothing was overwritten"):
        push(clone, two, "remediator/x", force=True)
    assert remote_head(clone, "remediator/x") == theirs


def test_a_branch_made_by_somebody_else_is_not_overwritten(clone, repository):
    repository.git("branch", "remediator/x")
    sha = commit_files(clone, clone.head, {"b.tf": b"2\n"}, "One", WHEN)

    with pytest.raises(RemediatorError):
        push(clone, sha, "remediator/x", force=True)


def test_nothing_is_pushed_to_the_base(clone):
    sha = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "One", WHEN)

    with pytest.raises(RemediatorError, match="is the base"):
        push(clone, sha, "main")


def test_a_declined_push_says_who_declined(clone, repository):
    hook = repository.path / ".git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    sha = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "One", WHEN)

    with pytest.raises(RemediatorError, match="declined the push by a rule of its own"):
        push(clone, sha, "remediator/x")


def test_remote_heads_are_matched_whole(clone, repository):
    repository.git("branch", "x/remediator/y")

    assert remote_head(clone, "remediator/y") is None


def test_ancestry(clone):
    sha = commit_files(clone, clone.head, {"a.tf": b"2\n"}, "One", WHEN)

    assert is_ancestor(clone, clone.head, sha)
    assert is_ancestor(clone, sha, sha)
    assert not is_ancestor(clone, sha, clone.head)
    assert not is_ancestor(clone, "0" * 40, sha)
