"""`count` and `for_each`: how often blocks repeat, what they bind, and what a repeated module exports."""

from dataclasses import dataclass, replace

from bench.oracle.grammar import GRAMMAR
from bench.oracle.shapes import KINDS, NUMBER, STRING, Member, Name, Scope, Shape
from bench.oracle.words import Draw, accessed, chance, pick, quoted

__all__ = ["Repetition", "exported", "repetition"]


@dataclass(frozen=True, slots=True)
class Repetition:
    """`count` or `for_each` of a block: its line, the names it binds, and how often or by which keys it repeats."""

    line: str = ""
    names: tuple[Name, ...] = ()
    kind: str = ""
    size: int = 0
    keys: tuple[str, ...] = ()


def repetition(draw: Draw, scope: Scope) -> Repetition:
    """How often a block repeats, if it does."""
    which = draw.between(0, 9)
    if which < 4:
        return Repetition()
    if which < 6:
        times = draw.between(0, 3)
        condition = GRAMMAR.scalar(draw, scope, "bool", 2, known=True)
        listed, _ = GRAMMAR.listing(draw, scope, pick(draw, KINDS), 1, known=True)
        text, size = pick(
            draw,
            ((str(times), times), (f"{condition} ? 1 : 0", 0), (f"length({listed})", 0), (f'"{times}"', times)),
        )
        return Repetition(f"  count = {text}\n", (Name("count.index", NUMBER),), "list", size)
    return _for_each(draw, scope)


def _for_each(draw: Draw, scope: Scope) -> Repetition:
    element: Shape | None = STRING
    keys: tuple[str, ...] = ()
    found = [p for p in scope.reachable(known=True) if not p.shape.nullable and p.shape.kind in ("map", "set")]
    found = [p for p in found if p.shape.kind == "map" or p.shape.holds("string")]
    if found and chance(draw, 50):
        path = pick(draw, found)
        text, element, keys = accessed(draw, path), path.shape.element, path.shape.keys
    elif chance(draw, 50):
        make = pick(draw, (GRAMMAR.objects, _of_scalars))
        text, shape = make(draw, scope, 2, True)
        element, keys = shape.element, shape.keys
    else:
        text = f"toset({GRAMMAR.listing(draw, scope, 'string', 2, known=True)[0]})"
    names = (Name("each.key", STRING), *([Name("each.value", element)] if element else []))
    return Repetition(f"  for_each = {text}\n", names, "map", keys=keys)


def _of_scalars(draw: Draw, scope: Scope, depth: int, known: bool) -> tuple[str, Shape]:
    return GRAMMAR.mapping(draw, scope, pick(draw, KINDS), depth, known)


def exported(address: str, repeated: Repetition, outputs: tuple[Member, ...]) -> list[Name]:
    """What the caller of a module can refer to."""
    if not repeated.kind:
        return [Name(f"{address}.{output.name}", output.shape) for output in outputs]
    steps = [f"[{at}]" for at in range(repeated.size)] or [f"[{quoted(key)}]" for key in repeated.keys]
    names = [Name(f"{address}{step}.{output.name}", output.shape) for output in outputs for step in steps]
    for output in outputs:
        shape = Shape(
            "list", element=output.shape, size=max(repeated.size, len(repeated.keys)), known=output.shape.known
        )
        if repeated.kind == "list":
            names.append(Name(f"({address}[*].{output.name})", shape))
        else:
            names.append(Name(f"(values({address})[*].{output.name})", shape))
            names.append(Name(f"[for key, made in {address} : made.{output.name}]", shape))
            by_key = replace(shape, kind="map", keys=repeated.keys, size=0)
            names.append(Name(f"{{ for key, made in {address} : key => made.{output.name} }}", by_key))
    whole = Shape("object", known=all(output.shape.known for output in outputs))
    return [*names, Name(address, whole)]
