"""Line numbers of edits, read from the diff they make."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remediator.model import Edit

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class Lines:
    """A run of lines of the file before the edit, from 1, both ends included, and their text."""

    start: int
    end: int
    text: str


def edited_lines(diff: str) -> Mapping[str, tuple[Lines, ...]]:
    """The runs of lines that a unified diff replaces, by path; an insertion stands at the line it comes before."""
    found: dict[str, list[Lines]] = {}
    path = ""
    rows = iter(diff.splitlines(keepends=True))
    for row in rows:
        if row.startswith("--- a/"):
            path = row.removeprefix("--- a/").rstrip("\n").partition("\t")[0]
        elif match := _HUNK.match(row):
            old, new = (int(count) if count is not None else 1 for count in (match[2], match[3]))
            body: list[str] = []
            while (old > 0 or new > 0) and (line := next(rows, None)) is not None:
                body.append(line)
                old -= line[:1] in (" ", "-")
                new -= line[:1] in (" ", "+")
            found.setdefault(path, []).extend(_runs(int(match[1]), body))
    return {path: tuple(runs) for path, runs in found.items()}


def lines_of(edits: Sequence[Edit], runs: Sequence[Lines]) -> list[Lines | None]:
    """For each edit of one file, in order of place, the lines it changes; all of them where that cannot be told."""
    if not runs:
        return [None] * len(edits)
    told = len(runs) == len(edits) and all(
        edit.old.decode("utf-8", "replace").strip() in run.text for edit, run in zip(edits, runs, strict=True)
    )
    return list(runs) if told else [Lines(runs[0].start, runs[-1].end, "")] * len(edits)


def _runs(number: int, body: Sequence[str]) -> list[Lines]:
    """The maximal runs of changed lines of one hunk that begins at line `number`."""
    runs: list[Lines] = []
    removed: list[str] = []
    start: int | None = None
    for line in (*body, " "):
        if line[:1] == "\\":
            continue
        if line[:1] == " ":
            if start is not None:
                runs.append(Lines(start, max(start, start + len(removed) - 1), "".join(removed)))
            start, removed = None, []
            number += 1
            continue
        start = number if start is None else start
        if line[:1] == "-":
            removed.append(line[1:])
            number += 1
    return runs
