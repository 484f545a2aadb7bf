"""Runs that end in the middle of a fetch, by force or for want of room; the next one goes on."""

import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import sync
from remediator.git.objects import list_tree, read_blobs
from tests.git.http_backend import served, stalling

_SYNC = """
import sys
from pathlib import Path
from remediator.config import RepositoryConfig
from remediator.git.clones import sync
url, kind, state = sys.argv[1:]
sync(RepositoryConfig(name="infra", url=url, clone=kind), Path(state))
"""


@pytest.fixture
def large(repository):
    """A repository whose pack is not sent in one piece."""
    repository.git("config", "uploadpack.allowFilter", "true")
    noise = random.Random(1)
    for name in "abc":
        repository.commit({f"{name}{n}.tf": noise.randbytes(2000).hex() for n in range(40)})
    return repository


@contextmanager
def _killed_in_fetch(repository, kind):
    """A run was killed while a pack was on its way to its git, which lives on and waits for the rest."""
    with stalling(repository.path.parent, 50_000) as (url, stalled):
        clone = repository.state_dir / "clones" / "infra.git" / "config"
        if clone.exists():
            clone.write_text(_renamed(clone.read_text(), url))
        command = [sys.executable, "-c", _SYNC, f"{url}/upstream/.git", kind, str(repository.state_dir)]
        with subprocess.Popen(command) as run:
            assert stalled.wait(60)
            run.send_signal(signal.SIGKILL)
        assert run.returncode == -signal.SIGKILL
        yield


def _renamed(config, url):
    """A clone's configuration with its source at another port."""
    lines = [
        f"\turl = {url}/upstream/.git" if line.strip().startswith("url =") else line for line in config.split("\n")
    ]
    return "\n".join(lines)


def _whole(clone):
    return sum(1 for _ in read_blobs(clone, [entry.blob for entry in list_tree(clone, clone.head)]))


@pytest.mark.parametrize("kind", ["full", "blobless"])
def test_a_first_fetch_that_is_killed_is_made_again(large, kind):
    with _killed_in_fetch(large, kind), served(large.path.parent) as (url, _):
        clone = sync(RepositoryConfig(name="infra", url=f"{url}/upstream/.git", clone=kind), large.state_dir)

    assert _whole(clone) == 120
    assert {path.name for path in clone.path.parent.iterdir()} == {"infra.git", "infra.lock"}


@pytest.mark.parametrize("kind", ["full", "blobless"])
def test_a_later_fetch_that_is_killed_costs_nothing_but_itself(large, kind):
    with served(large.path.parent) as (url, _):
        first = sync(RepositoryConfig(name="infra", url=f"{url}/upstream/.git", clone=kind), large.state_dir)
    noise = random.Random(2)
    head = large.commit({f"d{n}.tf": noise.randbytes(2000).hex() for n in range(140)})
    config = first.path / "config"
    config.write_text(config.read_text() + "[fetch]\nunpackLimit = 1\n")
    with _killed_in_fetch(large, kind), served(large.path.parent) as (url, _):
        assert _whole(first) == 120
        assert list((first.path / "objects" / "pack").glob("tmp_*"))
        config.write_text(_renamed(config.read_text(), url))
        clone = sync(RepositoryConfig(name="infra", url=f"{url}/upstream/.git", clone=kind), large.state_dir)

    assert (clone.head, _whole(clone)) == (head, 260)
    assert not list((clone.path / "objects" / "pack").glob("tmp_*"))
    assert "unpackLimit" in config.read_text()  # it is the same clone, not one made again


def test_a_full_disk_is_said_and_costs_no_clone(repository, tmp_path, monkeypatch):
    """Git itself says so where a file of it cannot be written; here its pack grows past what this user may write."""
    head = repository.commit({"a.tf": "a = 1\n"})
    clone = repository.sync()
    noise = random.Random(3)
    repository.commit({f"{n}.tf": noise.randbytes(2000).hex() for n in range(200)})
    shim = tmp_path / "bin"
    shim.mkdir()
    (shim / "git").write_text('#!/bin/sh\nulimit -f 64\nexec /usr/bin/env PATH="$REAL_PATH" git "$@"\n')
    (shim / "git").chmod(0o755)
    monkeypatch.setenv("REAL_PATH", os.environ["PATH"])
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{shim}:{os.environ['PATH']}")
        with pytest.raises(RemediatorError, match=r"repository 'infra': git fetch failed .*: fatal"):
            repository.sync()

    assert [entry.path for entry in list_tree(clone, head)] == ["a.tf"]
    assert _whole(repository.sync()) == 201


def test_a_state_folder_that_cannot_be_written_is_said(repository):
    repository.commit({"a.tf": "a = 1\n"})
    repository.state_dir.write_text("")

    with pytest.raises(RemediatorError, match=r"clones cannot be written \(Not a directory\); make room in state_dir"):
        repository.sync()
