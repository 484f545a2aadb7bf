"""Functions of maps and objects; what they hand on keeps the place where it is written."""

from collections.abc import Mapping, Sequence
from typing import Final

from remediator.iac.terraform.language.functions.arguments import (
    elements,
    listed,
    object_fields,
    sequence,
    strings,
    text,
    unknown_call,
)
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.functions.sets import shared_type
from remediator.iac.terraform.language.inference import inferred
from remediator.iac.terraform.language.places import Absent, Place
from remediator.iac.terraform.language.retyping import retyped
from remediator.iac.terraform.language.values import Evaluated, Fields, Trail

__all__ = ["MAP"]

Arguments = Sequence[Evaluated]

_NEARER: Final = 4
"""Arguments of merge(), from the last, that are named as nearer places: each costs a look at every key."""


def _is_map(value: Evaluated) -> bool:
    return isinstance(value.data, Fields) and value.data.is_map


def _keys(arguments: Arguments, around: Surroundings) -> Evaluated:
    names = sorted(object_fields(arguments[0]), key=str.encode)
    return listed([Evaluated(name) for name in names], is_list=_is_map(arguments[0]))


def _values(arguments: Arguments, around: Surroundings) -> Evaluated:
    fields = object_fields(arguments[0])
    return listed([fields[key] for key in sorted(fields, key=str.encode)], is_list=_is_map(arguments[0]))


def _lookup(arguments: Arguments, around: Surroundings) -> Evaluated:
    if not (arguments[0].known and arguments[1].known):
        return unknown_call("lookup", arguments)
    fields, key = object_fields(arguments[0]), text(arguments[1])
    default = arguments[2] if len(arguments) == 3 else None
    if default is not None and _is_map(arguments[0]):
        default = retyped(default, shared_type(fields.values()))
    if key in fields:
        return fields[key]
    if default is not None:
        return default
    raise EvaluationError(f"lookup() finds no key {key[:80]!r}")


def _merge(arguments: Arguments, around: Surroundings) -> Evaluated:
    merged: dict[str, Evaluated] = {}
    given = [argument for argument in arguments if argument.data is not None]
    for at, argument in enumerate(given, 1):
        own = object_fields(argument)
        if argument.origin is not None and at > len(given) - _NEARER:
            merged = {key: _unless(key, own, value, argument.origin) for key, value in merged.items()}
        merged |= own
    of_one_type = all(map(_is_map, given)) and all(inferred(other) == inferred(given[0]) for other in given[1:])
    origin = next((a.origin for a in reversed(arguments) if isinstance(a.data, Fields) and a.origin), None)
    return Evaluated(Fields(merged, is_map=bool(given) and of_one_type), origin)


def _unless(key: str, own: Mapping[str, Evaluated], value: Evaluated, at: Place) -> Evaluated:
    """The value from further away, which says that a nearer map could have had the key; else that map's."""
    return own[key] if key in own else value.passing(Trail(Absent(key, at)))


def _transpose(arguments: Arguments, around: Surroundings) -> Evaluated:
    found: dict[str, list[Evaluated]] = {}
    for key, values in sorted(object_fields(arguments[0]).items()):
        for value in strings(values):
            found.setdefault(value, []).append(Evaluated(key))
    return Evaluated(Fields({key: listed(found[key]) for key in sorted(found)}, is_map=True))


def _zipmap(arguments: Arguments, around: Surroundings) -> Evaluated:
    is_map = sequence(arguments[1]).is_list
    keys, values = strings(arguments[0]), elements(arguments[1])
    if len(keys) != len(values):
        raise EvaluationError("zipmap() needs as many keys as values")
    return Evaluated(Fields(dict(zip(keys, values, strict=True)), is_map=is_map))


MAP: Mapping[str, Signature] = {
    "keys": Signature(_keys, 1, 1),
    "lookup": Signature(_lookup, 2, 3, takes_unknown=True),
    "merge": Signature(_merge, 0, None),
    "transpose": Signature(_transpose, 1, 1),
    "values": Signature(_values, 1, 1),
    "zipmap": Signature(_zipmap, 2, 2),
}
