"""The types that values have by themselves, and the one type that several of them share.

By the rules of Terraform's type system for conditionals and for collections of `any`
(https://developer.hashicorp.com/terraform/language/expressions/type-constraints#conversion-of-complex-types).
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from remediator.iac.terraform.language.types import ANY, BOOL, NUMBER, STRING, Member, Type
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = ["element_type", "inferred", "shared"]

_SCALARS = {"string", "number", "bool"}


def inferred(value: Evaluated) -> Type:
    """The type of a value; `any` stands for what cannot be told: nulls, most unknowns, outputs not yet asked for."""
    data = value.data
    if isinstance(data, bool):
        return BOOL
    if isinstance(data, Decimal):
        return NUMBER
    if isinstance(data, str):
        return STRING
    if isinstance(data, Unknown):
        return data.type
    if isinstance(data, Items):
        if data.is_set or data.is_list:
            return Type("set" if data.is_set else "list", element_type(data.items) or ANY)
        return Type("tuple", items=tuple(inferred(item) for item in data.items))
    if isinstance(data, Fields) and data.rest is None and isinstance(data.fields, dict):
        if data.is_map:
            return Type("map", element_type(data.fields.values()) or ANY)
        return Type("object", members={key: Member(inferred(inner)) for key, inner in data.fields.items()})
    return ANY


def element_type(items: Iterable[Evaluated]) -> Type | None:
    """The type that the elements of a collection share; None where they share none."""
    return shared([inferred(item) for item in items])


def shared(types: Sequence[Type]) -> Type | None:
    """The type that values of all these types can become, `any` counting for nothing; None where there is none."""
    distinct: list[Type] = []
    for one in types:
        if one != ANY and one not in distinct:
            distinct.append(one)
    if len(distinct) < 2:
        return distinct[0] if distinct else ANY
    names = {one.name for one in distinct}
    if names <= _SCALARS:
        return Type("string") if "string" in names else None
    if names <= {"object", "map"}:
        return (_object(distinct) if names == {"object"} else None) or _collection("map", distinct)
    if names == {"tuple"}:
        return _tuple(distinct) or _collection("list", distinct)
    if names == {"set"} or names == {"set", "tuple"}:
        return _collection("set", distinct)
    return _collection("list", distinct) if names <= {"tuple", "list", "set"} else None


def _object(types: Sequence[Type]) -> Type | None:
    names = types[0].members.keys()
    if any(one.members.keys() != names for one in types):
        return None
    members = {name: shared([one.members[name].type for one in types]) for name in names}
    found = {name: Member(member) for name, member in members.items() if member is not None}
    return Type("object", members=found) if len(found) == len(members) else None


def _tuple(types: Sequence[Type]) -> Type | None:
    if len({len(one.items) for one in types}) > 1:
        return None
    items = [shared(column) for column in zip(*(one.items for one in types), strict=True)]
    found = tuple(item for item in items if item is not None)
    return Type("tuple", items=found) if len(found) == len(items) else None


def _collection(name: str, types: Sequence[Type]) -> Type | None:
    inside: list[Type] = []
    for one in types:
        inside += one.items or ([one.element] if one.element else [member.type for member in one.members.values()])
    element = shared(inside)
    return None if element is None else Type(name, element)
