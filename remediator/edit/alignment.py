"""Columns as `terraform fmt` keeps them: the equals signs, and the trailing comments, of adjacent lines."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from remediator.edit.splice import Splice
from remediator.iac.terraform.syntax import Attribute

_EQUALS = re.compile(rb"( *)=[ \t]*")
_COMMENT = re.compile(rb"([ \t]*)(?:#|//|/\*(?:[^*]|\*(?!/))*\*/[ \t]*\r?$)")


@dataclass(frozen=True, slots=True)
class Layout:
    """How wide new names have to be padded, and the splices that pad the old ones alike."""

    width: int
    splices: tuple[Splice, ...] = ()
    lines: int = 0


def is_line(attribute: Attribute) -> bool:
    """Whether an attribute stands on one line."""
    return attribute.span.start_line == attribute.span.end_line


def group(attributes: Sequence[Attribute], line: int) -> tuple[Attribute, ...]:
    """The attributes in one run of adjacent lines with what is inserted before `line`; heredocs are part of runs."""
    members = [a for a in attributes if is_line(a) or a.text.startswith("<<")]
    starts, ends = {a.span.start_line: a for a in members}, {a.span.end_line: a for a in members}
    above: list[Attribute] = []
    while (found := ends.get(above[0].span.start_line - 1 if above else line - 1)) is not None:
        above.insert(0, found)
    below: list[Attribute] = []
    while (found := starts.get(below[-1].span.end_line + 1 if below else line)) is not None:
        below.append(found)
    return (*above, *below)


def equals(source: bytes, attributes: Sequence[Attribute], names: Sequence[str]) -> Layout:
    """The padding for new names in a group, whose equals signs move along only if they stood in one column before."""
    places = [_equals_column(source, a) for a in attributes]
    known = [p for p in places if p is not None]
    longest = max(map(columns, names))
    if len(known) != len(places) or len({p[0] for p in known}) > 1 or len({p[1] for p in known}) > 1:
        return Layout(0)
    if not known:
        return Layout(longest)
    indent, column = known[0]
    width = max(column - indent - 1, longest)
    moved = width + indent + 1 - column
    if not moved:
        return Layout(width)
    splices = tuple(
        Splice(a.name_span.end, _equals_at(source, a), b" " * (width + 1 - columns(a.name))) for a in attributes
    )
    return Layout(width, splices, len(splices))


def comments(source: bytes, attributes: Sequence[Attribute], new: Mapping[Attribute, str]) -> Iterator[Splice]:
    """What keeps the trailing comments in one column, in runs where they were, when values take new texts."""
    lines = sorted((a for a in attributes if is_line(a)), key=lambda a: a.span.start)
    for run in _runs(lines, lambda a: _comment_gap(source, a) is not None):
        gaps = [_comment_gap(source, a) or 0 for a in run]
        widths = [_column(source, a.span.end) for a in run]
        ends = {width + gap for width, gap in zip(widths, gaps, strict=True)}
        if len(run) < 2 or len(ends) > 1 or not any(a in new for a in run):
            continue
        after = [w + columns(new.get(a, a.text)) - columns(a.text) for a, w in zip(run, widths, strict=True)]
        column = max(after) + 1 if ends == {max(widths) + 1} else max(max(after) + 1, *ends)
        for attribute, gap, width in zip(run, gaps, after, strict=True):
            if column - width != gap:
                yield Splice(attribute.span.end, attribute.span.end + gap, b" " * (column - width))


def columns(text: str) -> int:
    """How many columns a text takes, combining marks taking none."""
    return sum(not unicodedata.combining(c) for c in text)


def _equals_column(source: bytes, attribute: Attribute) -> tuple[int, int] | None:
    """The columns of a name and of its equals sign, or None where anything but spaces stands between."""
    if _EQUALS.fullmatch(source, attribute.name_span.end, attribute.value.start) is None:
        return None
    return _column(source, attribute.name_span.start), _column(source, _equals_at(source, attribute))


def _equals_at(source: bytes, attribute: Attribute) -> int:
    return source.index(b"=", attribute.name_span.end)


def _column(source: bytes, at: int) -> int:
    start = source.rfind(b"\n", 0, at) + 1
    return columns(source[start:at].decode("utf-8").removeprefix("\ufeff"))


def _comment_gap(source: bytes, attribute: Attribute) -> int | None:
    """The spaces between a value and the comment that ends its line, or None where no comment does."""
    end = source.find(b"\n", attribute.span.end)
    found = _COMMENT.match(source, attribute.span.end, end if end >= 0 else len(source))
    return len(found[1]) if found else None


def _runs(lines: Sequence[Attribute], belongs: Callable[[Attribute], bool]) -> Iterator[list[Attribute]]:
    run: list[Attribute] = []
    for attribute in lines:
        if run and attribute.span.start_line != run[-1].span.end_line + 1:
            yield run
            run = []
        if belongs(attribute):
            run.append(attribute)
        elif run:
            yield run
            run = []
    if run:
        yield run
