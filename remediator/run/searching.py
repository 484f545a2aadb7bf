"""The places in all repositories that clues lead to, each repository read once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

from remediator.git.objects import read_blobs, sizes
from remediator.iac.documents import MAX_BYTES
from remediator.model import Role, SourceLocation
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt
from remediator.trace.clues import Clue
from remediator.trace.traces import ENDINGS, Seeker

__all__ = ["Place", "search"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a clue led to."""

    clue: Clue
    codebase: Codebase
    at: SourceLocation


def search(
    clues: Sequence[Clue], codebases: Mapping[str, Codebase]
) -> tuple[Mapping[Clue, Sequence[Place]], tuple[str, ...]]:
    """The places that each clue leads to, and a sentence for each repository that could not be searched."""
    found: dict[Clue, list[Place]] = {}
    missed: list[str] = []
    seeker = Seeker(clues)
    for name, codebase in codebases.items() if clues else ():
        answer = attempt(partial(_within, seeker), codebase)
        if isinstance(answer, str):
            missed.append(f"{name} could not be searched: {answer}")
            continue
        for place in answer[0]:
            found.setdefault(place.clue, []).append(place)
    return found, tuple(missed)


def _within(seeker: Seeker, codebase: Codebase) -> list[Place]:
    """The places in one repository, by path and line."""
    paths = _paths(codebase)
    known = sizes(codebase.clone, sorted(paths))
    blobs = [blob for blob in sorted(paths) if 0 < known.get(blob, 0) <= MAX_BYTES]
    places = [
        place
        for blob, content in read_blobs(codebase.clone, blobs)
        for path in paths[blob]
        for place in _places(seeker, codebase, path, blob, content)
    ]
    return sorted(places, key=lambda place: (place.at.path, place.at.start_line))


def _paths(codebase: Codebase) -> Mapping[str, Sequence[str]]:
    """The paths of this repository's own files that are searched, by blob; without links."""
    index = codebase.index
    every = {**index.blobs, **{path: file.blob for path, file in index.files.items()}}
    found: dict[str, list[str]] = {}
    for path, blob in every.items():
        if path.endswith(ENDINGS) and index.mounts.of(path) is None:
            found.setdefault(blob, []).append(path)
    return found


def _places(seeker: Seeker, codebase: Codebase, path: str, blob: str, content: bytes) -> Iterator[Place]:
    rows = content.split(b"\n")  # the lines that git counts, and no others
    starts = (0, *accumulate(len(row) + 1 for row in rows))
    for clue, line in seeker.lines([row.decode("utf-8", "replace") for row in rows], path):
        at = _location(clue, codebase, path, blob, line, (starts[line - 1], min(starts[line], len(content))))
        yield Place(clue, codebase, at)


def _location(
    clue: Clue, codebase: Codebase, path: str, blob: str, line: int, within: tuple[int, int]
) -> SourceLocation:
    index = codebase.index
    what = f"{clue.kind} {clue.word}" if clue.kind else clue.word
    return SourceLocation(index.repository, index.commit, path, blob, *within, line, line, clue.role or Role.FILE, what)
