"""Lines whose commit is still sought, followed backwards from commit to commit; pure."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from operator import itemgetter
from typing import NamedTuple

from remediator.git.diffs import CommitDiff, FileDiff, Hunk

_line = itemgetter(0)
_TOKEN = re.compile(rb'"(?:\\.|[^"\\])*"|[^\s"]+|"')


@dataclass(frozen=True, slots=True)
class TrackedLine:
    """A line at the head of a branch whose commit is sought; `key` is its name, unique in a walk.

    The header of a block is followed to the commit that created the block; an attribute's line to the commit that
    last changed it, together with its block where `header_key` names the block's header. `formerly` are headers that
    the block is known to have had under other names.
    """

    key: str
    path: str
    line: int
    header: bool
    header_key: str | None = None
    formerly: tuple[str, ...] = ()

    def headers(self, text: bytes) -> tuple[bytes, ...]:
        """The header that a line of it is, and those that it may have been before, as they are compared."""
        return (_header(text), *(_header(name.encode()) for name in self.formerly))


class Found(NamedTuple):
    """The commit of a tracked line, and where that commit put the line."""

    sha: str
    path: str
    line: int


class _Hit(NamedTuple):
    """A tracked line that a commit added: the hunk, and its place among the hunk's added lines."""

    tracked: TrackedLine
    diff: FileDiff
    hunk: Hunk
    at: int

    @property
    def text(self) -> bytes:
        return self.hunk.added[self.at]


class _Place(NamedTuple):
    """A removed line that a hit continues from."""

    path: str
    hunk: Hunk
    at: int

    @property
    def line(self) -> int:
        return self.hunk.old_start + self.at


class Pending:
    """The tracked lines still without a commit, each at its path and line in the parent of the commit last applied.

    `found` is by key. `doubted` holds files, by commit and path, that a log may pair with no or the wrong removed file:
    those that seem new, and those renamed; `came` has the lines in each, where they stand after the commit.
    With `follow` False every added line is attributed to the commit that added it, as git blame does.
    `renamed` says, by commit and path, how files that seem new differ from the file they were made from, and `entering`
    which lines are sought from a commit on, where they stand after it.
    """

    def __init__(
        self,
        lines: Sequence[TrackedLine],
        follow: bool = True,
        renamed: Mapping[tuple[str, str], FileDiff] | None = None,
        entering: Mapping[str, Sequence[TrackedLine]] | None = None,
    ) -> None:
        self._follow = follow
        self._renamed = renamed or {}
        self._entering = dict(entering or {})
        self._at: dict[str, list[tuple[int, TrackedLine]]] = {}
        self.found: dict[str, Found] = {}
        self.doubted: dict[tuple[str, str], FileDiff] = {}
        self.came: dict[tuple[str, str], tuple[TrackedLine, ...]] = {}
        self._enter(lines)

    def __bool__(self) -> bool:
        return bool(self._at or self._entering)

    def _enter(self, lines: Sequence[TrackedLine]) -> None:
        for tracked in lines:
            self._at.setdefault(tracked.path, []).append((tracked.line, tracked))

    def left(self) -> tuple[TrackedLine, ...]:
        """The lines still without a commit, where they were before the commits applied."""
        return tuple(line for path, marks in self._at.items() for line in _moved(path, marks))

    def apply(self, commit: CommitDiff) -> None:
        """Goes back over one commit: what it added is found, the rest moves to where it was before."""
        self._enter(self._entering.pop(commit.sha, ()))
        # All are taken out before any is put back: files may have swapped names.
        taken = [(diff, self._at.pop(diff.new)) for diff in commit.files if diff.new in self._at]
        hits: list[_Hit] = []
        for diff, marks in taken:
            birth = commit.sha, diff.new or ""
            if diff.old != diff.new:
                diff = self.doubted[birth] = self._renamed.get(birth, diff)
                self.came[birth] = tuple(_moved(diff.new or "", marks))
            stay = _shift(diff, marks, hits)
            if diff.old is not None and stay:
                self._at.setdefault(diff.old, []).extend(stay)
        passed = _passed(hits, commit.files) if self._follow and hits else {}
        for hit in hits:
            key = hit.tracked.key
            if (place := passed.get(key)) is not None:
                self._at.setdefault(place.path, []).append((place.line, hit.tracked))
                continue
            self.found[key] = Found(commit.sha, hit.diff.new or "", hit.hunk.new_start + hit.at)


def _moved(path: str, marks: Sequence[tuple[int, TrackedLine]]) -> Iterator[TrackedLine]:
    """The tracked lines where their marks are; a copy is made of those that moved alone, since most have not."""
    for line, tracked in marks:
        stays = line == tracked.line and path == tracked.path
        yield tracked if stays else replace(tracked, path=path, line=line)


