"""What a walk found at a head, kept so that the next walk reads only what is new; disposable."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from remediator.git.pending import Found, TrackedLine

_VERSION = 5  # raised whenever the walk's answers change

_Place = tuple[str, int, bool, bool, tuple[str, ...]]
"""What an answer depends on: path, line, whether a header, whether in a block, and that block's former headers."""
_Row = tuple[str, int, bool, bool, tuple[str, ...], str, str, int]
"""A place, and what was found of it; flat, since one is read of every block of a repository."""


class Known(BaseModel):
    """The answers of earlier walks at one head: what each was asked for, and what was found."""

    model_config = ConfigDict(frozen=True)

    version: int
    head: str
    lines: tuple[_Row, ...]

    def answers(self, lines: Sequence[TrackedLine], among: Sequence[TrackedLine]) -> dict[str, Found]:
        """The commits of those lines that an earlier walk was asked for, by key; `among` has their headers as well."""
        known = self.table()
        places = _places(lines, among)
        return {key: Found(*known[place]) for key, place in places.items() if place in known}

    def table(self) -> dict[_Place, tuple[str, str, int]]:
        """What was found, by what was asked for."""
        return {row[:5]: row[5:] for row in self.lines}


def load(folder: Path | None, name: str, follow: bool) -> Known | None:
    """What is kept of a repository, or None where nothing of use is."""
    if folder is None:
        return None
    try:
        known = Known.model_validate_json(_file(folder, name, follow).read_bytes())
    except (OSError, ValidationError):
        return None
    return known if known.version == _VERSION else None


def save(
    folder: Path | None,
    name: str,
    follow: bool,
    head: str,
    lines: Sequence[TrackedLine],
    found: Mapping[str, Found],
    earlier: Known | None,
) -> None:
    """Replaces what is kept of a repository in one step; answers at the same head, as loaded, are added to."""
    if folder is None:
        return
    table = earlier.table() if earlier and earlier.head == head else {}
    fresh = {place: tuple(found[key]) for key, place in _places(lines, lines).items() if key in found}
    if earlier and earlier.head == head and fresh.items() <= table.items():
        return
    rows = tuple((*place, *answer) for place, answer in sorted((table | fresh).items()))
    known = Known.model_construct(version=_VERSION, head=head, lines=rows)
    folder.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=folder, prefix=".history-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(known.model_dump_json().encode())
        Path(scratch).replace(_file(folder, name, follow))
    finally:
        Path(scratch).unlink(missing_ok=True)


def _file(folder: Path, name: str, follow: bool) -> Path:
    return folder / f"history-{name}{'' if follow else '.blame'}.json"


def _places(lines: Sequence[TrackedLine], among: Sequence[TrackedLine]) -> dict[str, _Place]:
    """What the answer of each line depends on, by key."""
    former = {line.key: line.formerly for line in among if line.formerly}
    return {
        line.key: (
            line.path,
            line.line,
            line.header,
            line.header_key is not None,
            former.get(line.header_key or line.key, ()),
        )
        for line in lines
    }
