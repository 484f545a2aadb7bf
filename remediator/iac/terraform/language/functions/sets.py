"""Functions of sets, and what their members have in common: one type."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from itertools import product

from remediator.iac.terraform.language.conversions import kind
from remediator.iac.terraform.language.functions.arguments import bounded, elements, listed, unknown_call
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.inference import element_type
from remediator.iac.terraform.language.retyping import retyped
from remediator.iac.terraform.language.set_order import ordered_set
from remediator.iac.terraform.language.types import ANY, Type
from remediator.iac.terraform.language.values import Evaluated, Items, Plain

__all__ = ["SET", "collection", "shared_type"]

Arguments = Sequence[Evaluated]


def shared_type(values: Iterable[Evaluated]) -> Type:
    """The type that values share; raises EvaluationError where they share none."""
    found = element_type(values)
    if found is None:
        raise EvaluationError("these values must have the same type")
    return found


def collection(name: str, value: Evaluated) -> Evaluated:
    """The argument as a list or a set of elements of one type; raises EvaluationError."""
    if not isinstance(value.data, Items):
        raise EvaluationError(f"a {name} is required, not {kind(value)}")
    return retyped(value, Type(name, ANY))


def _distinct(arguments: Arguments, around: Surroundings) -> Evaluated:
    if arguments[0].unknown is not None:
        return unknown_call("distinct", arguments)
    first: dict[Plain, Evaluated] = {}
    for value in elements(collection("list", arguments[0])):
        first.setdefault(value.plain(), value)
    return listed(list(first.values()))


def _setunion(arguments: Arguments, around: Surroundings) -> Evaluated:
    if any(argument.data is None for argument in arguments):
        raise EvaluationError("setunion() does not take null")
    if any(not argument.known for argument in arguments):
        return unknown_call("setunion", arguments)
    items = [item for argument in arguments for item in elements(collection("set", argument))]
    return collection("set", listed(items, is_list=False))


def _sets(combine: Callable[[set[object], set[object]], set[object]], name: str, least: int) -> Signature:
    def call(arguments: Arguments, around: Surroundings) -> Evaluated:
        if any(argument.unknown is not None for argument in arguments):
            return unknown_call(name, arguments)
        sets = [collection("set", argument) for argument in arguments]
        of_type = shared_type(item for made in sets for item in elements(made))
        values = [[retyped(item, of_type) for item in elements(made)] for made in sets]
        plain: list[set[object]] = [{item.plain() for item in items} for items in values]
        kept = reduce(combine, plain)
        return Evaluated(ordered_set(tuple(item for items in values for item in items if item.plain() in kept)))

    return Signature(call, least, None if name != "setsubtract" else 2, takes_unknown=True)


def _kind(value: Evaluated) -> str:
    return "set" if isinstance(value.data, Items) and value.data.is_set else "list"


def _setproduct(arguments: Arguments, around: Surroundings) -> Evaluated:
    if not all(argument.counted for argument in arguments):
        return unknown_call("setproduct", arguments)
    lists = [elements(collection(_kind(argument), argument)) for argument in arguments]
    bounded(reduce(lambda count, items: count * len(items), lists, 1))
    rows = tuple(listed(row, is_list=False) for row in product(*lists))
    made = any(_kind(argument) == "set" for argument in arguments)
    return Evaluated(ordered_set(rows)) if made else listed(rows)


SET: Mapping[str, Signature] = {
    "distinct": Signature(_distinct, 1, 1),
    "setintersection": _sets(set.intersection, "setintersection", 1),
    "setproduct": Signature(_setproduct, 2, None),
    "setsubtract": _sets(set.difference, "setsubtract", 2),
    "setunion": Signature(_setunion, 1, None, takes_unknown=True),
}
