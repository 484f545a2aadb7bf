"""Repositories that try to have something of theirs run; each attack leaves a mark where it succeeds."""

import os

import pytest

from remediator.errors import RemediatorError
from remediator.git.process import Access, run
from tests.git.attacked import BLOCK, everything, merged


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's own configuration of git, to write to."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / ".gitconfig"


def test_hooks_of_a_clone_do_not_run(repository, script, marked):
    repository.commit({"a.tf": BLOCK})
    clone = repository.sync()
    (clone.path / "hooks").mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change", "pre-push"):
        (clone.path / "hooks" / name).write_bytes(script.read_bytes())
        (clone.path / "hooks" / name).chmod(0o755)
    repository.commit({"a.tf": BLOCK + "# 2\n"})

    everything(repository)

    assert not marked()


def test_hooks_and_programs_of_the_repository_itself_do_not_run(repository, script, marked):
    merged(repository, {"a.tf": BLOCK})
    for name in ("uploadpack.packObjectsHook", "core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"):
        repository.git("config", name, str(script))
    (repository.path / ".git" / "hooks").mkdir()
    for name in ("pre-receive", "post-receive", "reference-transaction", "update"):
        (repository.path / ".git" / "hooks" / name).write_bytes(script.read_bytes())
        (repository.path / ".git" / "hooks" / name).chmod(0o755)

    everything(repository)

    assert not marked()


def test_what_the_configuration_of_the_repository_includes_does_not_run(repository, script, marked):
    merged(repository, {"a.tf": BLOCK})
    programs = ("fsmonitor", "pager", "sshCommand", "hooksPath", "alternateRefsCommand")
    settings = "[core]\n" + "".join(f"{name} = {script}\n" for name in programs)
    settings += f"[uploadpack]\npackObjectsHook = {script}\n[diff]\nexternal = {script}\n"
    settings += f'[remote "origin"]\nuploadpack = {script}\n[protocol "ext"]\nallow = always\n'
    (repository.path / "evil").write_text(settings)
    repository.git("config", "include.path", str(repository.path / "evil"))
    repository.git("config", f"includeIf.gitdir:{repository.path}/.path", str(repository.path / "evil"))

    everything(repository)

    assert not marked()


@pytest.mark.parametrize("where", ["home", "clone"])
def test_filters_and_text_conversions_do_not_run(repository, home, script, marked, where):
    merged(repository, {".gitattributes": "* diff=evil filter=evil\n", "a.tf": BLOCK})
    settings = f'[diff]\nexternal={script}\n[diff "evil"]\ncommand={script}\ntextconv={script}\n'
    settings += f'[filter "evil"]\nclean={script}\nsmudge={script}\nprocess={script}\nrequired\n'
    if where == "home":
        home.write_text(settings)
    else:
        clone = repository.sync()
        (clone.path / "config").write_text((clone.path / "config").read_text() + settings)
        (clone.path / "info").mkdir(exist_ok=True)
        (clone.path / "info" / "attributes").write_text("* diff=evil filter=evil\n")

    everything(repository)

    assert not marked()


def test_urls_are_not_rewritten_into_commands(repository, home, script, marked):
    repository.commit({"a.tf": BLOCK})
    home.write_text(f'[url "ext::{script} "]\ninsteadOf = {repository.path}\n[protocol "ext"]\nallow = always\n')

    everything(repository)

    assert not marked()


@pytest.mark.parametrize("url", ["ext::{}", "fd::17", "evil::x"])
def test_transports_that_run_commands_are_off_even_where_a_url_gets_through(tmp_path, script, marked, monkeypatch, url):
    (tmp_path / "git-remote-evil").write_bytes(script.read_bytes())
    (tmp_path / "git-remote-evil").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    with pytest.raises(RemediatorError, match="not allowed"):
        run(None, ["ls-remote", "--", url.format(script)], Access("x"), timeout=20)
    assert not marked()


def test_a_command_that_names_no_repository_reaches_none(repository, tmp_path):
    repository.commit({"a.tf": BLOCK})
    clone = repository.sync()

    with pytest.raises(RemediatorError, match="not allowed"):
        run(clone.path, ["ls-remote", "--", str(repository.path)])
    assert run(clone.path, ["ls-remote", "--", str(repository.path)], Access("x"))[0] == 0
