"""Expressions that give maps and objects, with what is sure of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bench.oracle.expressions import Expressions, Typed
from bench.oracle.references import held, referred
from bench.oracle.shapes import KINDS, SHAPES, STRING, Member, Name, Scalar, Scope, Shape
from bench.oracle.words import ENVIRONMENTS, KEYS, Draw, chance, key, pick, quoted

__all__ = ["anything", "mapping", "objects", "record"]

Make: TypeAlias = Callable[[Expressions, Draw, Scope, Scalar, int, bool], Typed]


def mapping(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    """A map (or object) of scalars of one kind."""
    found = held(scope, "map", kind, known)
    if found and (depth <= 0 or chance(draw, 40)):
        return referred(draw, found)
    if depth <= 0:
        return _map(of, draw, scope, kind, depth, known)
    return pick(draw, _MAPS)(of, draw, scope, kind, depth - 1, known)


def anything(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """Any collection of scalars."""
    kind = pick(draw, KINDS)
    return pick(draw, (of.listing, of.mapping))(draw, scope, kind, depth, known)


def record(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """An object of a few attributes of different types."""
    kinds = [pick(draw, KINDS) for _ in range(draw.between(1, 3))]
    names = ("type", "size", "on")
    members: list[Member] = []
    written: list[str] = []
    for name, kind in zip(names, kinds, strict=False):
        text = of.scalar(draw, scope, kind, depth, known)
        members.append(Member(name, SHAPES[kind]))
        written.append(f"{pick(draw, (name, name, quoted(name)))} {pick(draw, ('=', '=', ':'))} {text}")
    if depth > 0 and chance(draw, 40):
        text, shape = of.anything(draw, scope, depth - 1, known)
        members.append(Member("inner", shape))
        written.append(f"inner = {text}")
    return f"{{ {', '.join(written)} }}", Shape("object", members=tuple(members), known=known)


def objects(of: Expressions, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """A map of objects of one type, as `for_each` likes it."""
    kinds = [pick(draw, KINDS) for _ in range(draw.between(1, 3))]
    members = tuple(Member(name, SHAPES[kind]) for name, kind in zip(("type", "size", "on"), kinds, strict=False))
    names = _keys(draw, 3)
    entries: list[str] = []
    for name in names:
        inner = (f"{m.name} = {of.scalar(draw, scope, k, depth, known)}" for m, k in zip(members, kinds, strict=False))
        entries.append(f"{key(name)} = {{ {', '.join(inner)} }}")
    element = Shape("object", members=members, known=known)
    return f"{{ {', '.join(entries)} }}", Shape("map", element=element, keys=tuple(names), known=known)


def _keys(draw: Draw, most: int) -> list[str]:
    if chance(draw, 15):
        return list(ENVIRONMENTS)
    return list(dict.fromkeys(pick(draw, KEYS) for _ in range(draw.between(0, most))))


def _map(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    names = _keys(draw, 3)
    entries = []
    for name in names:
        spelled = pick(draw, (key(name), key(name), f"({quoted(name)})"))
        entries.append(f"{spelled} = {of.scalar(draw, scope, kind, depth, known)}")
    separator = pick(draw, (", ", ", ", "\n"))
    text = f"{{\n{separator.join(entries)}\n}}" if separator == "\n" else f"{{ {separator.join(entries)} }}"
    return text, Shape("map", element=SHAPES[kind], keys=tuple(names), known=known)


def _map_for(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    over = pick(draw, KINDS)
    value, at = scope.variable("v"), scope.variable("k")
    if chance(draw, 40):
        text, _ = of.listing(draw, scope, "string", depth, known=True)
        inner = scope.binding(Name(value, STRING))
        body = of.scalar(draw, inner, kind, depth, known)
        form = pick(
            draw, ("{{ for {0} in toset({1}) : {0} => {2} }}", '{{ for {0} in distinct({1}) : "${{{0}}}-x" => {2} }}')
        )
        return form.format(value, text, body), Shape("map", element=SHAPES[kind], known=known)
    text, shape = of.mapping(draw, scope, over, depth, known)
    inner = scope.binding(Name(at, replace(STRING, known=known)), Name(value, replace(SHAPES[over], known=known)))
    body = of.scalar(draw, inner, kind, depth, known)
    only = f" if {of.scalar(draw, inner, 'bool', depth, known=True)}" if chance(draw, 35) and known else ""
    same = chance(draw, 60)
    spelled = at if same else f'"${{{at}}}-y"'
    keys = shape.keys if same and not only else ()
    return f"{{ for {at}, {value} in {text} : {spelled} => {body}{only} }}", Shape(
        "map", element=SHAPES[kind], keys=keys, known=known
    )


def _map_called(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    one, first = of.mapping(draw, scope, kind, depth, known)
    two, second = of.mapping(draw, scope, kind, depth, known)
    form, keys = pick(
        draw,
        (
            ("merge({0}, {1})", (*first.keys, *second.keys)),
            ("tomap({0})", first.keys),
            ("try({0}, {{}})", first.keys),
            ("merge({0}, {1}, null)", (*first.keys, *second.keys)),
            ("merge([{0}, {1}]...)", (*first.keys, *second.keys)),
            ("zipmap(keys({0}), values({0}))", first.keys),
        ),
    )
    return form.format(one, two), Shape("map", element=SHAPES[kind], keys=tuple(dict.fromkeys(keys)), known=known)


def _map_chosen(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, _ = of.mapping(draw, scope, kind, depth, known)
    condition = of.scalar(draw, scope, "bool", depth, known)
    return f"({condition} ? {text} : {{}})", Shape("map", element=SHAPES[kind], known=known)


_MAPS: tuple[Make, ...] = (_map, _map, _map_for, _map_for, _map_called, _map_called, _map_chosen)
