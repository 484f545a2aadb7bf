"""Type constraints of variables.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from remediator.iac.terraform.language.nodes import Call, Expression, Literal, Name, Object, Tuple

__all__ = ["ANY", "BOOL", "NUMBER", "SCALARS", "STRING", "Member", "Type", "narrowed", "type_of"]


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of an object type; `default` is its node where `optional()` names one."""

    type: "Type"
    optional: bool = False
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A type: `any`, `string`, `number`, `bool`, `list`, `set`, `map` (of `element`), `tuple`, `object`."""

    name: str
    element: "Type | None" = None
    members: Mapping[str, Member] = field(default_factory=dict)
    items: tuple["Type", ...] = ()


ANY = Type("any")
BOOL, NUMBER, STRING = Type("bool"), Type("number"), Type("string")
SCALARS = ("string", "number", "bool")


def type_of(node: Expression) -> Type:
    """The type that a constraint names; what cannot be read is `any`."""
    match node:
        case Name(name=name) if name in SCALARS:
            return Type(name)
        case Name(name="list" | "set" | "map" as name):
            return Type(name, ANY)
        case Call(name="list" | "set" | "map" as name, arguments=(element,)):
            return Type(name, type_of(element))
        case Call(name="tuple", arguments=(Tuple(items=items),)):
            return Type("tuple", items=tuple(type_of(item) for item in items))
        case Call(name="object", arguments=(Object(entries=entries),)):
            members = ((entry.key.value, _member(entry.value)) for entry in entries if isinstance(entry.key, Literal))
            return Type("object", members={key: member for key, member in members if isinstance(key, str)})
        case _:
            return ANY


def narrowed(to: Type, own: Type) -> Type:
    """What a value that is not known has for a type when it becomes a `to`: what `to` leaves open is as it was."""
    if to.name == "any":
        return own
    if to.element is not None:
        inside = own.element if own.element is not None else ANY
        return Type(to.name, narrowed(to.element, inside))
    if to.name == "object":
        had = {name: own.members[name].type if name in own.members else ANY for name in to.members}
        return Type("object", members={name: Member(narrowed(one.type, had[name])) for name, one in to.members.items()})
    items = own.items if len(own.items) == len(to.items) else (ANY,) * len(to.items)
    return Type(to.name, items=tuple(narrowed(one, was) for one, was in zip(to.items, items, strict=True)))


def _member(node: Expression) -> Member:
    if isinstance(node, Call) and node.name == "optional" and node.arguments:
        return Member(type_of(node.arguments[0]), True, node.arguments[1] if len(node.arguments) > 1 else None)
    return Member(type_of(node))
