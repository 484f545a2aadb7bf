"""Conversion of values to types, and of the two sides of a conditional to the type that they share."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeAlias

from remediator.iac.terraform.language.conversions import as_bool, as_number, as_string, kind
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.inference import element_type, inferred, shared
from remediator.iac.terraform.language.nodes import Expression
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.set_order import ordered_set
from remediator.iac.terraform.language.types import ANY, SCALARS, Type, narrowed
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Trail, Unknown

__all__ = ["agreed", "converted", "retyped"]

Default: TypeAlias = Callable[[Expression], Evaluated]
_PRIMITIVE = {"string": as_string, "number": as_number, "bool": as_bool}


def converted(value: Evaluated, to: Type, default: Default) -> Evaluated:
    """A value as Terraform converts it to a type; `default` evaluates the defaults of optional attributes.

    Raises EvaluationError where it cannot be converted.
    """
    data = value.data
    if data is None or to.name == "any":
        return value
    if isinstance(data, Unknown):
        return value.converted(Unknown(data.reason, data.key, narrowed(to, data.type)))
    if to.name in _PRIMITIVE:
        return _PRIMITIVE[to.name](value)
    if to.name == "object" and isinstance(data, Fields):
        return _object(value, data, to, default)
    if to.name == "map" and isinstance(data, Fields) and to.element and data.rest is None:
        return _map(value, data, to.element, default)
    if to.name == "tuple" and isinstance(data, Items) and len(data.items) == len(to.items):
        pairs = zip(data.items, to.items, strict=True)
        return value.converted(Items(tuple(converted(item, type_, default) for item, type_ in pairs)))
    if to.name in ("list", "set") and isinstance(data, Items) and to.element:
        return _list(value, data, to, to.element, default)
    if isinstance(data, Fields) and data.rest is not None:
        return Evaluated(Unknown(data.rest.reason, value.digest()))
    raise EvaluationError(f"a value of kind {kind(value)} cannot become a {to.name}")


def retyped(value: Evaluated, to: Type) -> Evaluated:
    """A value converted to a type that has no defaults; raises EvaluationError where it cannot be."""
    return converted(value, to, lambda default: Evaluated(None))


def agreed(value: Evaluated, other: Evaluated) -> Evaluated:
    """One side of a conditional as the type that both sides share: a number beside a string is a string.

    Raises EvaluationError where no type is shared.
    """
    if value.data is None or other.data is None or value.data.__class__ is other.data.__class__ is str:
        return value
    own = inferred(value)
    both = shared([own, inferred(other)])
    if both is None:
        raise EvaluationError(f"the two sides of a conditional do not agree: {kind(value)} and {kind(other)}")
    return value if both == own else retyped(value, both)


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


def _map(value: Evaluated, data: Fields, element: Type, default: Default) -> Evaluated:
    if element == ANY and data.is_map:
        return value
    items = tuple(data.fields.values())
    of_type = _common(items, element)
    if of_type is None:
        return _untold(value)
    inside = (_member(item, items, element, of_type, default) for item in items)
    return value.converted(Fields(dict(zip(data.fields, inside, strict=True)), is_map=True))


def _list(value: Evaluated, data: Items, to: Type, element: Type, default: Default) -> Evaluated:
    if element == ANY and data.is_list is (to.name == "list") and data.is_set is (to.name == "set"):
        return value
    if to.name == "list" and not value.counted:
        return retyped(_untold(value), narrowed(to, inferred(value)))
    of_type = _common(data.items, element)
    if of_type is None:
        return _untold(value)
    items = tuple(_member(item, data.items, element, of_type, default) for item in data.items)
    return value.converted(ordered_set(items) if to.name == "set" else Items(items, is_list=True))


def _common(items: tuple[Evaluated, ...], element: Type) -> Type | None:
    """The one type that `any` stands for in a collection, or None where a null among collections leaves it open."""
    if element.name != "any":
        return element
    found = element_type(items)
    if found is None:
        raise EvaluationError("all elements of a collection must have the same type")
    return None if found.name not in (*SCALARS, "any") and any(item.data is None for item in items) else found


def _member(item: Evaluated, items: tuple[Evaluated, ...], element: Type, of_type: Type, default: Default) -> Evaluated:
    """An element as the type of its collection, not known while something beside a number may turn out to be text."""
    loose = element == ANY and of_type.name in ("number", "bool") and item.data is not None
    untyped = (other.data for other in items if isinstance(other.data, Unknown) and other.data.type == ANY)
    hidden = next(untyped, None) if loose else None
    if hidden is not None and item.known:
        return _untold(item, hidden)
    return converted(item, of_type, default)


def _untold(value: Evaluated, hidden: Unknown | None = None) -> Evaluated:
    missing = hidden or value.unknown
    reason = missing.reason if missing else "the type of a null is not followed"
    key = f"{value.digest()} {missing.key if missing else ''}"
    return Evaluated(Unknown(reason, sha256(key.encode()).hexdigest()[:16]))
