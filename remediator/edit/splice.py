"""Byte splices: what an edit replaces, and nothing beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256

from remediator.errors import RemediatorError
from remediator.model import Edit


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace the bytes `start` to `end` (exclusive) of a file with `new`; equal ends insert."""

    start: int
    end: int
    new: bytes


def to_edits(path: str, blob: str, source: bytes, splices: Iterable[Splice]) -> tuple[Edit, ...]:
    """The splices of one file as edits, in order, without those that change nothing."""
    return tuple(
        Edit(path, blob, s.start, s.end, source[s.start : s.end], s.new)
        for s in sorted(splices, key=lambda s: (s.start, s.end))
        if source[s.start : s.end] != s.new
    )


def apply_edits(files: Mapping[str, bytes], edits: Sequence[Edit]) -> dict[str, bytes]:
    """The files that the edits name, by path, with the edits applied; `files` holds at least those.

    Raises RemediatorError where a file is missing, the old bytes are not the expected ones, or two edits overlap or
    insert at the same place (their order would be a guess); then nothing is applied.
    """
    done: dict[str, bytes] = {}
    for path in sorted({e.path for e in edits}):
        if path not in files:
            raise RemediatorError(f"{path} is not there, so it cannot be edited; look whether it was moved or removed")
        done[path] = _spliced(path, files[path], [e for e in edits if e.path == path])
    return done


def _spliced(path: str, source: bytes, edits: list[Edit]) -> bytes:
    result = source
    below: Edit | None = None
    for edit in sorted(edits, key=lambda e: (e.start, e.end), reverse=True):
        line = source.count(b"\n", 0, max(edit.start, 0)) + 1
        if not 0 <= edit.start <= edit.end <= len(source) or source[edit.start : edit.end] != edit.old:
            raise RemediatorError(
                f"{path}:{line} no longer reads {edit.old.decode(errors='replace')[:80]!r}; "
                "the file changed since the plan was made, so plan again"
            )
        if below is not None and (edit.end > below.start or edit.start == edit.end == below.start == below.end):
            raise RemediatorError(f"{path}:{line} has two edits in the same place; plan again")
        result = result[: edit.start] + edit.new + result[edit.end :]
        below = edit
    return result


def same_bytes(one: Sequence[Edit], other: Sequence[Edit]) -> bool:
    """Whether two drafts come down to the same bytes, so that they make one plan; two empty ones do not."""
    return bool(one) and set(one) == set(other)


def blob_id(content: bytes, like: str) -> str:
    """The id that git gives a content, in the hash that another id is in (40 hex digits: SHA-1, 64: SHA-256)."""
    framed = b"blob %d\0%b" % (len(content), content)
    return sha256(framed).hexdigest() if len(like) == 64 else sha1(framed, usedforsecurity=False).hexdigest()
