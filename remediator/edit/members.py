"""Objects and lists inside an expression: where their entries and items stand, and one of them gone."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from remediator.edit.dropping import drop, dropped_item, dropped_line
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Call, Literal, Object, Tuple, inside
from remediator.iac.terraform.syntax import Attribute, Block, Span

__all__ = ["members_of", "objects_at", "spliced", "without_items", "without_member"]

_COMMA = re.compile(rb"[ \t]*,")


def without_member(source: bytes, attribute: Attribute, key: Key, start: int, end: int, name: str) -> Rewrite:
    """An expression without the entry or item whose value is the bytes `start` to `end`.

    Where these bytes are an object, it is that object's own entry called `name`. Raises RemediatorError where there is
    no such member, or where its layout leaves no clean cut.
    """
    base = attribute.value.start
    for node in _nodes(attribute):
        if isinstance(node, Object):
            own = (base + node.start, base + node.end) == (start, end)
            body = _body(source, base, node)
            for entry, written in zip(node.entries, body.attributes, strict=True):
                called = isinstance(entry.key, Literal) and entry.key.value == name
                if (written.value.start, written.value.end) == (start, end) or (own and called):
                    return _without(source, attribute, key, _cut(source, body, written))
        if isinstance(node, Tuple):
            spans = [_span(source, base + item.start, base + item.end) for item in node.items]
            found = next((span for span in spans if (span.start, span.end) == (start, end)), None)
            if found is not None:
                return _without(source, attribute, key, (dropped_item(source, spans, found),))
    raise RemediatorError(f"{name} is not written out in {attribute.name} on line {attribute.span.start_line}")


def without_items(
    source: bytes, attributes: Sequence[Attribute], attribute: Attribute, key: Key, named: str
) -> Rewrite:
    """A list without the one item that a pattern matches; gone itself where it has no other.

    `attributes` are those of the body that it stands in. Raises RemediatorError where it is no list that is written
    out, where several items match, or where its layout leaves no clean cut.
    """
    base, top = attribute.value.start, next(_nodes(attribute))
    spans = [_span(source, base + i.start, base + i.end) for i in top.items] if isinstance(top, Tuple) else []
    gone = [span for span in spans if re.match(named, source[span.start : span.end].decode())]
    if len(gone) != 1:
        raise RemediatorError(f"{attribute.name} on line {attribute.span.start_line} does not list it just once")
    if len(spans) == 1:
        return drop(source, attributes, key, (attribute.name,))
    return _without(source, attribute, key, (dropped_item(source, spans, gone[0]),))


def _cut(source: bytes, body: Block, written: Attribute) -> tuple[Splice, ...]:
    first = source.rfind(b"\n", 0, written.span.start) + 1
    if body.body.start_line != body.body.end_line and not source[first : written.span.start].strip():
        return dropped_line(source, body.attributes, written)
    spans = [_span(source, entry.span.start, entry.value.end) for entry in body.attributes]
    return (dropped_item(source, spans, spans[body.attributes.index(written)]),)


def _without(source: bytes, attribute: Attribute, key: Key, splices: tuple[Splice, ...]) -> Rewrite:
    lines = sum(source.count(b"\n", s.start, s.end) + 1 for s in splices)
    return Rewrite(splices, (((*key, attribute.name), spliced(source, attribute, splices)),), lines=lines + 1)


def spliced(source: bytes, attribute: Attribute, splices: Sequence[Splice]) -> str:
    """An attribute's expression with those splices made that lie in it."""
    start, end = attribute.value.start, attribute.value.end
    text = source[start:end]
    for splice in sorted(splices, key=lambda s: s.start, reverse=True):
        if start <= splice.start and splice.end <= end:
            text = text[: splice.start - start] + splice.new + text[splice.end - start :]
    return text.decode()


def objects_at(source: bytes, attribute: Attribute, spots: Sequence[int]) -> Iterator[Block]:
    """The objects of an expression that begin at a spot or have an entry there, as bodies of their entries."""
    base = attribute.value.start
    for node in _nodes(attribute):
        if isinstance(node, Object):
            starts = {base + node.start, *(base + entry.value.start for entry in node.entries)}
            if not starts.isdisjoint(spots):
                yield _body(source, base, node)


def members_of(source: bytes, attribute: Attribute, spots: Sequence[int]) -> Iterator[tuple[Attribute, ...]]:
    """The entries of each object in an expression that a spot lies in, the items of lists, the arguments of calls.

    Items and arguments have no name; commas belong to them. Raises RemediatorError where the expression cannot be read.
    """
    base = attribute.value.start
    for node in _nodes(attribute):
        if not isinstance(node, Object | Tuple | Call):
            continue
        if not any(base + node.start <= spot < base + node.end for spot in spots):
            continue
        if isinstance(node, Object):
            yield _body(source, base, node).attributes
        else:
            items = node.items if isinstance(node, Tuple) else node.arguments
            spans = [(base + item.start, base + item.start, base + item.start, base + item.end) for item in items]
            yield _members(source, spans)


def _nodes(attribute: Attribute) -> Iterator[object]:
    """Every part of an expression; raises RemediatorError where it cannot be read."""
    try:
        todo: list[object] = [compiled(attribute.text)]
    except ExpressionError as error:
        raise RemediatorError(
            f"{attribute.name} on line {attribute.span.start_line} cannot be read: {error}"
        ) from error
    while todo:
        node = todo.pop()
        todo += inside(node)
        yield node


def _span(source: bytes, start: int, end: int) -> Span:
    return Span(start, end, source.count(b"\n", 0, start) + 1, source.count(b"\n", 0, end) + 1)


def _body(source: bytes, base: int, node: Object) -> Block:
    spans = [
        (base + entry.key.start, base + entry.key.end, base + entry.value.start, base + entry.value.end)
        for entry in node.entries
    ]
    outer = _span(source, base + node.start, base + node.end)
    inner = _span(source, base + node.start + 1, base + node.end - 1)
    header = _span(source, base + node.start, base + node.start)
    return Block("object", (), outer, header, inner, _members(source, spans), ())


def _members(source: bytes, spans: Sequence[tuple[int, int, int, int]]) -> tuple[Attribute, ...]:
    """Members of which start and end of the name and of the value are given, each with its comma."""
    newlines = [found.start() for found in re.finditer(rb"\n", source)]

    def span(start: int, end: int) -> Span:
        return Span(start, end, bisect_left(newlines, start) + 1, bisect_left(newlines, end) + 1)

    made = []
    for start, name_end, value, end in spans:
        comma = _COMMA.match(source, end)
        whole = span(start, comma.end() if comma else end)
        name, text = source[start:name_end].decode(), source[value:end].decode()
        made.append(Attribute(name, whole, span(start, name_end), span(value, end), text))
    return tuple(made)
