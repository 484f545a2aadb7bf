"""Commits as a repository writes them, by whom they are configured to be."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from remediator.config.own import parse_own
from remediator.deliver.style import is_conventional, typed
from remediator.errors import ConfigError
from tests.deliver.grouped import grouped

TYPED = ["feat: add trainers", "fix(dev): open the port", "chore!: drop terraform 0.12"]
PLAIN = ["Add trainers", "Merge pull request #3", "WIP: something", "Feat: add"]


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        (TYPED * 2, True),
        (PLAIN * 2, False),
        (TYPED + PLAIN[:2], True),
        (TYPED + PLAIN, False),
        (TYPED, False),
        ([], False),
    ],
)
def test_the_style_is_that_of_most_subjects(subjects: list[str], expected: bool) -> None:
    assert is_conventional("auto", subjects) is expected
    assert (is_conventional("conventional", subjects), is_conventional("plain", subjects)) == (True, False)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Move it", "chore(cost): move it"),
        ("GPUs idle", "chore(cost): GPUs idle"),
        ("3 findings", "chore(cost): 3 findings"),
    ],
)
def test_a_typed_subject_begins_small(subject: str, expected: str) -> None:
    assert typed(subject) == expected


def deliver(desk, upstream, **requests: object) -> tuple[dict, str]:
    """The pull request and its commit: author, committer, subject."""
    [(_, done)] = grouped(desk, [desk.plan()], by=None, **requests)
    pull = json.loads(Path(done.where).read_text())
    return pull, upstream.bare_git("show", "-s", "--format=%an <%ae>, %cn <%ce>: %s", pull["head"])


def test_commits_and_titles_are_written_as_the_repository_writes(desk, upstream) -> None:
    for at in range(6):
        upstream.git("commit", "--quiet", "--allow-empty", "--message", f"feat(dev): add {at}")
    upstream.git("push", "--quiet", "origin", "main")

    pull, commit = deliver(desk, upstream)

    assert pull["title"] == "chore(cost): move a gp2 volume to gp3"
    assert commit.endswith(": chore(cost): move a gp2 volume to gp3")


def test_the_author_is_who_is_configured_and_stays_ours(desk, upstream) -> None:
    author = "FinOps bot <finops@acme.example>"
    requests = desk.config.requests.model_copy(update={"author": author})
    desk = replace(desk, config=desk.config.model_copy(update={"requests": requests}))

    _, commit = deliver(desk, upstream)

    assert commit == f"{author}, {author}: Move a gp2 volume to gp3"
    forge = desk.places().forge(desk.repository, desk.clone())
    assert forge.review("acme/infra", "1").foreign == ()
    assert forge.close("acme/infra", "1", "It is gone.") == ()


def test_a_repository_may_not_say_who_writes_or_what_merges_itself() -> None:
    for line in ('author = "A <a@b.io>"', 'auto_merge = ["ebs_gp3"]', "status = true"):
        with pytest.raises(ConfigError):
            parse_own(f"[requests]\n{line}\n".encode(), ".remediator.toml")
