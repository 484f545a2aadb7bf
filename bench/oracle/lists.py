"""Expressions that give lists, with what is sure of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bench.oracle.expressions import Expressions, Typed
from bench.oracle.references import held, referred
from bench.oracle.shapes import KINDS, NUMBER, SHAPES, STRING, Name, Scalar, Scope, Shape
from bench.oracle.words import Draw, chance, pick

__all__ = ["listing"]

Make: TypeAlias = Callable[[Expressions, Draw, Scope, Scalar, int, bool], Typed]


def listing(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    """A list (or tuple) of scalars of one kind."""
    found = held(scope, "list", kind, known)
    if found and (depth <= 0 or chance(draw, 40)):
        return referred(draw, found)
    if depth <= 0:
        return _list(of, draw, scope, kind, depth, known)
    sets = held(scope, "set", kind, known)
    if sets and chance(draw, 40):
        form = pick(draw, ("tolist({0})", "[for x in {0} : x]", "flatten([{0}])"))
        text, shape = referred(draw, sets)
        return form.format(text), replace(shape, kind="list", size=0)
    return pick(draw, _LISTS)(of, draw, scope, kind, depth - 1, known)


def _list(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    items = [of.scalar(draw, scope, kind, depth, known) for _ in range(draw.between(0, 3))]
    return f"[{', '.join(items)}]", Shape("list", element=SHAPES[kind], size=len(items), known=known)


def _list_for(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    over = pick(draw, KINDS)
    value, at = scope.variable("v"), scope.variable("k")
    if chance(draw, 50):
        text, shape = of.listing(draw, scope, over, depth, known)
        first, size = NUMBER, shape.size
    else:
        text, shape = of.mapping(draw, scope, over, depth, known)
        first, size = STRING, len(shape.keys)
    pair = chance(draw, 60)
    bound = (Name(at, replace(first, known=known)), Name(value, replace(SHAPES[over], known=known)))
    inner = scope.binding(*(bound if pair else bound[1:]))
    body = of.scalar(draw, inner, kind, depth, known)
    only = f" if {of.scalar(draw, inner, 'bool', depth, known=True)}" if chance(draw, 35) and known else ""
    names = f"{at}, {value}" if pair else value
    return f"[for {names} in {text} : {body}{only}]", Shape(
        "list", element=SHAPES[kind], size=0 if only else size, known=known
    )


def _list_called(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    one, first = of.listing(draw, scope, kind, depth, known)
    two, second = of.listing(draw, scope, kind, depth, known)
    form, size = pick(
        draw,
        (
            ("concat({0}, {1})", first.size + second.size),
            ("reverse({0})", first.size),
            ("distinct({0})", min(first.size, 1)),
            ("tolist({0})", first.size),
            ("flatten([{0}, [{1}]])", first.size + second.size),
            ("slice(concat({0}, {1}), 0, 0)", 0),
            ("try({0}, [])", first.size),
            ("[for x in toset({0}) : x]", 0),
            ("tolist(setunion({0}, {1}))", 0),
            ("tolist(setintersection({0}, {1}))", 0),
            ("coalescelist({0}, {1}, [{2}])", 1),
            ("concat({0}, [{2}])", first.size + 1),
            ('flatten(values({{ for x in {0} : "k${{x}}" => x... }}))', 0),
            ("[{2}]", 1),
            ("[for x in chunklist({0}, 2) : x[0]]", min(first.size, 1)),
            ("tolist(setsubtract({0}, {1}))", 0),
        ),
    )
    text = form.format(one, two, of.scalar(draw, scope, kind, 0, known))
    return text, Shape("list", element=SHAPES[kind], size=size if known else 0, known=known)


def _list_chosen(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, _ = of.listing(draw, scope, kind, depth, known)
    condition = of.scalar(draw, scope, "bool", depth, known)
    chosen = pick(draw, (f"({condition} ? {text} : [])", f"({condition} ? [] : {text})"))
    return chosen, Shape("list", element=SHAPES[kind], known=known)


def _list_of_strings(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    if kind == "number":
        return f"range({draw.between(0, 4)})", Shape("list", element=NUMBER)
    if kind == "bool":
        return _list(of, draw, scope, kind, depth, known)
    if chance(draw, 50):
        text, shape = of.mapping(draw, scope, pick(draw, KINDS), depth, known)
        return f"keys({text})", Shape("list", element=STRING, size=len(shape.keys), known=known)
    text, _ = of.listing(draw, scope, "string", depth, known)
    one = of.scalar(draw, scope, "string", depth, known)
    form = pick(
        draw,
        ("sort({0})", "compact({0})", 'split(",", {1})', 'formatlist("%s-%s", {0}, "x")', 'regexall("[a-z]+", {1})'),
    )
    return form.format(text, one), Shape("list", element=STRING, known=known)


def _list_splat(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    items = [f"{{ name = {of.scalar(draw, scope, kind, depth, known)}, n = {at} }}" for at in range(draw.between(0, 3))]
    splat = pick(draw, ("[*].name", ".*.name", '[*]["name"]'))
    return f"([{', '.join(items)}]{splat})", Shape("list", element=SHAPES[kind], size=len(items), known=known)


def _values(of: Expressions, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, shape = of.mapping(draw, scope, kind, depth, known)
    return f"values({text})", Shape("list", element=SHAPES[kind], size=len(shape.keys), known=known)


_LISTS: tuple[Make, ...] = (
    _list,
    _list,
    _list_for,
    _list_for,
    _list_called,
    _list_called,
    _list_chosen,
    _list_of_strings,
    _list_splat,
    _values,
)
