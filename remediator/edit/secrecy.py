"""Lines that hold what is sensitive: no diff shows them, and no edit touches them."""

import re
from collections.abc import Sequence

from remediator.edit.case import Case
from remediator.model import Edit

__all__ = ["secrecy_doubt", "secret_lines"]

_MARKED = re.compile(rb"(?<![\w-])sensitive[ \t]*\(")


def secret_lines(case: Case, edits: Sequence[Edit]) -> tuple[tuple[str, int], ...]:
    """The lines of the edited files, as path and number from 1, that hold sensitive values or call `sensitive`."""
    found: set[tuple[str, int]] = set()
    sources = {edit.path: case.read(edit.blob) for edit in edits}
    for path, source in sources.items():
        found.update((path, _line(source, match.start())) for match in _MARKED.finditer(source))
    for place in case.code.secrets(case.root):
        if place.path in sources:
            source = sources[place.path]
            lines = range(_line(source, place.start), _line(source, place.end) + 1)
            found.update((place.path, line) for line in lines)
    return tuple(sorted(found))


def secrecy_doubt(case: Case, edits: Sequence[Edit], secret: Sequence[tuple[str, int]]) -> str | None:
    """Whether an edit touches a line that holds what is sensitive."""
    for edit in edits if secret else ():
        source = case.read(edit.blob)
        first, last = _line(source, edit.start), _line(source, edit.end)
        for path, line in secret:
            if path == edit.path and first <= line <= last:
                return f"{path}:{line}: a sensitive value is written there, which a diff of the edit would show"
    return None


def _line(source: bytes, at: int) -> int:
    return source.count(b"\n", 0, at) + 1
