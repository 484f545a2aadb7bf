"""Inside an expression: another literal, or a further entry of an object, the way its neighbours are written."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace

from remediator.edit.alignment import comments
from remediator.edit.attributes import insert
from remediator.edit.literals import written
from remediator.edit.placement import Place
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Object
from remediator.iac.terraform.syntax import Attribute, Block, Span

_WORD = re.compile(r"[^\W\d][\w-]*")
_COMMA = re.compile(rb"[ \t]*,")


def rewrite_within(source: bytes, attribute: Attribute, key: Key, places: Sequence[Place]) -> Rewrite:
    """What the places, which all lie in the expression of one attribute, come down to.

    Raises RemediatorError where something else than a plain literal stands there, or where the layout leaves no room.
    """
    spots = [place.within[0] for place in places if place.within is not None]
    objects = tuple(_objects(source, attribute, spots))
    parts: dict[Splice, None] = {}
    lines = 0
    for place in places:
        start, end = place.within or (0, 0)
        made = _replaced(source, objects, place, start, end) if place.present else _entry(source, objects, place, start)
        parts.update(dict.fromkeys(made.splices))
        lines += made.lines
    splices = tuple(sorted(parts, key=lambda splice: splice.start))
    text = _spliced(source, attribute, splices)
    return Rewrite(splices, (((*key, attribute.name), text),), lines=lines)


def _replaced(source: bytes, objects: Sequence[Block], place: Place, start: int, end: int) -> Rewrite:
    old = source[start:end].decode()
    if literal(old) is None and old != "null":
        line = source.count(b"\n", 0, start) + 1
        raise RemediatorError(f"what stands on line {line} is no plain literal")
    text = written(place.value, old)
    for body in objects:
        entry = next((a for a in body.attributes if a.value.start == start and a.value.end == end), None)
        if entry is not None:
            padding = tuple(comments(source, body.attributes, {entry: text}))
            return Rewrite((Splice(start, end, text.encode()), *padding), lines=1 + len(padding))
    return Rewrite((Splice(start, end, text.encode()),), lines=1)


def _entry(source: bytes, objects: Sequence[Block], place: Place, start: int) -> Rewrite:
    name = place.entry or ""
    body = next((body for body in objects if body.span.start == start), None)
    if body is None:
        raise RemediatorError(f"{name} would be written into something that is no object")
    quoted = sum(a.name.startswith('"') for a in body.attributes) * 2 > len(body.attributes)
    shown = name if _WORD.fullmatch(name) and not quoted else written(name)
    if body.body.start_line == body.body.end_line:
        return _on_one_line(source, body, shown, place)
    made = insert(source, body, (), {shown: place.value})
    if body.attributes and source[: body.attributes[-1].span.end].endswith(b","):
        text = written(place.value).encode()
        made = replace(
            made,
            splices=tuple(
                replace(s, new=s.new.replace(text, text + b",", 1)) if s.start == s.end else s for s in made.splices
            ),
        )
    return made


def _on_one_line(source: bytes, body: Block, name: str, place: Place) -> Rewrite:
    text = f"{name} = {written(place.value)}".encode()
    if body.attributes:
        at = body.attributes[-1].value.end
        return Rewrite((Splice(at, at, b", " + text),), lines=1)
    return Rewrite((Splice(body.body.start, body.body.end, b" " + text + b" "),), lines=1)


def _spliced(source: bytes, attribute: Attribute, splices: Sequence[Splice]) -> str:
    start, end = attribute.value.start, attribute.value.end
    text = source[start:end]
    for splice in sorted(splices, key=lambda s: s.start, reverse=True):
        if start <= splice.start and splice.end <= end:
            text = text[: splice.start - start] + splice.new + text[splice.end - start :]
    return text.decode()


def _objects(source: bytes, attribute: Attribute, spots: Sequence[int]) -> Iterator[Block]:
    """The objects of an expression that begin at a spot or have an entry there, as bodies of their entries."""
    try:
        todo: list[object] = [compiled(attribute.text)]
    except ExpressionError as error:
        raise RemediatorError(
            f"{attribute.name} on line {attribute.span.start_line} cannot be read: {error}"
        ) from error
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo += node
        elif is_dataclass(node):
            todo += [getattr(node, field.name) for field in fields(node)]
        if isinstance(node, Object):
            base = attribute.value.start
            starts = {base + node.start, *(base + entry.value.start for entry in node.entries)}
            if not starts.isdisjoint(spots):
                yield _body(source, base, node)


def _body(source: bytes, base: int, node: Object) -> Block:
    newlines = [found.start() for found in re.finditer(rb"\n", source)]

    def span(start: int, end: int) -> Span:
        return Span(start, end, bisect_left(newlines, start) + 1, bisect_left(newlines, end) + 1)

    attributes = []
    for entry in node.entries:
        start, name_end = base + entry.key.start, base + entry.key.end
        value, end = base + entry.value.start, base + entry.value.end
        comma = _COMMA.match(source, end)
        whole = span(start, comma.end() if comma else end)
        name, text = source[start:name_end].decode(), source[value:end].decode()
        attributes.append(Attribute(name, whole, span(start, name_end), span(value, end), text))
    outer = span(base + node.start, base + node.end)
    inner = span(base + node.start + 1, base + node.end - 1)
    return Block("object", (), outer, span(base + node.start, base + node.start), inner, tuple(attributes), ())
