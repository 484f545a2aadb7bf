"""Reads trees and blobs of a clone, many at once and without a work tree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.names import checked_id
from remediator.git.process import run, stream

LARGEST_BLOB = 100 << 20
"""Bytes of a file that are read; GitHub takes no larger ones.

https://docs.github.com/en/repositories/working-with-files/managing-large-files/about-large-files-on-github
"""
_CHUNK = 1 << 20
_FORGED = re.compile(rb"(?:^|/)\.git(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file at a commit; `mode` is git's (100644, 100755, 120000 for a symbolic link)."""

    path: str
    mode: str
    blob: str


def list_tree(clone: Clone, commit: str) -> tuple[TreeEntry, ...]:
    """Every file of a commit, by path; without submodules, files whose path is not UTF-8, or a forged `.git`."""
    _, output = run(clone.path, ["ls-tree", "-r", "-z", "--full-tree", checked_id(commit)])
    entries: list[TreeEntry] = []
    for record in output.split(b"\0")[:-1]:
        facts, _, path = record.partition(b"\t")
        mode, kind, blob = facts.decode().split()
        if kind == "blob" and not _FORGED.search(path):
            try:
                entries.append(TreeEntry(path.decode(), mode, blob))
            except UnicodeDecodeError:
                continue
    return tuple(entries)


def sizes(clone: Clone, blobs: Sequence[str]) -> dict[str, int]:
    """The bytes of each blob that the clone holds; one that it does not is left out."""
    questions = "".join(f"{checked_id(blob)}\n" for blob in blobs).encode()
    _, output = run(clone.path, ["cat-file", "--batch-check"], stdin=questions)
    facts = (line.split() for line in output.decode().splitlines())
    return {blob: int(rest[1]) for blob, *rest in facts if rest[0] == "blob"}


def read_blobs(clone: Clone, blobs: Sequence[str], largest: int | None = None) -> Iterator[tuple[str, bytes]]:
    """The blobs with their contents in the order asked for, read as they are consumed, by one process.

    Of one that has more than the `largest` number of bytes, LARGEST_BLOB where none is given, it is that many and one,
    by which it is known. Raises RemediatorError for a blob that the clone does not hold.
    """
    if not blobs:
        return
    bound = LARGEST_BLOB if largest is None else largest
    questions = "".join(f"{checked_id(blob)}\n" for blob in blobs).encode()
    with stream(clone.path, ["cat-file", "--batch", "--buffer"], questions) as output:
        for blob in blobs:
            header = output.readline().split()
            if len(header) != 3 or header[1] != b"blob":
                what = 'set clone = "full" for it' if clone.blobless else f"delete {clone.path}"
                raise RemediatorError(f"{clone.name}: there is no blob {blob} in the clone; {what}")
            size = int(header[2])
            content = output.read(min(size, bound + 1))
            rest = size - len(content) + 1  # and the line break after it
            while rest > 0 and (passed := output.read(min(rest, _CHUNK))):
                rest -= len(passed)
            yield blob, content


def read_paths(clone: Clone, commit: str, paths: Sequence[str], largest: int | None = None) -> dict[str, bytes]:
    """The contents of those of the paths that are regular files at a commit; a link is not followed.

    Of a file that has more than the `largest` number of bytes it is that many and one.
    """
    command = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", checked_id(commit), "--", *paths]
    _, output = run(clone.path, command)
    blobs: dict[str, str] = {}
    for record in output.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        facts, _, path = record.partition("\t")
        mode, _, blob = facts.split()
        if mode in ("100644", "100755"):
            blobs[path] = blob
    contents = dict(read_blobs(clone, sorted(set(blobs.values())), largest))
    return {path: contents[blob] for path, blob in blobs.items()}
