"""A git that is too old, by a program in its place that says so."""

from pathlib import Path

import pytest

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import sync
from remediator.git.version import check_version, hole


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def says(text: str) -> None:
        program = tmp_path / "bin" / "git"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\nprintf '%s\\n' '{text}'\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))

    return says


@pytest.mark.parametrize("number", ["2.31.9", "2.9", "1.8.3.1"])
def test_one_that_would_read_its_users_configuration_is_refused(git, tmp_path: Path, number: str) -> None:
    git(f"git version {number}")

    with pytest.raises(RemediatorError, match=r"^repository 'infra': git .* is too old, .*install git 2\.45"):
        sync(RepositoryConfig(name="infra", url=str(tmp_path)), tmp_path / "state")


@pytest.mark.parametrize("text", ["git version 2.32.0", "git version 2.99.0.rc1", "git version next", ""])
def test_any_other_is_taken(git, text: str) -> None:
    git(text)

    check_version()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("git version 2.34.1", True),
        ("git version 2.39.3 (Apple Git-146)", True),
        ("git version 2.39.5", False),
        ("git version 2.43.3", True),
        ("git version 2.43.4", False),
        ("git version 2.45.0.windows.1", True),
        ("git version 2.45.1", False),
        ("git version 2.46.0", False),
        ("git version 3.0.0", False),
        ("git version next", False),
    ],
)
def test_known_holes_are_told_of_with_what_mends_them(git, text: str, told: bool) -> None:
    git(text)

    said = hole()

    assert (said is not None) is told
    if said:
        assert said.startswith(f"git {text.split()[2].removesuffix('.windows.1')} has holes")
        assert "install git 2.45.1" in said


def test_a_git_that_is_not_there_has_no_holes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert hole() is None
