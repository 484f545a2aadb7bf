from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remediator.config import RepositoryConfig
from remediator.demo.history import steps, stream
from remediator.demo.machines import PLATFORM, RESEARCH
from remediator.git.clones import Clone, sync
from remediator.git.imports import fast_import
from remediator.git.objects import list_tree, read_blobs
from remediator.git.process import run
from remediator.iac.terraform.syntax import parse

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def clone(name: str, home: Path) -> Clone:
    fast_import(home / f"{name}.git", stream(name, NOW))
    return sync(RepositoryConfig(name=name, url=str(home / f"{name}.git")), home / "state")


def git(of: Clone, *arguments: str) -> str:
    return run(of.path, arguments)[1].decode().strip()


@pytest.fixture
def platform(tmp_path: Path) -> Clone:
    return clone(PLATFORM, tmp_path)


@pytest.mark.parametrize("name", [PLATFORM, RESEARCH])
def test_git_finds_nothing_wrong_with_it(name: str, tmp_path: Path) -> None:
    made = clone(name, tmp_path)

    assert git(made, "fsck", "--strict", "--no-dangling") == ""
    assert git(made, "for-each-ref", "--format=%(refname)").count("refs/heads/topic") == 0


@pytest.mark.parametrize("name", [PLATFORM, RESEARCH])
def test_the_same_moment_makes_the_same_commits_and_another_does_not(name: str) -> None:
    assert stream(name, NOW) == stream(name, NOW)
    assert stream(name, NOW) != stream(name, NOW + timedelta(days=1))


def test_people_and_automation_wrote_it(platform: Clone) -> None:
    authors = set(git(platform, "log", "--format=%an", "main").splitlines())

    assert {"Ada Ferreira", "Ben Okafor", "Chloe Lindqvist", "github-actions[bot]"} <= authors


def test_a_merge_has_two_parents_a_number_and_another_author_than_its_branch(platform: Clone) -> None:
    (merge,) = git(platform, "log", "--merges", "--format=%H%x00%an%x00%s", "main").splitlines()
    sha, author, subject = merge.split("\0")

    assert subject == "Merge pull request #14 from acme/trainers"
    assert author == "Ada Ferreira"
    assert git(platform, "log", "-1", "--format=%an", f"{sha}^2") == "Ben Okafor"
    assert git(platform, "diff", "--name-only", f"{sha}^2", sha) == ""


def test_a_squash_names_its_request_and_the_tool_that_helped(platform: Clone) -> None:
    found = git(platform, "log", "--grep=(#23)", "--format=%P%x00%(trailers:key=Co-authored-by,valueonly)", "main")
    parents, tools = found.split("\0")

    assert len(parents.split()) == 1
    assert tools.strip() == "Claude <noreply@anthropic.com>"


def test_the_formatting_commit_changes_no_value(platform: Clone) -> None:
    sha = git(platform, "log", "--grep=terraform fmt", "--format=%H", "main")

    assert git(platform, "diff", "--name-only", f"{sha}^", sha) == "envs/dev/main.tf"
    assert git(platform, "diff", "--ignore-all-space", "--shortstat", f"{sha}^", sha) == ""


def test_the_move_is_nothing_but_a_move(platform: Clone) -> None:
    sha = git(platform, "log", "--grep=(#31)", "--format=%H", "main")

    assert git(platform, "diff", "--find-renames=100%", "--name-status", f"{sha}^", sha).split() == [
        "R100",
        "envs/dev/trainers.tf",
        "envs/dev/ranking.tf",
    ]


def test_commits_lie_as_far_back_as_their_folders_say(platform: Clone) -> None:
    days = [step.days for step in steps(PLATFORM)]
    dates = git(platform, "log", "--reverse", "--no-merges", "--format=%at", "main").splitlines()

    assert [round((NOW.timestamp() - int(date)) / 86_400) for date in dates] == days
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize("name", [PLATFORM, RESEARCH])
def test_all_its_code_parses_and_is_owned(name: str, tmp_path: Path) -> None:
    made = clone(name, tmp_path)
    entries = list_tree(made, made.head)
    code = {e.blob: e.path for e in entries if e.path.endswith((".tf", ".tfvars", ".hcl"))}

    assert {code[blob]: parse(text).problem for blob, text in read_blobs(made, tuple(code))} == dict.fromkeys(
        code.values()
    )
    assert any(e.path.endswith("CODEOWNERS") for e in entries)
    assert "COMMIT" not in {e.path for e in entries}
