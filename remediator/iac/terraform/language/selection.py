"""Into collections: attributes, indexes, and iteration in Terraform's order."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from remediator.iac.terraform.language.conversions import as_number, as_string, kind
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.inference import inferred
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.types import ANY, Type
from remediator.iac.terraform.language.values import Data, Evaluated, Fields, Items, Unknown

__all__ = ["attribute", "index", "iterated"]


def attribute(of: Evaluated, name: str) -> Evaluated:
    """`of.name`; raises EvaluationError where there is no such attribute."""
    data = of.data
    if isinstance(data, Unknown) and (data.type.items or data.length is not None) and name.isdigit():
        return index(of, Evaluated(Decimal(name)))
    if isinstance(data, Unknown):
        members = data.type.members
        of_type = members[name].type if name in members else data.type.element or ANY
        inside = Unknown(data.reason, _joined(data.key, name), of_type)
        return Evaluated(inside, trail=of.trail, sensitive=of.sensitive)
    if isinstance(data, Fields):
        found = data.fields.get(name)
        if found is not None:
            return of.element(found)
        if data.rest is not None:
            return Evaluated(Unknown(data.rest.reason, _joined(data.rest.key, name)))
    if isinstance(data, Items) and name.isdigit():
        return index(of, Evaluated(Decimal(name)))
    absent = Absent(name, of.origin) if isinstance(data, Fields) and of.origin is not None else None
    raise EvaluationError(f"a value of kind {kind(of)} has no attribute {name[:80]}", absent)


def index(of: Evaluated, key: Evaluated) -> Evaluated:
    """`of[key]`; raises EvaluationError where there is no such element."""
    data = of.data
    if isinstance(data, Unknown) and data.length is not None and key.known:
        _inside(as_number(key).data, data.length)
    if isinstance(data, Unknown) or isinstance(key.data, Unknown):
        reason = next(d.reason for d in (key.data, data) if isinstance(d, Unknown))
        inside = _indexed(inferred(of), key.data)
        return Evaluated(Unknown(reason, _joined(of.digest(), key.digest()), inside), sensitive=of.sensitive)
    if isinstance(data, Items) and not data.is_set:
        return of.element(data.items[_inside(as_number(key).data, len(data.items))])
    if isinstance(data, Fields):
        name = as_string(key).data
        if isinstance(name, str):
            return attribute(of, name)
    raise EvaluationError(f"a value of kind {kind(of)} cannot be indexed by one of kind {kind(key)}")


def iterated(of: Evaluated) -> Sequence[tuple[Evaluated, Evaluated]] | Unknown:
    """Keys and elements in Terraform's order, each with the way of the collection; raises EvaluationError."""
    data = of.data
    if isinstance(data, Unknown):
        return data
    if isinstance(data, Items):
        if data.is_set:
            return [(of.element(item), of.element(item)) for item in data.items]
        return [(Evaluated(Decimal(at), sensitive=of.sensitive), of.element(i)) for at, i in enumerate(data.items)]
    if isinstance(data, Fields):
        if data.rest is not None:
            return Unknown(data.rest.reason, of.digest())
        return [(Evaluated(key, sensitive=of.sensitive), of.element(value)) for key, value in data.sorted()]
    raise EvaluationError(f"a value of kind {kind(of)} cannot be gone through")


def _inside(at: Data, length: int) -> int:
    if isinstance(at, Decimal) and at == at.to_integral_value() and 0 <= at < length:
        return int(at)
    raise EvaluationError(f"a list of {length} has no element {at}")


def _indexed(of: Type, key: Data) -> Type:
    """The type of what a value of a type has at an index; of attributes Terraform does not tell it."""
    if isinstance(key, Decimal) and key == key.to_integral_value() and 0 <= key < len(of.items):
        return of.items[int(key)]
    return of.element or ANY


def _joined(*keys: str) -> str:
    return sha256("\0".join(keys).encode()).hexdigest()[:16]
