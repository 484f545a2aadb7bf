"""Repositories that try to have something of theirs run; each attack leaves a mark where it succeeds."""

import os
from datetime import UTC, datetime
from functools import partial

import pytest

from remediator.errors import RemediatorError
from remediator.git.commits import commit_files
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import list_tree, read_blobs, read_paths
from remediator.git.process import Access, run
from remediator.git.records import line_commit, merged_commits, read_commits
from remediator.git.refs import resolve, tags
from remediator.git.revisions import blob_at, changed_files
from remediator.git.touches import read_touches

BLOCK = 'resource "aws_instance" "web" {\n  instance_type = "m5.large"\n}\n'
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def marked(tmp_path, monkeypatch):
    """Whether an attack has succeeded; commands run in a folder of their own, to which nothing may be written."""
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return lambda: (tmp_path / "mark").exists() or bool(list((tmp_path / "cwd").iterdir()))


@pytest.fixture
def script(tmp_path):
    """A program that leaves the mark."""
    path = tmp_path / "script"
    path.write_text(f"#!/bin/sh\ntouch {tmp_path / 'mark'}\ncat\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's own configuration of git, to write to."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home" / ".gitconfig"


def _everything(repository, path="a.tf", **options):
    """All that a run does with a repository, as far as git is concerned; the commit of its file's first line."""
    clone = repository.sync(**options)
    entries = list_tree(clone, clone.head)
    list(read_blobs(clone, [entry.blob for entry in entries]))
    found = walk(
        clone, [TrackedLine("x", path, 1, header=True), TrackedLine("y", path, 2, header=False, header_key="x")]
    )
    for commit in read_commits(clone, sorted({clone.head, *found.values()})):
        merged_commits(clone, commit)
        changed_files(clone, commit.sha)
        if len(commit.parents) > 1:
            line_commit(clone, commit, path, 2)
    list(read_touches(clone))
    read_paths(clone, clone.head, [path])
    blob_at(clone, clone.head, path)
    commit_files(clone, clone.head, {path: b"# changed\n", "new.tf": b"# new\n"}, "Change", WHEN)
    return found.get("x")


def _merged(repository, files):
    """A branch and its merge, each with the files changed; the repository's head."""
    repository.commit(files)
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({name: text.replace("large", "xlarge") for name, text in files.items() if text.startswith("res")})
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")


def test_hooks_of_a_clone_do_not_run(repository, script, marked):
    repository.commit({"a.tf": BLOCK})
    clone = repository.sync()
    (clone.path / "hooks").mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change", "pre-push"):
        (clone.path / "hooks" / name).write_bytes(script.read_bytes())
        (clone.path / "hooks" / name).chmod(0o755)
    repository.commit({"a.tf": BLOCK + "# 2\n"})

    _everything(repository)

    assert not marked()


def test_hooks_and_programs_of_the_repository_itself_do_not_run(repository, script, marked):
    _merged(repository, {"a.tf": BLOCK})
    for name in ("uploadpack.packObjectsHook", "core.fsmonitor", "diff.external", "core.pager", "core.sshCommand"):
        repository.git("config", name, str(script))
    (repository.path / ".git" / "hooks").mkdir()
    for name in ("pre-receive", "post-receive", "reference-transaction", "update"):
        (repository.path / ".git" / "hooks" / name).write_bytes(script.read_bytes())
        (repository.path / ".git" / "hooks" / name).chmod(0o755)

    _everything(repository)

    assert not marked()


def test_what_the_configuration_of_the_repository_includes_does_not_run(repository, script, marked):
    _merged(repository, {"a.tf": BLOCK})
    programs = ("fsmonitor", "pager", "sshCommand", "hooksPath", "alternateRefsCommand")
    settings = "[core]\n" + "".join(f"{name} = {script}\n" for name in programs)
    settings += f"[uploadpack]\npackObjectsHook = {script}\n[diff]\nexternal = {script}\n"
    settings += f'[remote "origin"]\nuploadpack = {script}\n[protocol "ext"]\nallow = always\n'
    (repository.path / "evil").write_text(settings)
    repository.git("config", "include.path", str(repository.path / "evil"))
    repository.git("config", f"includeIf.gitdir:{repository.path}/.path", str(repository.path / "evil"))

    _everything(repository)

    assert not marked()


@pytest.mark.parametrize("where", ["home", "clone"])
def test_filters_and_text_conversions_do_not_run(repository, home, script, marked, where):
    _merged(repository, {".gitattributes": "* diff=evil filter=evil\n", "a.tf": BLOCK})
    settings = f'[diff]\nexternal={script}\n[diff "evil"]\ncommand={script}\ntextconv={script}\n'
    settings += f'[filter "evil"]\nclean={script}\nsmudge={script}\nprocess={script}\nrequired\n'
    if where == "home":
        home.write_text(settings)
    else:
        clone = repository.sync()
        (clone.path / "config").write_text((clone.path / "config").read_text() + settings)
        (clone.path / "info").mkdir(exist_ok=True)
        (clone.path / "info" / "attributes").write_text("* diff=evil filter=evil\n")

    _everything(repository)

    assert not marked()


def test_urls_are_not_rewritten_into_commands(repository, home, script, marked):
    repository.commit({"a.tf": BLOCK})
    home.write_text(f'[url "ext::{script} "]\ninsteadOf = {repository.path}\n[protocol "ext"]\nallow = always\n')

    _everything(repository)

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


def test_submodules_are_neither_fetched_nor_listed(repository, script, marked):
    module = f'[submodule "x"]\npath = x\nurl = ext::{script}\nfetchRecurseSubmodules = true\nupdate = !{script}\n'
    repository.commit({"a.tf": BLOCK, ".gitmodules": module})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    repository.git("commit", "--quiet", "-m", "Add a submodule")
    clone = repository.sync()
    (clone.path / "config").write_text(
        (clone.path / "config").read_text() + f'[submodule "x"]\nurl = ext::{script}\nactive = true\n'
    )

    _everything(repository)

    assert not marked()
    assert [entry.path for entry in list_tree(clone, clone.head)] == [".gitmodules", "a.tf"]


@pytest.mark.parametrize(
    "name", ["--output=out.tf", "-O.tf", "--no-index.tf", "-", "--upload-pack=touch out.tf", ":(exclude)*.tf", "--.tf"]
)
def test_paths_that_look_like_options_are_paths(repository, marked, name):
    _merged(repository, {name: BLOCK, "b.tf": BLOCK})

    assert _everything(repository, name) is not None
    clone = repository.sync()
    assert read_paths(clone, clone.head, [name])[name].decode() == BLOCK.replace("large", "xlarge")
    assert line_commit(clone, read_commits(clone, [clone.head])[0], name, 2) == repository.git("rev-parse", "side")
    assert not marked()


@pytest.mark.parametrize(
    "name", ["--output=out", "-d", "--upload-pack=touch${IFS}out", "$(touch${IFS}out)", ";touch", "|x"]
)
def test_refs_that_look_like_options_or_commands_are_refs(repository, marked, name):
    head = repository.commit({"a.tf": BLOCK})
    for kind in ("heads", "tags"):
        repository.git("update-ref", f"refs/{kind}/{name}", head)

    _everything(repository)

    if name.startswith("-"):
        with pytest.raises(RemediatorError, match="not a branch name"):
            repository.sync(branch=name)
        assert resolve(repository.sync(), name) is None
        assert tags(repository.sync()) == ()
    else:
        assert _everything(repository, branch=name) == head
        assert resolve(repository.sync(), name) == head
    assert not marked()


def test_what_other_repositories_hold_is_copied_not_pointed_to(repository, make_repository):
    other = make_repository("other")
    other.commit({"a.tf": BLOCK})
    (repository.path / ".git" / "objects" / "info" / "alternates").write_text(f"{other.path}/.git/objects\n")
    repository.git("update-ref", "refs/heads/main", other.git("rev-parse", "HEAD"))
    clone = repository.sync()
    other.path.rename(other.path.with_name("away"))

    assert not (clone.path / "objects" / "info" / "alternates").exists()
    assert read_paths(clone, clone.head, ["a.tf"]) == {"a.tf": BLOCK.encode()}


def test_a_history_is_not_what_a_replacement_says_it_is(repository):
    created = repository.commit({"a.tf": BLOCK})
    head = repository.commit({"b.tf": "b = 1\n"})
    repository.git("replace", "--graft", head)
    clone = repository.sync()
    # Even where it gets through.
    run(clone.path, ["fetch", "--quiet", "--", str(repository.path), "refs/replace/*:refs/replace/*"], Access("x"))

    assert walk(clone, [TrackedLine("x", "a.tf", 1, header=True)]) == {"x": created}


def test_a_history_that_a_graft_cuts_off_is_refused(repository):
    repository.commit({"a.tf": BLOCK})
    head = repository.commit({"b.tf": "b = 1\n"})
    (repository.path / ".git" / "info").mkdir()
    (repository.path / ".git" / "info" / "grafts").write_text(f"{head}\n")

    with pytest.raises(RemediatorError, match="lacks objects of its own history, by damage or a graft"):
        repository.sync()


def test_a_repository_that_lacks_a_file_of_its_own_is_refused_in_words(repository):
    repository.commit({"a.tf": BLOCK})
    blob = repository.git("rev-parse", "HEAD:a.tf")
    (repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(RemediatorError, match="lacks objects of its own history, by damage"):
        repository.sync()


@pytest.mark.parametrize("name", [".git", ".GIT", ".Git"])
@pytest.mark.parametrize("folder", ["", "modules/"])
def test_a_forged_git_folder_is_not_listed(repository, name, folder):
    repository.commit({"a.tf": BLOCK})
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"[core]\nfsmonitor = evil\n")
    tree = f"100644 blob {blob}\tconfig\n"
    for part in (name, *reversed(folder.rstrip("/").split("/"))) if folder else (name,):
        inner = repository.git("mktree", stdin=tree.encode())
        tree = f"040000 tree {inner}\t{part}\n"
    tree = repository.git("mktree", stdin=f"{repository.git('ls-tree', 'HEAD')}\n{tree}".encode())
    repository.git("update-ref", "refs/heads/main", repository.git("commit-tree", tree, "-m", "Forge"))
    clone = repository.sync()

    assert [entry.path for entry in list_tree(clone, clone.head)] == ["a.tf"]
    with pytest.raises(RemediatorError, match="not a path inside the repository"):
        commit_files(clone, clone.head, {f"{folder}{name}/config": b""}, "Change", WHEN)


def test_names_that_are_no_text_or_lie_about_it_stop_nothing(repository):
    for path in (os.fsdecode(b"b\xff.tf"), "invoice\u202egpj.tf", "zero\u200bwidth.tf", "line\nbreak.tf", "a.tf"):
        created = repository.commit({path: BLOCK}, author="Andre \u202eX <andre@acme.io>")
    raw = repository.git("cat-file", "commit", "HEAD").encode().replace(b"Andre ", b"Andr\xe9 ") + b"\n"
    created = repository.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw)
    repository.git("update-ref", "HEAD", created)

    clone = repository.sync()
    lines = [TrackedLine(e.path, e.path, 2, header=False) for e in list_tree(clone, clone.head)]

    assert len(walk(clone, lines)) == 4  # all but the one whose path is no text
    assert _everything(repository) == created
    assert read_commits(clone, [created])[0].author_name.startswith("Andr\ufffd")


