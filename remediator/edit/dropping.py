"""What goes out of a body or an object: an attribute or an entry with its line, an item of a list with its comma."""

import re
from collections.abc import Collection, Sequence

from remediator.edit.alignment import closed_up
from remediator.edit.attributes import line_of
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.syntax import Attribute, Span

__all__ = ["drop", "dropped_item", "dropped_line"]

_COMMA = re.compile(rb"\s*,[ \t]*")


def drop(source: bytes, attributes: Sequence[Attribute], key: Key, names: Collection[str]) -> Rewrite:
    """Attributes of one body, whose key is given, gone with their lines.

    Raises RemediatorError where one shares its lines with something else, or where two stand in one column.
    """
    gone = [attribute for attribute in attributes if attribute.name in names]
    splices = tuple(splice for one in gone for splice in dropped_line(source, attributes, one))
    if len({splice.start for splice in splices}) < len(splices):
        raise RemediatorError(f"{' and '.join(a.name for a in gone)} stand in the same columns")
    lines = sum(source.count(b"\n", s.start, s.end) or 1 for s in splices)
    return Rewrite(splices, removed=tuple((*key, one.name) for one in gone), lines=lines + 1)


def dropped_line(source: bytes, attributes: Sequence[Attribute], gone: Attribute) -> tuple[Splice, ...]:
    """An attribute (or an object's entry) gone with the lines it stands on, and its comment; the others close up.

    A comment above is its own where no other follows at once, which it might speak of as well. Raises RemediatorError
    where it shares its lines with something else than a comment.
    """
    start = source.rfind(b"\n", 0, gone.span.start) + 1
    found = source.find(b"\n", gone.span.end)
    end = len(source) if found < 0 else found + 1
    before, tail = source[start : gone.span.start], source[gone.span.end : end].strip().removeprefix(b",").strip()
    if before.removeprefix(b"\xef\xbb\xbf").strip() or (tail and not tail.startswith((b"#", b"//", b"/*"))):
        raise RemediatorError(f"{gone.name} on line {gone.span.start_line} shares its line with something else")
    if tail.startswith(b"/*") and not tail.endswith(b"*/"):
        raise RemediatorError(f"a comment begins behind {gone.name} on line {gone.span.start_line} and goes on")
    if before.startswith(b"\xef\xbb\xbf"):
        start += 3
    below = _line(source, end)
    if not below.strip() or below.lstrip().startswith((b"}", b"#", b"//", b"/*")):
        start = _with_comment(source, start, before)
    above = source[source.rfind(b"\n", 0, max(start - 1, 0)) + 1 : start]
    if not below.strip() and below and (not above.strip() or above.rstrip().endswith((b"{", b"("))):
        end += len(below)
    elif below.strip().startswith((b"}", b")")) and above.endswith(b"\n") and not above.strip():
        start -= len(above)
    return (Splice(start, end, b""), *closed_up(source, attributes, gone))


def _with_comment(source: bytes, start: int, indent: bytes) -> int:
    """Where the comment lines begin directly above a line, and as deep as it; those atop a file are the file's."""
    first = start
    while first:
        line = source[source.rfind(b"\n", 0, first - 1) + 1 : first]
        text = line.removeprefix(indent)
        if not (line.startswith(indent) and text.startswith((b"#", b"//"))) or b"*/" in text:
            return first
        first -= len(line)
    return start


def dropped_item(source: bytes, items: Sequence[Span], gone: Span) -> Splice:
    """An item of a list, or an entry of an object on one line, gone with one comma.

    Raises RemediatorError where a comment stands between it and its neighbours.
    """
    at = items.index(gone)
    start, end = gone.start, gone.end
    comma = _COMMA.match(source, end)
    own = source[source.rfind(b"\n", 0, start) + 1 : start].strip() == b""
    if own:
        start, end = source.rfind(b"\n", 0, start) + 1, comma.end() if comma else end
        after = _line(source, end)
        if after.strip() and not after.strip().startswith((b"#", b"//")):
            raise RemediatorError(f"what goes on line {line_of(source, gone.start)} shares it with something else")
        return Splice(start, end + len(after), b"")
    if at + 1 < len(items):
        end = items[at + 1].start
        if source.count(b"\n", gone.end, end):
            end = comma.end() if comma else gone.end
    elif at:
        start = items[at - 1].end
        if source.count(b"\n", start, gone.start):
            raise RemediatorError(f"what goes on line {line_of(source, gone.start)} shares it with something else")
    elif comma:
        end = comma.end()
    if re.search(rb"#|//|/\*", source[start : gone.start] + source[gone.end : end]):
        raise RemediatorError(f"a comment stands beside what goes on line {line_of(source, gone.start)}")
    return Splice(start, end, b"")


def _line(source: bytes, at: int) -> bytes:
    end = source.find(b"\n", at)
    return source[at:] if end < 0 else source[at : end + 1]
