"""Repositories whose objects, refs, paths and histories are not what they should be: each is data at most."""

import os
from functools import partial

import pytest

from remediator.errors import RemediatorError
from remediator.git.commits import commit_files
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import list_tree, read_paths
from remediator.git.process import Access, run
from remediator.git.records import line_commit, read_commits
from remediator.git.refs import resolve, tags
from tests.git.attacked import BLOCK, WHEN, everything, merged


def test_submodules_are_neither_fetched_nor_listed(repository, script, marked):
    module = f'[submodule "x"]\npath = x\nurl = ext::{script}\nfetchRecurseSubmodules = true\nupdate = !{script}\n'
    repository.commit({"a.tf": BLOCK, ".gitmodules": module})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    repository.git("commit", "--quiet", "-m", "Add a submodule")
    clone = repository.sync()
    (clone.path / "config").write_text(
        (clone.path / "config").read_text() + f'[submodule "x"]\nurl = ext::{script}\nactive = true\n'
    )

    everything(repository)

    assert not marked()
    assert [entry.path for entry in list_tree(clone, clone.head)] == [".gitmodules", "a.tf"]


@pytest.mark.parametrize(
    "name", ["--output=out.tf", "-O.tf", "--no-index.tf", "-", "--upload-pack=touch out.tf", ":(exclude)*.tf", "--.tf"]
)
def test_paths_that_look_like_options_are_paths(repository, marked, name):
    merged(repository, {name: BLOCK, "b.tf": BLOCK})

    assert everything(repository, name) is not None
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

    everything(repository)

    if name.startswith("-"):
        with pytest.raises(RemediatorError, match="not a branch name"):
            repository.sync(branch=name)
        assert resolve(repository.sync(), name) is None
        assert tags(repository.sync()) == ()
    else:
        assert everything(repository, branch=name) == head
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
    assert everything(repository) == created
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
