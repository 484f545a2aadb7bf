"""Inside an expression: another literal, or a further entry of an object, the way its neighbours are written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from remediator.edit.alignment import comments
from remediator.edit.attributes import insert
from remediator.edit.literals import template_text, written
from remediator.edit.members import members_of, objects_at, spliced
from remediator.edit.placement import Place
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.model import Value

_LINE_END = re.compile(rb"(\r?\n)")
_WORD = re.compile(r"[^\W\d][\w-]*")


def rewrite_within(
    source: bytes, attributes: Sequence[Attribute], attribute: Attribute, key: Key, places: Sequence[Place]
) -> Rewrite:
    """What the places, which all lie in the expression of one attribute, come down to.

    `attributes` are those of the body that it stands in. Trailing comments stay in their column, there and inside.

    Raises RemediatorError where something else than a plain literal stands there, or where the layout leaves no room.
    """
    spots = [place.within[0] for place in places if place.within is not None]
    objects = tuple(objects_at(source, attribute, spots))
    parts: dict[Splice, None] = {}
    lines = 0
    present = [place for place in places if place.present]
    absent = sorted((place for place in places if not place.present), key=_start)
    changed = [_replaced(source, place, *(place.within or (0, 0))) for place in present]
    added = [_entries(source, objects, tuple(inside), start) for start, inside in groupby(absent, key=_start)]
    for made in (*changed, *added):
        parts.update(dict.fromkeys(made.splices))
        lines += made.lines
    aligned = tuple(_aligned(source, attribute, tuple(parts)))
    splices = tuple(sorted((*parts, *aligned), key=lambda splice: splice.start))
    text = spliced(source, attribute, splices)
    padding = tuple(comments(source, attributes, {attribute: text}))
    lines += len(aligned) + len(padding)
    return Rewrite((*splices, *padding), (((*key, attribute.name), text),), lines=lines)


def _aligned(source: bytes, attribute: Attribute, splices: Sequence[Splice]) -> Iterator[Splice]:
    """What keeps trailing comments inside an expression in their column."""
    for members in members_of(source, attribute, [splice.start for splice in splices]):
        changed = [m for m in members if any(m.value.start <= s.start and s.end <= m.value.end for s in splices)]
        yield from comments(source, members, {m: spliced(source, m, splices) for m in changed})


def _replaced(source: bytes, place: Place, start: int, end: int) -> Rewrite:
    old = source[start:end].decode()
    if place.is_text:
        return Rewrite((Splice(start, end, template_text(str(place.value)).encode()),), lines=1)
    if literal(old) is None and old != "null":
        line = source.count(b"\n", 0, start) + 1
        raise RemediatorError(f"what stands on line {line} is no plain literal")
    return Rewrite((Splice(start, end, written(place.value, old).encode()),), lines=1)


def _start(place: Place) -> int:
    return place.within[0] if place.within is not None else 0


def _entries(source: bytes, objects: Sequence[Block], places: Sequence[Place], start: int) -> Rewrite:
    """New entries of one object, all in one place."""
    body = next((body for body in objects if body.span.start == start), None)
    if body is None:
        raise RemediatorError(f"{places[0].entry or ''} would be written into something that is no object")
    quoted = sum(a.name.startswith('"') for a in body.attributes) * 2 > len(body.attributes)
    values: dict[str, Value] = {}
    for place in places:
        name = place.entry or ""
        values[name if _WORD.fullmatch(name) and not quoted else written(name)] = place.value
    if body.body.start_line == body.body.end_line:
        return _on_one_line(source, body, values)
    made = insert(source, body, (), values)
    if body.attributes and source[: body.attributes[-1].span.end].endswith(b","):
        first, *others = made.splices
        made = replace(made, splices=(replace(first, new=_LINE_END.sub(rb",\1", first.new)), *others))
    return made


def _on_one_line(source: bytes, body: Block, values: Mapping[str, Value]) -> Rewrite:
    text = ", ".join(f"{name} = {written(value)}" for name, value in values.items()).encode()
    if body.attributes:
        at = body.attributes[-1].value.end
        return Rewrite((Splice(at, at, b", " + text),), lines=1)
    return Rewrite((Splice(body.body.start, body.body.end, b" " + text + b" "),), lines=1)
