"""Functions of lists and sets; what they hand on keeps the place where it is written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce

from remediator.iac.terraform.language.conversions import NUMBERS, as_bool, as_string, kind
from remediator.iac.terraform.language.equality import equal
from remediator.iac.terraform.language.functions.arguments import (
    bounded,
    elements,
    listed,
    number,
    sequence,
    unknown_call,
    whole,
)
from remediator.iac.terraform.language.functions.graphemes import graphemes
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.functions.sets import collection, shared_type
from remediator.iac.terraform.language.inference import element_type
from remediator.iac.terraform.language.retyping import retyped
from remediator.iac.terraform.language.types import SCALARS
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

__all__ = ["COLLECTION"]

Arguments = Sequence[Evaluated]


def _alltrue(arguments: Arguments, around: Surroundings) -> Evaluated:
    """False by the first that is false or null; Terraform does not look beyond an unknown."""
    for value in map(as_bool, elements(arguments[0])):
        if not value.known:
            return unknown_call("alltrue", arguments)
        if not value.data:
            return Evaluated(False)
    return Evaluated(True)


def _anytrue(arguments: Arguments, around: Surroundings) -> Evaluated:
    """True by any that is true, wherever something unknown stands."""
    values = [as_bool(value) for value in elements(arguments[0])]
    if any(value.known and value.data for value in values):
        return Evaluated(True)
    return unknown_call("anytrue", arguments) if any(not value.known for value in values) else Evaluated(False)


def _chunklist(arguments: Arguments, around: Surroundings) -> Evaluated:
    if not arguments[0].counted:
        return unknown_call("chunklist", arguments)
    items, size = elements(collection("list", arguments[0])), whole(arguments[1])
    if size < 0:
        raise EvaluationError("chunklist() needs a size that is not negative")
    size = size or max(1, len(items))
    return listed([listed(items[at : at + size]) for at in range(0, len(items), size)])


def _coalesce(arguments: Arguments, around: Surroundings) -> Evaluated:
    of_type = shared_type(arguments)
    for argument in arguments:
        if isinstance(argument.data, Unknown):
            return unknown_call("coalesce", arguments)
        if argument.data is not None and argument.data != "":
            found = retyped(argument, of_type)
            loose = of_type.name not in SCALARS and any(other.data is None for other in arguments)
            if loose and found.plain() != argument.plain():
                return unknown_call("coalesce", arguments, "the type of a null is not followed")
            return found
    raise EvaluationError("coalesce() has no value that is neither null nor empty")


def _coalescelist(arguments: Arguments, around: Surroundings) -> Evaluated:
    if any(argument.known and not _is_sequence(argument) for argument in arguments):
        raise EvaluationError("coalescelist() takes lists and tuples only")
    for argument in arguments:
        if isinstance(argument.data, Unknown):
            return unknown_call("coalescelist", arguments)
        if sequence(argument).items:
            return argument
    raise EvaluationError("coalescelist() has no list that is not empty")


def _is_sequence(value: Evaluated) -> bool:
    return isinstance(value.data, Items) and not value.data.is_set


def _compact(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if any(not value.known for value in values):
        return unknown_call("compact", arguments)
    return listed([as_string(value) for value in values if value.data is not None and as_string(value).data != ""])


def _concat(arguments: Arguments, around: Surroundings) -> Evaluated:
    items = [item for argument in arguments if sequence(argument) for item in elements(argument)]
    of_type = element_type(items) if all(sequence(argument).is_list for argument in arguments) else None
    return listed(items, is_list=False) if of_type is None else listed([retyped(item, of_type) for item in items])


def _contains(arguments: Arguments, around: Surroundings) -> Evaluated:
    wanted, values = arguments[1], elements(arguments[0])
    if wanted.data is None:
        raise EvaluationError("contains() cannot look for null")
    if wanted.unknown is None and any(value.plain() == wanted.plain() for value in values):
        return Evaluated(True)
    if any(_undecided(value, wanted) for value in values):
        return unknown_call("contains", arguments)
    return Evaluated(False)


def _undecided(value: Evaluated, wanted: Evaluated) -> bool:
    """Whether an element may yet turn out to be the one that is looked for."""
    return (value.unknown is not None or wanted.unknown is not None) and equal(value, wanted) is None


def _element(arguments: Arguments, around: Surroundings) -> Evaluated:
    values, at = sequence(arguments[0]).items, whole(arguments[1])
    if not values:
        raise EvaluationError("element() has no such element")
    return arguments[0].element(values[at % len(values)])


_FLAT = (*SCALARS, "object", "map")
"""Types whose values `flatten` takes as they are."""


def _flatten(arguments: Arguments, around: Surroundings) -> Evaluated:
    if not arguments[0].counted:
        return unknown_call("flatten", arguments)
    found: list[Evaluated] = []
    todo = list(elements(arguments[0]))[::-1]
    while todo:
        value = todo.pop()
        hidden = isinstance(value.data, Unknown) and value.data.type.name not in _FLAT
        if hidden or not value.counted:
            return unknown_call("flatten", arguments)
        if isinstance(value.data, Items):
            todo += [value.element(item) for item in reversed(value.data.items)]
        else:
            found.append(value)
        bounded(len(todo) + len(found))
    return listed(found, is_list=False)


def _index(arguments: Arguments, around: Surroundings) -> Evaluated:
    wanted = arguments[1].plain()
    for at, value in enumerate(sequence(arguments[0]).items):
        if _undecided(value, arguments[1]):
            return unknown_call("index", arguments)
        if value.plain() == wanted:
            return Evaluated(Decimal(at))
    raise EvaluationError("index() finds no such element")


def _length(arguments: Arguments, around: Surroundings) -> Evaluated:
    data = arguments[0].data
    if isinstance(data, Unknown):
        if data.type.name in ("tuple", "object"):  # whose type says how many there are
            return Evaluated(Decimal(len(data.type.items or data.type.members)))
        return unknown_call("length", arguments)
    if isinstance(data, Items):
        if not arguments[0].counted:
            return unknown_call("length", arguments)
        return Evaluated(Decimal(len(data.items)))
    if isinstance(data, Fields):
        return Evaluated(Decimal(len(data.fields)))
    if isinstance(data, str):
        return Evaluated(Decimal(len(graphemes(data))))
    raise EvaluationError(f"length() needs a collection or a string, not {kind(arguments[0])}")


def _matchkeys(arguments: Arguments, around: Surroundings) -> Evaluated:
    values, keys, wanted = (elements(collection("list", argument)) for argument in arguments)
    if len(values) != len(keys):
        raise EvaluationError("matchkeys() needs as many keys as values")
    if wanted and any(argument.unknown is not None for argument in arguments):
        return unknown_call("matchkeys", arguments)
    of_type = shared_type((*keys, *wanted))
    plain = {retyped(key, of_type).plain() for key in wanted}
    pairs = zip(values, keys, strict=True)
    return listed([value for value, key in pairs if retyped(key, of_type).plain() in plain])


def _one(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if len(values) > 1:
        raise EvaluationError("one() needs a list of at most one element")
    return values[0] if values else Evaluated(None)


def _range(arguments: Arguments, around: Surroundings) -> Evaluated:
    numbers = [number(argument) for argument in arguments]
    start, end = (Decimal(0), numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) == 3 else Decimal(1 if end >= start else -1)
    if step == 0 or ((end > start) != (step > 0) and end != start):
        raise EvaluationError("range() never ends with this step")
    count = max(0, int(((end - start) / step).to_integral_value("ROUND_CEILING")))
    if count > 1024:
        raise EvaluationError("range() gives at most 1,024 numbers")
    return listed([Evaluated(NUMBERS.add(start, NUMBERS.multiply(step, Decimal(at)))) for at in range(count)])


def _reverse(arguments: Arguments, around: Surroundings) -> Evaluated:
    data = arguments[0].data
    is_tuple = isinstance(data, Items) and not (data.is_set or data.is_list)
    return listed(elements(arguments[0])[::-1], is_list=not is_tuple)


def _slice(arguments: Arguments, around: Surroundings) -> Evaluated:
    whole_list = sequence(arguments[0])
    values, start, end = elements(arguments[0]), whole(arguments[1]), whole(arguments[2])
    if not 0 <= start <= end <= len(values):
        raise EvaluationError("slice() reaches beyond the list")
    return listed(values[start:end], whole_list.is_list)


def _sum(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if not values:
        raise EvaluationError("sum() needs at least one number")
    if any(not value.known for value in values):
        return unknown_call("sum", arguments)
    return Evaluated(reduce(NUMBERS.add, map(number, values)))


COLLECTION: Mapping[str, Signature] = {
    "alltrue": Signature(_alltrue, 1, 1),
    "anytrue": Signature(_anytrue, 1, 1),
    "chunklist": Signature(_chunklist, 2, 2),
    "coalesce": Signature(_coalesce, 1, None, takes_unknown=True),
    "coalescelist": Signature(_coalescelist, 1, None, takes_unknown=True),
    "compact": Signature(_compact, 1, 1),
    "concat": Signature(_concat, 1, None),
    "contains": Signature(_contains, 2, 2),
    "element": Signature(_element, 2, 2),
    "flatten": Signature(_flatten, 1, 1),
    "index": Signature(_index, 2, 2),
    "length": Signature(_length, 1, 1, takes_unknown=True),
    "matchkeys": Signature(_matchkeys, 3, 3),
    "one": Signature(_one, 1, 1),
    "range": Signature(_range, 1, 3),
    "reverse": Signature(_reverse, 1, 1),
    "slice": Signature(_slice, 3, 3),
    "sum": Signature(_sum, 1, 1),
}
