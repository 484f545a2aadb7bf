"""Writes commits without a work tree, and pushes them."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.names import checked_branch, checked_id, checked_path
from remediator.git.process import NETWORK_SECONDS, run

BOT_NAME = "remediator"
BOT_EMAIL = "noreply@remediator.invalid"
OURS = frozenset({BOT_EMAIL})
"""The addresses that commits of ours are by, unless others are configured."""

_FOLDER = "040000"
_PLAIN = "100644"
_REGULAR = (_PLAIN, "100755")
_UNKNOWN = 128
"""How git ends that was asked for a commit that it does not hold."""


class _Entry(NamedTuple):
    """A regular file at a commit."""

    mode: str
    blob: str


def commit_files(
    clone: Clone, base: str, files: Mapping[str, bytes], message: str, when: datetime, author: str | None = None
) -> str:
    """A commit on `base` in which the files read as given, all else unchanged; its id, which depends on nothing else.

    `author` is who writes and commits it, as `name <address>`; without one it is ourselves.

    A file keeps its mode, a new one is not executable. No branch points to the commit until it is pushed.
    Raises RemediatorError for a path that leaves the tree or is no regular file, and where nothing would change.
    """
    checked_id(base)
    before = _entries(clone, base, sorted(checked_path(path) for path in files))
    with tempfile.TemporaryDirectory(prefix="remediator-") as scratch:
        blobs = _blobs(clone, files, Path(scratch))
        if blobs == {path: entry.blob for path, entry in before.items()}:
            raise RemediatorError(f"{clone.name}: the files read so already at {base[:12]}; there is nothing to commit")
        lines = [f"{before[path].mode if path in before else _PLAIN} {blobs[path]}\t{path}\0" for path in sorted(files)]
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        run(clone.path, ["read-tree", base], env=index)
        run(clone.path, ["update-index", "-z", "--index-info"], stdin="".join(lines).encode(), env=index)
        tree = _text(run(clone.path, ["write-tree", "--missing-ok"], env=index))  # as a blobless clone has it
    stamp = f"@{int(when.astimezone(UTC).timestamp())} +0000"
    name, _, address = (author or f"{BOT_NAME} <{BOT_EMAIL}>").rpartition(" ")
    person = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", address.strip("<>")), ("DATE", stamp))
    }
    text = message.rstrip("\n") + "\n"
    return _text(run(clone.path, ["commit-tree", tree, "-p", base], stdin=text.encode(), env=person))


def push(clone: Clone, sha: str, branch: str, force: bool = False) -> None:
    """Makes the commit the head of a branch in the repository the clone came from.

    With `force` an older head is replaced, unless somebody moved it since the clone last saw it. The branch the
    clone follows is never pushed to. Raises RemediatorError where the push is declined.
    """
    checked_branch(branch)
    checked_id(sha)
    if branch == clone.branch:
        raise RemediatorError(f"{clone.name}: '{branch}' is the base of every change; nothing is pushed to it")
    ref = f"refs/heads/{branch}"
    lease: Sequence[str] = ()
    if force:
        _, seen = run(clone.path, ["for-each-ref", "--format=%(objectname)", ref])
        lease = [f"--force-with-lease={ref}:{seen.decode().strip()}"]
    run(
        clone.path,
        ["push", "--quiet", "--no-verify", "--no-signed", *lease, "--", clone.url, f"{sha}:{ref}"],
        clone.access,
        timeout=NETWORK_SECONDS,
    )
    run(clone.path, ["update-ref", ref, sha])


def remote_head(clone: Clone, branch: str) -> str | None:
    """The commit a branch has now in the repository the clone came from, or None where there is no such branch."""
    ref = f"refs/heads/{checked_branch(branch)}"
    _, output = run(clone.path, ["ls-remote", "--", clone.url, ref], clone.access, timeout=NETWORK_SECONDS)
    found = {
        name: sha
        for sha, _, name in (line.partition("\t") for line in output.decode("utf-8", "surrogateescape").split("\n"))
    }
    return found.get(ref)


def is_ancestor(clone: Clone, ancestor: str, descendant: str) -> bool:
    """Whether one commit is in the history of another; a commit the clone does not hold is in none."""
    commits = (checked_id(ancestor), checked_id(descendant))
    code, _ = run(clone.path, ["merge-base", "--is-ancestor", *commits], accept=(0, 1, _UNKNOWN))
    return code == 0


def _entries(clone: Clone, base: str, paths: Sequence[str]) -> dict[str, _Entry]:
    """Those of the paths that there are at a commit, in folders that are folders."""
    if not paths:
        return {}
    folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents} - {"."}
    asked = sorted({*paths, *folders})
    _, output = run(clone.path, ["--literal-pathspecs", "ls-tree", "-z", "-t", "--full-tree", base, "--", *asked])
    found: dict[str, _Entry] = {}
    for record in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, path = record.partition("\t")
        mode, _, blob = facts.split()
        if path in folders and mode != _FOLDER:
            raise RemediatorError(f"{clone.name}: {path} is no folder, so nothing is put in it; left alone")
        if path not in paths:
            continue
        if mode not in _REGULAR:
            raise RemediatorError(
                f"{clone.name}: {path} is no regular file but a link, folder or submodule; left alone"
            )
        found[path] = _Entry(mode, blob)
    return found


def _blobs(clone: Clone, files: Mapping[str, bytes], scratch: Path) -> dict[str, str]:
    """The ids of the contents, by path, written by one process; `scratch` is where it reads them from."""
    sources = [scratch / str(number) for number in range(len(files))]
    for source, content in zip(sources, files.values(), strict=True):
        source.write_bytes(content)
    names = "".join(f"{source}\n" for source in sources).encode()
    _, output = run(clone.path, ["hash-object", "-w", "--no-filters", "--stdin-paths"], stdin=names)
    return dict(zip(files, output.decode().split(), strict=True))


def _text(result: tuple[int, bytes]) -> str:
    return result[1].decode().strip()