def _shift(diff: FileDiff, marks: list[tuple[int, TrackedLine]], hits: list[_Hit]) -> list[tuple[int, TrackedLine]]:
    """The marks at their lines before the diff; those on added lines go to `hits` instead."""
    ordered = sorted(marks, key=_line)
    stay: list[tuple[int, TrackedLine]] = []
    shift = at = 0
    for hunk in diff.hunks:
        first = hunk.new_start if hunk.added else hunk.new_start + 1  # the line before it, where nothing was added
        start = bisect_left(ordered, first, at, key=_line)
        end = bisect_left(ordered, first + len(hunk.added), start, key=_line)
        stay += _by(shift, ordered[at:start])
        hits += [_Hit(tracked, diff, hunk, line - first) for line, tracked in ordered[start:end]]
        shift += len(hunk.removed) - len(hunk.added)
        at = end
    return stay + _by(shift, ordered[at:])


def _by(shift: int, marks: list[tuple[int, TrackedLine]]) -> list[tuple[int, TrackedLine]]:
    return [(line + shift, tracked) for line, tracked in marks] if shift else marks


def _passed(hits: list[_Hit], files: Sequence[FileDiff]) -> dict[str, _Place]:
    """Where hits continue, by key: a block's header at its removed twin, an attribute at the same text, reformatted."""
    wanted = {hit.tracked.key: hit.tracked.headers(hit.text) for hit in hits if hit.tracked.header}
    removed = _removed_headers({header for own in wanted.values() for header in own}, files)
    passed: dict[str, _Place] = {}
    headers: dict[str, _Hit] = {}
    for hit in hits:
        places = next((removed[header] for header in wanted.get(hit.tracked.key, ()) if header in removed), None)
        if places:
            passed[hit.tracked.key] = min(places, key=partial(_distance, hit))
            headers[hit.tracked.key] = hit
    for hit in hits:
        if hit.tracked.header:
            continue
        block = passed.get(hit.tracked.header_key or "")
        place = _in_block(hit, headers[hit.tracked.header_key or ""], block) if block else None
        if (place := place or _in_hunk(hit)) is not None:
            passed[hit.tracked.key] = place
    return passed


def _removed_headers(wanted: set[bytes], files: Sequence[FileDiff]) -> dict[bytes, list[_Place]]:
    found: dict[bytes, list[_Place]] = {}
    if wanted:
        for diff in files:
            for hunk in diff.hunks if diff.old is not None else ():
                for at, line in enumerate(hunk.removed):
                    if b"{" in line and (text := _header(line)) in wanted:
                        found.setdefault(text, []).append(_Place(diff.old or "", hunk, at))
    return found


def _distance(hit: _Hit, place: _Place) -> tuple[bool, bool, int, int, str]:
    """How unlikely a removed header is the hit's own: same hunk, same file, longest common path, nearest line."""
    pairs = zip(place.path.split("/"), (hit.diff.new or "").split("/"), strict=False)
    near = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    other = place.path != (hit.diff.old or hit.diff.new)
    lines = abs(place.line - (hit.hunk.old_start + hit.at))
    return (place.hunk is not hit.hunk, other, -near, lines, place.path)


def _in_block(hit: _Hit, header: _Hit, block: _Place) -> _Place | None:
    """The same attribute, reformatted at most, in the block that its own block was removed from."""
    text = squeezed(hit.text)
    earlier = header.hunk.added[header.at + 1 : hit.at] if header.hunk is hit.hunk else []
    order = sum(squeezed(line) == text for line in earlier)
    for at in range(block.at + 1, len(block.hunk.removed)):
        line = block.hunk.removed[at]
        if line.startswith(b"}"):
            return None
        if squeezed(line) == text:
            if order == 0:
                return _Place(block.path, block.hunk, at)
            order -= 1
    return None


def _in_hunk(hit: _Hit) -> _Place | None:
    """The same attribute among the lines its hunk removed, by its order among equals; None: it was changed."""
    if hit.diff.old is None:
        return None
    text = squeezed(hit.text)
    order = sum(squeezed(line) == text for line in hit.hunk.added[: hit.at])
    twins = [at for at, line in enumerate(hit.hunk.removed) if squeezed(line) == text]
    return _Place(hit.diff.old, hit.hunk, twins[min(order, len(twins) - 1)]) if twins else None


def squeezed(line: bytes) -> bytes:
    """A line without the blanks that formatting may change: all but those within quotes."""
    return b"".join(_TOKEN.findall(line))


def _header(line: bytes) -> bytes:
    return squeezed(line.partition(b"{")[0])
