"""The edits of several drafts as one, where they do not touch each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from remediator.edit.gate import Leaves, leaves
from remediator.edit.rewrite import below
from remediator.edit.splice import apply_edits
from remediator.edit.suffixes import is_document
from remediator.errors import RemediatorError
from remediator.model import Edit


class TogetherError(RemediatorError):
    """Edits that are right alone are not right together."""


def joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """All edits once, in order; what is added at one place is added there one below the other."""

    def place(edit: Edit) -> tuple[str, str, int, int, bytes]:
        return edit.path, edit.blob, edit.start, edit.end, edit.old

    return tuple(
        Edit(path, blob, start, end, old, below([edit.new for edit in same]) if start == end else same[0].new)
        for (path, blob, start, end, old), group in groupby(sorted(dict.fromkeys(edits), key=place), key=place)
        for same in _alike(list(group), start == end)
    )


def _alike(same: list[Edit], added: bool) -> Iterator[list[Edit]]:
    """Additions together; replacements of the same bytes stay apart, and are refused for it when they are applied."""
    if added:
        yield same
    else:
        yield from ([edit] for edit in same)


def meet(one: Sequence[Edit], other: Sequence[Edit]) -> bool:
    """Whether two drafts write to the same bytes, or one beside the other, so that they are not to be joined."""
    return any(a.path == b.path and a.start <= b.end and b.start <= a.end and a != b for a in one for b in other)


def together(files: Mapping[str, bytes], parts: Sequence[Sequence[Edit]]) -> dict[str, bytes]:
    """The files with the edits of all parts, read again: they must say what each part changes, and nothing else.

    Raises TogetherError where they do not, or where that cannot be told.
    """
    try:
        after = apply_edits(files, joined(edit for part in parts for edit in part))
        for path, content in after.items():
            own = [[edit for edit in part if edit.path == path] for part in parts]
            _check(path, files[path], content, [edits for edits in own if edits])
    except TogetherError:
        raise
    except Exception as error:  # whatever a hostile file makes a parser do is a no
        raise TogetherError(f"the edits cannot be made together: {str(error)[:200]}") from error
    return after


def _check(path: str, before: bytes, after: bytes, parts: Sequence[Sequence[Edit]]) -> None:
    if len(parts) == 1:
        return  # it was held against its own gate
    if is_document(path):
        raise TogetherError(f"several findings edit {path}, which is no HCL")
    was = leaves(before)
    wanted: Leaves = dict(was)
    for edits in parts:
        alone = leaves(apply_edits({path: before}, edits)[path])
        wanted.update({key: leaf for key, leaf in alone.items() if was.get(key) != leaf})
        for key in was.keys() - alone.keys():
            wanted.pop(key, None)
    if leaves(after) != wanted:
        raise TogetherError(f"{path}: edited together, it says something else than each of the edits alone")
