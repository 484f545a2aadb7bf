from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.git.names import checked_id, checked_path, checked_url, redact, valid_branch


@pytest.mark.parametrize("name", ["main", "remediator/0123abcd", "feature/über", "a.b", "v1.0-rc", "x@y"])
def test_branch_names_that_git_takes(name):
    assert valid_branch(name)


@pytest.mark.parametrize(
    "name",
    ["", "-x", "--upload-pack=x", "@", "a..b", "a b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "/a", "a/", "a//b",
     ".a", "a/.b", "a.lock", "a.lock/b", "a.", "a@{1}", "a\x7f", "a\nb"],
)  # fmt: skip
def test_branch_names_that_git_refuses(name):
    assert not valid_branch(name)


@given(st.text(alphabet="ab/.-@{~^:*\\ [lock", max_size=12))
def test_a_valid_branch_is_one_for_git_too(name):
    import subprocess

    if valid_branch(name):
        done = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
        assert done.returncode == 0


@pytest.mark.parametrize("url", ["-oProxyCommand=x", "ext::sh -c id", "fd::7", "https://-x/y", "ftp://a/b", "a\nb"])
def test_urls_that_would_run_something_are_refused(url):
    with pytest.raises(RemediatorError, match="refused"):
        checked_url(url)


def test_a_password_in_a_url_is_refused_and_not_repeated():
    with pytest.raises(RemediatorError, match="token_env") as caught:
        checked_url("https://bot:s3cret@git.acme.io/infra.git")

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://github.com/acme/infra.git", "ssh://git@h/x", "git@github.com:acme/infra.git"])
def test_urls_that_stay_as_they_are(url):
    assert checked_url(url) == url


def test_a_local_path_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert checked_url("repos/infra.git") == str(tmp_path / "repos" / "infra.git")
    assert Path(checked_url("~/infra")).is_absolute()


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../b", "a//b", ".git/config", "a/.GIT/x", "a\0b", "./a"]
)
def test_paths_that_leave_the_tree_are_refused(path):
    with pytest.raises(RemediatorError, match="not a path inside"):
        checked_path(path)


def test_only_full_ids_are_ids():
    assert checked_id("a" * 40) == "a" * 40
    for wrong in ("HEAD", "a" * 39, "--all", "A" * 40, "a" * 41):
        with pytest.raises(RemediatorError, match="object id"):
            checked_id(wrong)


def test_credentials_of_urls_are_redacted():
    assert redact("fatal: https://x:y@host/a failed") == "fatal: https://host/a failed"
