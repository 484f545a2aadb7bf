"""Reads the output of `git log -p -U0` commit by commit, as it comes."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_ESCAPES = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


class Hunk(NamedTuple):
    """Lines replaced by others; a start counts from 1, and names the line before where no lines are on that side."""

    old_start: int
    removed: list[bytes]
    new_start: int
    added: list[bytes]


class FileDiff(NamedTuple):
    """What became of one file; `old` is None for a new file, `new` for a deleted one, unequal for a rename."""

    old: str | None
    new: str | None
    hunks: list[Hunk]


class CommitDiff(NamedTuple):
    """A commit and what it changed against its first parent."""

    sha: str
    files: list[FileDiff]


def parse_log(output: Iterable[bytes]) -> Iterator[CommitDiff]:
    """The commits of `git log -p -U0 --format=%x00%H`, given line by line; no context lines, prefixes `a/` and `b/`."""
    lines = iter(output)
    commit: CommitDiff | None = None
    old: str | None = None
    hunks: list[Hunk] = []
    for line in lines:
        first = line[:1]
        # Contents are taken by count along with their hunk header, so no line of a file is read as a header here.
        if first == b"@":
            hunks.append(_hunk(line, lines))
        elif first == b"\0":
            if commit is not None:
                yield commit
            commit = CommitDiff(line[1:].strip().decode(), [])
        elif commit is None:
            continue
        elif line.startswith(b"diff --git "):
            old, hunks = None, []
        elif line.startswith(b"rename from "):
            old = unquoted(line[12:])
        elif line.startswith(b"rename to "):
            hunks = []
            commit.files.append(FileDiff(old, unquoted(line[10:]), hunks))
        elif line.startswith(b"--- "):
            old = _side(line)
        elif line.startswith(b"+++ "):
            new = _side(line)
            renamed = bool(commit.files) and commit.files[-1].hunks is hunks
            if not renamed:
                commit.files.append(FileDiff(old, new, hunks))
    if commit is not None:
        yield commit


def unquoted(name: bytes) -> str:
    """A path as git prints it, without its C quotes; a byte that is no UTF-8 becomes a lone surrogate."""
    name = name.rstrip(b"\n")
    if len(name) > 1 and name.startswith(b'"') and name.endswith(b'"'):
        name = _ESCAPED.sub(_escape, name[1:-1])
    return name.decode("utf-8", "surrogateescape")


def _escape(match: re.Match[bytes]) -> bytes:
    code: bytes = match[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) == 3 else _ESCAPES.get(code, code)


def _side(line: bytes) -> str | None:
    # git ends a name that holds a blank with a tab.
    name = unquoted(line[4:].rstrip(b"\n").removesuffix(b"\t"))
    return None if name == "/dev/null" else name[2:]


def _hunk(header: bytes, lines: Iterator[bytes]) -> Hunk:
    match = _HUNK.match(header)
    if match is None:
        raise ValueError(f"not a hunk header: {header[:80]!r}")
    start, count, new_start, new_count = match.groups()
    removed = _take(lines, 1 if count is None else int(count))
    added = _take(lines, 1 if new_count is None else int(new_count))
    return Hunk(int(start), removed, int(new_start), added)


def _take(lines: Iterator[bytes], count: int) -> list[bytes]:
    taken = list(islice(lines, count))
    if taken and taken[0].startswith(b"\\"):  # "No newline at end of file", said of the removed lines above
        taken = [*taken[1:], *islice(lines, 1)]
    return [line[1:] for line in taken]
