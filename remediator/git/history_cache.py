"""What a walk found at a head, kept so that the next walk reads only what is new; disposable."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from remediator.git.pending import Found, TrackedLine

_VERSION = 3  # raised whenever the walk's answers change


class Known(BaseModel):
    """The answers of earlier walks at one head: path, line, whether a header, whether in a block; what was found."""

    model_config = ConfigDict(frozen=True)

    version: int
    head: str
    lines: tuple[tuple[str, int, bool, bool, Found], ...]

    def answers(self, lines: Sequence[TrackedLine]) -> dict[str, Found]:
        """The commits of those lines that an earlier walk was asked for, by key."""
        by_place = {line[:4]: line[4] for line in self.lines}
        return {line.key: by_place[_place(line)] for line in lines if _place(line) in by_place}


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
    table = {line[:4]: line for line in earlier.lines} if earlier and earlier.head == head else {}
    fresh = {_place(line): (*_place(line), found[line.key]) for line in lines if line.key in found}
    if earlier and earlier.head == head and fresh.items() <= table.items():
        return
    known = Known(version=_VERSION, head=head, lines=tuple(sorted((table | fresh).values())))
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


def _place(line: TrackedLine) -> tuple[str, int, bool, bool]:
    return line.path, line.line, line.header, line.header_key is not None
