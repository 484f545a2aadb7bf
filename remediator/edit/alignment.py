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


def closed_up(source: bytes, attributes: Sequence[Attribute], gone: Attribute) -> Iterator[Splice]:
    """What keeps columns as narrow as they were around an attribute that goes, where they stood in line before."""
    start, end = gone.span.start_line, gone.span.end_line
    others = [a for a in attributes if a is not gone]
    above = [a for a in group(others, start) if a.span.end_line < start]
    below = [a for a in group(others, end + 1) if a.span.start_line > end]
    one_run = is_line(gone) or gone.text.startswith("<<")
    before = [[*above, gone, *below]] if one_run else [above, below]
    if all(_is_tight(source, run) for run in before if run):
        width = max((columns(a.name) for a in (*above, *below)), default=0)
        for attribute in (*above, *below):
            at = _equals_at(source, attribute)
            if at - attribute.name_span.end != width + 1 - columns(attribute.name):
                yield Splice(attribute.name_span.end, at, b" " * (width + 1 - columns(attribute.name)))
    yield from _comments_closed_up(source, attributes, gone)


def _is_tight(source: bytes, run: Sequence[Attribute]) -> bool:
    places = [_equals_column(source, a) for a in run]
    known = {p for p in places if p is not None}
    if len(known) != 1 or None in places:
        return False
    indent, column = known.pop()
    return column == indent + max(columns(a.name) for a in run) + 1


def _comments_closed_up(source: bytes, attributes: Sequence[Attribute], gone: Attribute) -> Iterator[Splice]:
    lines = sorted((a for a in attributes if is_line(a)), key=lambda a: a.span.start)
    runs = list(_runs(lines, lambda a: _comment_gap(source, a) is not None))
    start, end = gone.span.start_line, gone.span.end_line
    beside = [r for r in runs if gone in r or r[-1].span.end_line == start - 1 or r[0].span.start_line == end + 1]
    widths = {a: _column(source, a.span.end) for run in beside for a in run}
    gaps = {a: _comment_gap(source, a) or 0 for a in widths}
    rest = [a for a in widths if a is not gone]
    tight = all({widths[a] + gaps[a] for a in run} == {max(widths[a] for a in run) + 1} for run in beside)
    if not rest or not tight:
        return
    column = max(widths[a] for a in rest) + 1
    for attribute in rest:
        if column - widths[attribute] != gaps[attribute]:
            yield Splice(attribute.span.end, attribute.span.end + gaps[attribute], b" " * (column - widths[attribute]))


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