@pytest.mark.parametrize("dates", [(), (2**64 - 1, 2**64 - 5, 2**64 - 1), (2**64 - 1, 2**64 - 1)])
def test_a_commit_that_no_git_would_write_stops_nothing(repository, dates, monkeypatch):
    monkeypatch.setattr("remediator.git.clones.run", partial(run, timeout=20.0))  # not its quarter of an hour
    odd = repository.commit({"a.tf": BLOCK})
    for size, date in enumerate(dates or ("",)):
        people = "".join(f"{role} A <a@a.io> {date} +9999\n" for role in ("author", "committer")) if date else ""
        repository.write({"a.tf": BLOCK.replace("m5", f"m{size + 6}")})
        repository.git("add", "a.tf")
        raw = f"tree {repository.git('write-tree')}\nparent {odd}\n{people}\nOdd\n".encode()
        odd = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw)
    repository.git("update-ref", "HEAD", odd)

    clone = repository.sync()

    assert walk(clone, [TrackedLine("y", "a.tf", 2, header=False)]) == {"y": odd}
    (commit,) = read_commits(clone, [odd])
    assert (commit.author_name, commit.author_email) == (("A", "a@a.io") if dates else ("", ""))


def test_a_head_that_names_nothing_is_no_hindrance(repository):
    head = repository.commit({"a.tf": BLOCK})
    repository.git("symbolic-ref", "HEAD", "refs/heads/none")

    assert repository.sync().head == head

    (repository.path / ".git" / "HEAD").unlink()
    with pytest.raises(RemediatorError, match="no git repository at"):
        repository.sync()


@pytest.mark.parametrize(
    "mailmap", ["Mallory <m@evil.io> <alice@acme.io>\n" * 2000 + "<<<>>>\0\x1b[31m", "link", "folder"]
)
def test_a_mailmap_is_data_at_most(repository, mailmap, tmp_path):
    (tmp_path / "secret").write_text("Eve <eve@evil.io> <alice@acme.io>\n")
    repository.write({"a.tf": BLOCK})
    if mailmap == "link":
        (repository.path / ".mailmap").symlink_to(tmp_path / "secret")
    else:
        repository.write({".mailmap/x" if mailmap == "folder" else ".mailmap": mailmap})
    head = repository.commit({})

    (commit,) = read_commits(repository.sync(), [head])

    assert commit.author_email == ("m@evil.io" if mailmap.startswith("Mallory") else "alice@acme.io")
