"""Variables with type constraints, and what is given for them."""

import json
from dataclasses import dataclass, replace

from bench.oracle import scalars
from bench.oracle.grammar import GRAMMAR
from bench.oracle.shapes import KINDS, SHAPES, STRING, Constant, Member, Scope, Shape
from bench.oracle.words import ENVIRONMENTS, KEYS, Draw, chance, constant_of, hcl, key, pick

__all__ = ["Variable", "argument", "constraint", "variable"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: its constraint as written (None where it has none), its default, and the shape of its value."""

    name: str
    constraint: str | None
    shape: Shape
    required: bool
    default: Constant = None
    nullable: bool = True
    validated: bool = False

    def block(self, name: str) -> str:
        """Its declaration under a name."""
        lines = [f"  type = {self.constraint}"] if self.constraint else []
        lines += [] if self.required else [f"  default = {hcl(self.default)}"]
        lines += [] if self.nullable else ["  nullable = false"]
        if self.validated:
            lines += ["  validation {", f"    condition = can(var.{name})", '    error_message = "No."', "  }"]
        return "\n".join([f'variable "{name}" {{', *lines, "}"]) + "\n"

    def in_json(self, name: str) -> dict[str, Constant]:
        """Its declaration in JSON, where a default is no template."""
        settings: dict[str, Constant] = {"type": self.constraint} if self.constraint else {}
        settings |= {} if self.required else {"default": self.default}
        settings |= {} if self.nullable else {"nullable": False}
        return {"variable": {name: settings}}

    def text(self, value: Constant) -> str | None:
        """What an environment variable has to hold for a value; None where it cannot give that value."""
        if self.constraint is not None and self.constraint not in KINDS:
            return hcl(value)
        return value if isinstance(value, str) else None if value is None else json.dumps(value)


def variable(draw: Draw, name: str) -> Variable:
    """A variable of any type, with a default or without."""
    shape, written = _typed(draw)
    required = chance(draw, 35)
    default = None if required else constant_of(draw, shape, loose=written is not None)
    nullable = shape.nullable or not chance(draw, 15)
    return Variable(name, written, shape, required, default, nullable, validated=chance(draw, 15))


def argument(draw: Draw, scope: Scope, given: Variable, known: bool) -> tuple[str, Shape]:
    """An expression for an argument of a module, and the shape that the variable then has inside."""
    shape = given.shape
    if not given.nullable and not given.required and chance(draw, 20):
        return "null", shape
    if given.constraint is None or shape.values or chance(draw, 25):
        return hcl(constant_of(draw, shape, loose=given.constraint is not None)), shape
    if shape.kind == "string" or shape.kind == "number" or shape.kind == "bool":
        if shape.nullable and chance(draw, 40):
            return scalars.nullable(draw, scope, shape.kind, known) or "null", shape
        return GRAMMAR.scalar(draw, scope, shape.kind, 2, known), replace(shape, known=known)
    element = shape.element.kind if shape.element is not None else None
    if element == "string" or element == "number" or element == "bool":
        make = GRAMMAR.mapping if shape.kind == "map" else GRAMMAR.listing
        text, found = make(draw, scope, element, 2, known)
        return text, replace(shape, keys=found.keys, size=found.size if shape.kind == "list" else 0, known=known)
    return hcl(constant_of(draw, shape)), shape


def constraint(shape: Shape) -> str:
    """A type constraint that says the shape."""
    if shape.kind == "object":
        return f"object({{ {', '.join(f'{key(m.name)} = {_member(m)}' for m in shape.members)} }})"
    return f"{shape.kind}({constraint(shape.element)})" if shape.element is not None else shape.kind


def _member(member: Member) -> str:
    inner = constraint(member.shape)
    if not member.optional:
        return inner
    return f"optional({inner})" if member.default is None else f"optional({inner}, {hcl(member.default)})"


def _typed(draw: Draw) -> tuple[Shape, str | None]:
    which = draw.between(0, 11)
    scalar = SHAPES[pick(draw, KINDS)]
    if which < 3:
        shape = replace(scalar, nullable=chance(draw, 25))
        return shape, constraint(shape)
    if which == 3:
        shape = replace(STRING, values=ENVIRONMENTS)
        return shape, pick(draw, ("string", "any", None))
    if which < 6:
        shape = Shape("list", element=scalar, size=draw.between(0, 2))
        return shape, "list(any)" if chance(draw, 60) and scalar == STRING else constraint(shape)
    if which == 6:
        shape = Shape("set", element=_object(draw, 0) if chance(draw, 25) else scalar)
        return shape, constraint(shape)
    if which < 9:
        shape = Shape("map", element=scalar, keys=_keys(draw))
        return shape, "map(any)" if chance(draw, 20) and scalar == STRING else constraint(shape)
    shape = _object(draw, 2)
    if which == 9:
        shape = Shape("map", element=shape, keys=_keys(draw))
    if which == 10 and chance(draw, 50):
        shape = Shape("list", element=shape, size=1)
    return shape, constraint(shape)


def _keys(draw: Draw) -> tuple[str, ...]:
    if chance(draw, 35):
        return ENVIRONMENTS
    return tuple(dict.fromkeys(pick(draw, KEYS) for _ in range(draw.between(0, 3))))


def _object(draw: Draw, depth: int) -> Shape:
    members: list[Member] = []
    for name in ("type", "count", "tags", "disk")[: draw.between(1, 4)]:
        inner: Shape = SHAPES[pick(draw, KINDS)]
        if name == "tags":
            inner = Shape("map", element=inner)
        elif name == "disk" and depth:
            inner = _object(draw, depth - 1)
        if chance(draw, 50):
            default = constant_of(draw, inner, loose=False) if chance(draw, 60) else None
            members.append(Member(name, replace(inner, nullable=default is None), True, default))
        else:
            members.append(Member(name, inner))
    return Shape("object", members=tuple(members))
