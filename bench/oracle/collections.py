"""Expressions that give lists, maps, sets and objects, with what is sure of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from bench.oracle import scalars
from bench.oracle.shapes import BOOL, NUMBER, STRING, Member, Name, Path, Scalar, Scope, Shape
from bench.oracle.words import ENVIRONMENTS, KEYS, Draw, accessed, chance, key, pick, quoted

__all__ = ["anything", "listing", "mapping", "objects", "record"]

Typed: TypeAlias = tuple[str, Shape]
Make: TypeAlias = Callable[[Draw, Scope, Scalar, int, bool], Typed]

_SHAPES: dict[Scalar, Shape] = {"string": STRING, "number": NUMBER, "bool": BOOL}
_KINDS: tuple[Scalar, ...] = ("string", "number", "bool")


def listing(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    """A list (or tuple) of scalars of one kind."""
    found = _held(scope, "list", kind, known)
    if found and (depth <= 0 or chance(draw, 40)):
        return _referred(draw, found)
    if depth <= 0:
        return _list(draw, scope, kind, depth, known)
    return pick(draw, _LISTS)(draw, scope, kind, depth - 1, known)


def mapping(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    """A map (or object) of scalars of one kind."""
    found = _held(scope, "map", kind, known)
    if found and (depth <= 0 or chance(draw, 40)):
        return _referred(draw, found)
    if depth <= 0:
        return _map(draw, scope, kind, depth, known)
    return pick(draw, _MAPS)(draw, scope, kind, depth - 1, known)


def anything(draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """Any collection of scalars."""
    kind = pick(draw, _KINDS)
    return pick(draw, (listing, mapping))(draw, scope, kind, depth, known)


def record(draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """An object of a few attributes of different types."""
    kinds = [pick(draw, _KINDS) for _ in range(draw.between(1, 3))]
    names = ("type", "size", "on")
    members: list[Member] = []
    written: list[str] = []
    for name, kind in zip(names, kinds, strict=False):
        text = scalars.scalar(draw, scope, kind, depth, known)
        members.append(Member(name, _SHAPES[kind]))
        written.append(f"{pick(draw, (name, name, quoted(name)))} {pick(draw, ('=', '=', ':'))} {text}")
    if depth > 0 and chance(draw, 40):
        text, shape = anything(draw, scope, depth - 1, known)
        members.append(Member("inner", shape))
        written.append(f"inner = {text}")
    return f"{{ {', '.join(written)} }}", Shape("object", members=tuple(members), known=known)


def objects(draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
    """A map of objects of one type, as `for_each` likes it."""
    kinds = [pick(draw, _KINDS) for _ in range(draw.between(1, 3))]
    members = tuple(Member(name, _SHAPES[kind]) for name, kind in zip(("type", "size", "on"), kinds, strict=False))
    names = _keys(draw, 3)
    entries: list[str] = []
    for name in names:
        inner = (
            f"{m.name} = {scalars.scalar(draw, scope, k, depth, known)}" for m, k in zip(members, kinds, strict=False)
        )
        entries.append(f"{key(name)} = {{ {', '.join(inner)} }}")
    element = Shape("object", members=members, known=known)
    return f"{{ {', '.join(entries)} }}", Shape("map", element=element, keys=tuple(names), known=known)


def _held(scope: Scope, of: str, kind: Scalar, known: bool) -> list[Path]:
    paths = (path for path in scope.reachable(known) if path.shape.kind == of and not path.shape.nullable)
    return [path for path in paths if path.shape.holds(kind)]


def _referred(draw: Draw, found: list[Path]) -> Typed:
    path = pick(draw, found)
    return accessed(draw, path), path.shape


def _keys(draw: Draw, most: int) -> list[str]:
    if chance(draw, 15):
        return list(ENVIRONMENTS)
    return list(dict.fromkeys(pick(draw, KEYS) for _ in range(draw.between(0, most))))


def _list(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    items = [scalars.scalar(draw, scope, kind, depth, known) for _ in range(draw.between(0, 3))]
    return f"[{', '.join(items)}]", Shape("list", element=_SHAPES[kind], size=len(items), known=known)


def _list_for(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    over = pick(draw, _KINDS)
    value, at = scope.variable("v"), scope.variable("k")
    if chance(draw, 50):
        text, shape = listing(draw, scope, over, depth, known)
        first, size = NUMBER, shape.size
    else:
        text, shape = mapping(draw, scope, over, depth, known)
        first, size = STRING, len(shape.keys)
    pair = chance(draw, 60)
    bound = (Name(at, replace(first, known=known)), Name(value, replace(_SHAPES[over], known=known)))
    inner = scope.binding(*(bound if pair else bound[1:]))
    body = scalars.scalar(draw, inner, kind, depth, known)
    only = f" if {scalars.scalar(draw, inner, 'bool', depth, known=True)}" if chance(draw, 35) and known else ""
    names = f"{at}, {value}" if pair else value
    return f"[for {names} in {text} : {body}{only}]", Shape(
        "list", element=_SHAPES[kind], size=0 if only else size, known=known
    )


def _list_called(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    one, first = listing(draw, scope, kind, depth, known)
    two, second = listing(draw, scope, kind, depth, known)
    form, size = pick(
        draw,
        (
            ("concat({0}, {1})", first.size + second.size), ("reverse({0})", first.size), ("distinct({0})", min(first.size, 1)),
            ("tolist({0})", first.size), ("flatten([{0}, [{1}]])", first.size + second.size), ("slice(concat({0}, {1}), 0, 0)", 0),
            ("try({0}, [])", first.size), ("[for x in toset({0}) : x]", 0), ("tolist(setunion({0}, {1}))", 0),
            ("tolist(setintersection({0}, {1}))", 0), ("coalescelist({0}, {1}, [{2}])", 1), ("concat({0}, [{2}])", first.size + 1),
            ('flatten(values({{ for x in {0} : "k${{x}}" => x... }}))', 0), ("[{2}]", 1), ("[for x in chunklist({0}, 2) : x[0]]", min(first.size, 1)), ("tolist(setsubtract({0}, {1}))", 0),
        ),
    )  # fmt: skip
    text = form.format(one, two, scalars.scalar(draw, scope, kind, 0, known))
    return text, Shape("list", element=_SHAPES[kind], size=size if known else 0, known=known)


def _list_chosen(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, _ = listing(draw, scope, kind, depth, known)
    condition = scalars.scalar(draw, scope, "bool", depth, known)
    chosen = pick(draw, (f"({condition} ? {text} : [])", f"({condition} ? [] : {text})"))
    return chosen, Shape("list", element=_SHAPES[kind], known=known)


def _list_of_strings(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    if kind == "number":
        return f"range({draw.between(0, 4)})", Shape("list", element=NUMBER)
    if kind == "bool":
        return _list(draw, scope, kind, depth, known)
    if chance(draw, 50):
        text, shape = mapping(draw, scope, pick(draw, _KINDS), depth, known)
        return f"keys({text})", Shape("list", element=STRING, size=len(shape.keys), known=known)
    text, _ = listing(draw, scope, "string", depth, known)
    one = scalars.scalar(draw, scope, "string", depth, known)
    form = pick(
        draw,
        ("sort({0})", "compact({0})", 'split(",", {1})', 'formatlist("%s-%s", {0}, "x")', 'regexall("[a-z]+", {1})'),
    )
    return form.format(text, one), Shape("list", element=STRING, known=known)


def _list_splat(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    items = [
        f"{{ name = {scalars.scalar(draw, scope, kind, depth, known)}, n = {at} }}" for at in range(draw.between(0, 3))
    ]
    splat = pick(draw, ("[*].name", ".*.name", '[*]["name"]'))
    return f"([{', '.join(items)}]{splat})", Shape("list", element=_SHAPES[kind], size=len(items), known=known)


def _values(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, shape = mapping(draw, scope, kind, depth, known)
    return f"values({text})", Shape("list", element=_SHAPES[kind], size=len(shape.keys), known=known)


def _map(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    names = _keys(draw, 3)
    entries = []
    for name in names:
        spelled = pick(draw, (key(name), key(name), f"({quoted(name)})"))
        entries.append(f"{spelled} = {scalars.scalar(draw, scope, kind, depth, known)}")
    separator = pick(draw, (", ", ", ", "\n"))
    text = f"{{\n{separator.join(entries)}\n}}" if separator == "\n" else f"{{ {separator.join(entries)} }}"
    return text, Shape("map", element=_SHAPES[kind], keys=tuple(names), known=known)


def _map_for(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    over = pick(draw, _KINDS)
    value, at = scope.variable("v"), scope.variable("k")
    if chance(draw, 40):
        text, _ = listing(draw, scope, "string", depth, known=True)
        inner = scope.binding(Name(value, STRING))
        body = scalars.scalar(draw, inner, kind, depth, known)
        form = pick(
            draw, ("{{ for {0} in toset({1}) : {0} => {2} }}", '{{ for {0} in distinct({1}) : "${{{0}}}-x" => {2} }}')
        )
        return form.format(value, text, body), Shape("map", element=_SHAPES[kind], known=known)
    text, shape = mapping(draw, scope, over, depth, known)
    inner = scope.binding(Name(at, replace(STRING, known=known)), Name(value, replace(_SHAPES[over], known=known)))
    body = scalars.scalar(draw, inner, kind, depth, known)
    only = f" if {scalars.scalar(draw, inner, 'bool', depth, known=True)}" if chance(draw, 35) and known else ""
    same = chance(draw, 60)
    spelled = at if same else f'"${{{at}}}-y"'
    keys = shape.keys if same and not only else ()
    return f"{{ for {at}, {value} in {text} : {spelled} => {body}{only} }}", Shape(
        "map", element=_SHAPES[kind], keys=keys, known=known
    )


def _map_called(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    one, first = mapping(draw, scope, kind, depth, known)
    two, second = mapping(draw, scope, kind, depth, known)
    form, keys = pick(
        draw,
        (
            ("merge({0}, {1})", (*first.keys, *second.keys)), ("tomap({0})", first.keys), ("try({0}, {{}})", first.keys),
            ("merge({0}, {1}, null)", (*first.keys, *second.keys)), ("merge([{0}, {1}]...)", (*first.keys, *second.keys)),
            ("zipmap(keys({0}), values({0}))", first.keys),
        ),
    )  # fmt: skip
    return form.format(one, two), Shape("map", element=_SHAPES[kind], keys=tuple(dict.fromkeys(keys)), known=known)


def _map_chosen(draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
    text, _ = mapping(draw, scope, kind, depth, known)
    condition = scalars.scalar(draw, scope, "bool", depth, known)
    return f"({condition} ? {text} : {{}})", Shape("map", element=_SHAPES[kind], known=known)


_LISTS: tuple[Make, ...] = (
    _list, _list, _list_for, _list_for, _list_called, _list_called, _list_chosen, _list_of_strings, _list_splat, _values,
)  # fmt: skip
_MAPS: tuple[Make, ...] = (_map, _map, _map_for, _map_for, _map_called, _map_called, _map_chosen)
