"""Type constraints of variables, and conversion of values to them.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from remediator.iac.terraform.language.conversions import as_bool, as_number, as_string, kind
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.nodes import Call, Expression, Literal, Name, Object, Tuple
from remediator.iac.terraform.language.values import Absent, Evaluated, Fields, Items, Trail, Unknown

__all__ = ["ANY", "Member", "Type", "converted", "ordered_set", "type_of"]


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
Default: TypeAlias = Callable[[Expression], Evaluated]
_PRIMITIVE = {"string": as_string, "number": as_number, "bool": as_bool}


def type_of(node: Expression) -> Type:
    """The type that a constraint names; what cannot be read is `any`."""
    match node:
        case Name(name=name) if name in _PRIMITIVE:
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


def _member(node: Expression) -> Member:
    if isinstance(node, Call) and node.name == "optional" and node.arguments:
        return Member(type_of(node.arguments[0]), True, node.arguments[1] if len(node.arguments) > 1 else None)
    return Member(type_of(node))


def converted(value: Evaluated, to: Type, default: Default) -> Evaluated:
    """A value as Terraform converts it to a type; `default` evaluates the defaults of optional attributes.

    Raises EvaluationError where it cannot be converted.
    """
    data = value.data
    if data is None or isinstance(data, Unknown) or to.name == "any":
        return value
    if to.name in _PRIMITIVE:
        return _PRIMITIVE[to.name](value)
    if to.name == "object" and isinstance(data, Fields):
        return _object(value, data, to, default)
    if to.name == "map" and isinstance(data, Fields) and to.element and data.rest is None:
        of_type = _common(tuple(data.fields.values()), to.element)
        return value.converted(Fields({key: converted(v, of_type, default) for key, v in data.fields.items()}))
    if to.name == "tuple" and isinstance(data, Items) and len(data.items) == len(to.items):
        pairs = zip(data.items, to.items, strict=True)
        return value.converted(Items(tuple(converted(item, type_, default) for item, type_ in pairs)))
    if to.name in ("list", "set") and isinstance(data, Items) and to.element:
        of_type = _common(data.items, to.element)
        items = tuple(converted(item, of_type, default) for item in data.items)
        return value.converted(ordered_set(items) if to.name == "set" else Items(items))
    if isinstance(data, Fields) and data.rest is not None:
        return Evaluated(Unknown(data.rest.reason, value.digest()))
    raise EvaluationError(f"a value of kind {kind(value)} cannot become a {to.name}")


def _object(value: Evaluated, data: Fields, to: Type, default: Default) -> Evaluated:
    fields: dict[str, Evaluated] = {}
    for name, member in to.members.items():
        given = data.fields.get(name)
        if given is None and data.rest is not None:
            given = Evaluated(Unknown(data.rest.reason, f"{data.rest.key}.{name}"))
        if given is None and not member.optional:
            raise EvaluationError(f"the attribute {name[:80]} is required")
        if member.optional and (given is None or given.data is None):
            given = default(member.default) if member.default is not None else Evaluated(None)
            given = given.passing(Trail(Absent(name, value.origin)) if value.origin is not None else None)
        if given is not None:
            fields[name] = converted(given, member.type, default)
    return value.converted(Fields(fields))


def _common(items: tuple[Evaluated, ...], element: Type) -> Type:
    """The one type that `any` stands for in a collection: strings where strings and other scalars meet."""
    if element.name != "any":
        return element
    kinds = {kind(item) for item in items} - {"null", "unknown"}
    return Type("string") if len(kinds) > 1 and kinds <= {"string", "number", "bool"} else ANY


def ordered_set(items: tuple[Evaluated, ...]) -> Items:
    """A set without doubles, in the order in which Terraform goes through it."""
    unique = {item.plain(): item for item in reversed(items)}
    return Items(tuple(sorted(unique.values(), key=_order)), is_set=True)


def _order(item: Evaluated) -> tuple[str, Decimal, str]:
    data = item.data
    if isinstance(data, Decimal):
        return ("number", data, "")
    return (kind(item), Decimal(0), data if isinstance(data, str) else repr(item.plain()))
