"""Brings all branches and tags into a clone of ours, past tags that their repository cannot give any more."""

from collections.abc import Sequence
from pathlib import Path

from remediator.git.blobless import REMOTE, promisor
from remediator.git.failures import GitError
from remediator.git.process import NETWORK_SECONDS, Access, run

__all__ = ["fetch"]

_BRANCHES = "+refs/heads/*:refs/heads/*"
_TAGS = "refs/tags/"
_TRIES = 100
"""Fetches to part what a repository can give from what it cannot, by halves; enough for a dozen tags of thousands."""


def fetch(path: Path, access: Access, blobless: bool = False) -> None:
    """Fetches every branch and tag; a tag whose objects are missing there is left out, and so is none beside it.

    With `blobless` no contents of files come along. Raises GitError where the branches cannot be fetched.
    """
    try:
        _fetched(path, access, (_BRANCHES, f"+{_TAGS}*:{_TAGS}*"), blobless)
    except GitError:
        there = _tags(path, access)
        if not there:
            raise
        _fetched(path, access, (_BRANCHES,), blobless)
        _drop(path, _tags_here(path).difference(there))
        _each(path, access, there, blobless)


def _each(path: Path, access: Access, tags: Sequence[str], blobless: bool) -> None:
    """Fetches those of the tags that can be had, halving what fails until one is left."""
    waiting, tries = [tags], 0
    while waiting:
        some = waiting.pop()
        tries += 1
        try:
            if tries <= _TRIES:
                _fetched(path, access, [f"+{tag}:{tag}" for tag in some], blobless)
                continue
        except GitError:
            half = len(some) // 2
            if half:
                waiting += [some[half:], some[:half]]
                continue
        _drop(path, some)  # what it meant before is not what it means now


def _fetched(path: Path, access: Access, refs: Sequence[str], blobless: bool) -> None:
    before, after, where = (promisor(access), ["--filter=blob:none"], REMOTE) if blobless else ([], [], access.where)
    run(
        path,
        [
            *before, "fetch", "--quiet", "--prune", "--force", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--update-shallow",  # so that a shallow source is seen as one, and not as an empty one
            *after, "--stdin", "--", where,
        ],
        access,
        "".join(f"{ref}\n" for ref in refs).encode("utf-8", "surrogateescape"),
        timeout=NETWORK_SECONDS,
    )  # fmt: skip


def _tags(path: Path, access: Access) -> list[str]:
    """The tags of the repository, by their full names; raises GitError where it cannot be reached."""
    _, output = run(path, ["ls-remote", "--quiet", "--tags", "--refs", "--", access.where], access)
    return [line.partition("\t")[2] for line in output.decode("utf-8", "surrogateescape").splitlines()]


def _tags_here(path: Path) -> set[str]:
    _, output = run(path, ["for-each-ref", "--format=%(refname)", _TAGS])
    return set(output.decode("utf-8", "surrogateescape").splitlines())


def _drop(path: Path, tags: Sequence[str] | set[str]) -> None:
    orders = "".join(f"delete {tag}\n" for tag in sorted(tags)).encode("utf-8", "surrogateescape")
    if orders:
        run(path, ["update-ref", "--stdin"], stdin=orders)
