"""Edits as a plan file holds them, and the same edits undone."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from pydantic import ValidationError

from remediator.errors import RemediatorError
from remediator.model import Edit
from remediator.planfile.lines import edited_lines, lines_of
from remediator.planfile.work import TextEdit


def text_edits(edits: Sequence[Edit], diff: str) -> tuple[TextEdit, ...]:
    """The edits ordered by path and place, with the lines that the diff shows for them.

    Raises RemediatorError for bytes that are not UTF-8, and for a file name with invisible characters.
    """
    runs = edited_lines(diff)
    ordered = sorted(edits, key=lambda e: (e.path, e.start, e.end))
    made: list[TextEdit] = []
    for path, group in groupby(ordered, key=attrgetter("path")):
        here = list(group)
        for edit, lines in zip(here, lines_of(here, runs.get(path, ())), strict=True):
            made.append(_text_edit(edit, lines.start if lines else None, lines.end if lines else None))
    return tuple(made)


def _text_edit(edit: Edit, start_line: int | None, end_line: int | None) -> TextEdit:
    old, new = _decode(edit.old, edit), _decode(edit.new, edit)
    try:
        return TextEdit(
            path=edit.path,
            start=edit.start,
            end=edit.end,
            start_line=start_line,
            end_line=end_line,
            old_text=old,
            new_text=new,
        )
    except ValidationError as error:
        raise RemediatorError(f"{edit.path!r}: the file's name holds invisible characters; rename it") from error


def reverse(edits: Sequence[TextEdit]) -> tuple[TextEdit, ...]:
    """The edits that undo these, placed in the files as these leave them; `edits` are ordered by path and place."""
    made: list[TextEdit] = []
    for _, group in groupby(edits, key=attrgetter("path")):
        shift = 0
        for edit in group:
            start = edit.start + shift
            end = start + len(edit.new_text.encode())
            made.append(
                TextEdit(
                    path=edit.path,
                    start=start,
                    end=end,
                    start_line=None,
                    end_line=None,
                    old_text=edit.new_text,
                    new_text=edit.old_text,
                )
            )
            shift = end - edit.end
    return tuple(made)


def splice(content: bytes, edits: Sequence[TextEdit]) -> bytes | None:
    """One file's content with its edits, ordered by place, made; None where its bytes are not what an edit expects."""
    parts: list[bytes] = []
    at = 0
    for edit in edits:
        old = edit.old_text.encode()
        if not at <= edit.start == edit.end - len(old) or not content.startswith(old, edit.start):
            return None
        parts += (content[at : edit.start], edit.new_text.encode())
        at = edit.end
    return b"".join((*parts, content[at:]))


def _decode(content: bytes, edit: Edit) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RemediatorError(
            f"{edit.path} is not UTF-8 at byte {edit.start}, so no plan file can hold its edit; save it as UTF-8"
        ) from error
