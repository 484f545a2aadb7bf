"""Functions of lists, sets and maps; what they hand on keeps the place where it is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from itertools import product

from remediator.iac.terraform.language.conversions import NUMBERS, as_string, kind
from remediator.iac.terraform.language.functions.arguments import (
    bounded,
    elements,
    listed,
    number,
    object_fields,
    strings,
    text,
    truth,
    unknown_call,
    whole,
)
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.types import ordered_set
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Plain, Unknown

__all__ = ["COLLECTION"]

Arguments = Sequence[Evaluated]


def _alltrue(arguments: Arguments, around: Surroundings) -> Evaluated:
    return _quantified("alltrue", arguments, stop=False)


def _anytrue(arguments: Arguments, around: Surroundings) -> Evaluated:
    return _quantified("anytrue", arguments, stop=True)


def _quantified(name: str, arguments: Arguments, stop: bool) -> Evaluated:
    values = elements(arguments[0])
    if any(value.known and value.data is not None and truth(value) is stop for value in values):
        return Evaluated(stop)
    if any(not value.known for value in values):
        return unknown_call(name, arguments)
    return Evaluated(not stop)


def _chunklist(arguments: Arguments, around: Surroundings) -> Evaluated:
    items, size = elements(arguments[0]), whole(arguments[1])
    if size < 0:
        raise EvaluationError("chunklist() needs a size that is not negative")
    size = size or max(1, len(items))
    return listed([listed(items[at : at + size]) for at in range(0, len(items), size)])


def _coalesce(arguments: Arguments, around: Surroundings) -> Evaluated:
    for argument in arguments:
        if isinstance(argument.data, Unknown):
            return unknown_call("coalesce", arguments)
        if argument.data is not None and argument.data != "":
            return as_string(argument) if _mixed(arguments) else argument
    raise EvaluationError("coalesce() has no value that is neither null nor empty")


def _mixed(arguments: Iterable[Evaluated]) -> bool:
    kinds = {kind(argument) for argument in arguments} - {"null", "unknown"}
    return len(kinds) > 1 and kinds <= {"string", "number", "bool"}


def _coalescelist(arguments: Arguments, around: Surroundings) -> Evaluated:
    for argument in arguments:
        if isinstance(argument.data, Unknown):
            return unknown_call("coalescelist", arguments)
        if isinstance(argument.data, Items) and argument.data.items:
            return argument
    raise EvaluationError("coalescelist() has no list that is not empty")


def _compact(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if any(not value.known for value in values):
        return unknown_call("compact", arguments)
    return listed([as_string(value) for value in values if value.data is not None and as_string(value).data != ""])


def _concat(arguments: Arguments, around: Surroundings) -> Evaluated:
    if any(isinstance(argument.data, Items) and argument.data.is_set for argument in arguments):
        raise EvaluationError("concat() takes lists, and was given a set")
    return listed([item for argument in arguments for item in elements(argument)])


def _contains(arguments: Arguments, around: Surroundings) -> Evaluated:
    wanted, values = arguments[1], elements(arguments[0])
    if wanted.unknown is None and any(value.plain() == wanted.plain() for value in values):
        return Evaluated(True)
    if wanted.unknown is not None or any(value.unknown is not None for value in values):
        return unknown_call("contains", arguments)
    return Evaluated(False)


def _distinct(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if any(value.unknown is not None for value in values):
        return unknown_call("distinct", arguments)
    values = [as_string(value) for value in values] if _mixed(values) else values
    first: dict[Plain, Evaluated] = {}
    for value in values:
        first.setdefault(value.plain(), value)
    return listed(list(first.values()))


def _element(arguments: Arguments, around: Surroundings) -> Evaluated:
    values, at = elements(arguments[0]), whole(arguments[1])
    if not values or at < 0:
        raise EvaluationError("element() has no such element")
    return values[at % len(values)]


def _flatten(arguments: Arguments, around: Surroundings) -> Evaluated:
    found: list[Evaluated] = []
    todo = list(elements(arguments[0]))[::-1]
    while todo:
        value = todo.pop()
        if isinstance(value.data, Unknown):
            return unknown_call("flatten", arguments)
        if isinstance(value.data, Items):
            todo += [value.element(item) for item in reversed(value.data.items)]
        else:
            found.append(value)
        bounded(len(todo) + len(found))
    return listed(found)


def _index(arguments: Arguments, around: Surroundings) -> Evaluated:
    wanted = arguments[1].plain()
    for at, value in enumerate(elements(arguments[0])):
        if value.unknown is not None:
            return unknown_call("index", arguments)
        if value.plain() == wanted:
            return Evaluated(Decimal(at))
    raise EvaluationError("index() finds no such element")


def _keys(arguments: Arguments, around: Surroundings) -> Evaluated:
    return listed([Evaluated(key) for key in sorted(object_fields(arguments[0]), key=str.encode)])


def _values(arguments: Arguments, around: Surroundings) -> Evaluated:
    fields = object_fields(arguments[0])
    return listed([fields[key] for key in sorted(fields, key=str.encode)])


def _length(arguments: Arguments, around: Surroundings) -> Evaluated:
    data = arguments[0].data
    if isinstance(data, Items):
        if data.is_set and arguments[0].unknown is not None:
            return unknown_call("length", arguments)
        return Evaluated(Decimal(len(data.items)))
    if isinstance(data, Fields):
        return Evaluated(Decimal(len(data.fields)))
    if isinstance(data, str):
        return Evaluated(Decimal(len(data)))
    raise EvaluationError(f"length() needs a collection or a string, not {kind(arguments[0])}")


def _lookup(arguments: Arguments, around: Surroundings) -> Evaluated:
    fields, key = object_fields(arguments[0]), text(arguments[1])
    if key in fields:
        return fields[key]
    if len(arguments) == 3:
        return arguments[2]
    raise EvaluationError(f"lookup() finds no key {key[:80]!r}")


def _matchkeys(arguments: Arguments, around: Surroundings) -> Evaluated:
    values, keys, wanted = (elements(argument) for argument in arguments)
    if len(values) != len(keys):
        raise EvaluationError("matchkeys() needs as many keys as values")
    if any(key.unknown is not None for key in (*keys, *wanted)):
        return unknown_call("matchkeys", arguments)
    plain = {as_string(key).plain() for key in wanted}
    return listed([value for value, key in zip(values, keys, strict=True) if as_string(key).plain() in plain])


def _merge(arguments: Arguments, around: Surroundings) -> Evaluated:
    merged: dict[str, Evaluated] = {}
    for argument in arguments:
        if argument.data is not None:
            merged |= object_fields(argument)
    origin = next((a.origin for a in reversed(arguments) if isinstance(a.data, Fields) and a.origin), None)
    return Evaluated(Fields(merged), origin)


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
    return listed(elements(arguments[0])[::-1])


def _sets(combine: Callable[[set[object], set[object]], set[object]], name: str, least: int) -> Signature:
    def call(arguments: Arguments, around: Surroundings) -> Evaluated:
        if any(argument.unknown is not None for argument in arguments):
            return unknown_call(name, arguments)
        values = [[_as_member(item, arguments) for item in elements(argument)] for argument in arguments]
        plain: list[set[object]] = [{item.plain() for item in items} for items in values]
        kept = reduce(combine, plain)
        return Evaluated(ordered_set(tuple(item for items in values for item in items if item.plain() in kept)))

    return Signature(call, least, None if name != "setsubtract" else 2, takes_unknown=True)


def _as_member(item: Evaluated, arguments: Arguments) -> Evaluated:
    return as_string(item) if _mixed(inner for argument in arguments for inner in elements(argument)) else item


def _setproduct(arguments: Arguments, around: Surroundings) -> Evaluated:
    lists = [elements(argument) for argument in arguments]
    bounded(reduce(lambda count, items: count * len(items), lists, 1))
    rows = tuple(listed(row) for row in product(*lists))
    made = all(isinstance(argument.data, Items) and argument.data.is_set for argument in arguments)
    return Evaluated(ordered_set(rows)) if made else listed(rows)


def _slice(arguments: Arguments, around: Surroundings) -> Evaluated:
    values, start, end = elements(arguments[0]), whole(arguments[1]), whole(arguments[2])
    if not 0 <= start <= end <= len(values):
        raise EvaluationError("slice() reaches beyond the list")
    return listed(values[start:end])


def _sum(arguments: Arguments, around: Surroundings) -> Evaluated:
    values = elements(arguments[0])
    if not values:
        raise EvaluationError("sum() needs at least one number")
    if any(not value.known for value in values):
        return unknown_call("sum", arguments)
    return Evaluated(reduce(NUMBERS.add, map(number, values)))


def _transpose(arguments: Arguments, around: Surroundings) -> Evaluated:
    found: dict[str, list[Evaluated]] = {}
    for key, values in sorted(object_fields(arguments[0]).items()):
        for value in strings(values):
            found.setdefault(value, []).append(Evaluated(key))
    return Evaluated(Fields({key: listed(found[key]) for key in sorted(found)}))


def _zipmap(arguments: Arguments, around: Surroundings) -> Evaluated:
    keys, values = strings(arguments[0]), elements(arguments[1])
    if len(keys) != len(values):
        raise EvaluationError("zipmap() needs as many keys as values")
    return Evaluated(Fields(dict(zip(keys, values, strict=True))))


COLLECTION: Mapping[str, Signature] = {
    "alltrue": Signature(_alltrue, 1, 1),
    "anytrue": Signature(_anytrue, 1, 1),
    "chunklist": Signature(_chunklist, 2, 2),
    "coalesce": Signature(_coalesce, 1, None, takes_unknown=True),
    "coalescelist": Signature(_coalescelist, 1, None, takes_unknown=True),
    "compact": Signature(_compact, 1, 1),
    "concat": Signature(_concat, 1, None),
    "contains": Signature(_contains, 2, 2),
    "distinct": Signature(_distinct, 1, 1),
    "element": Signature(_element, 2, 2),
    "flatten": Signature(_flatten, 1, 1),
    "index": Signature(_index, 2, 2),
    "keys": Signature(_keys, 1, 1),
    "length": Signature(_length, 1, 1),
    "lookup": Signature(_lookup, 2, 3),
    "matchkeys": Signature(_matchkeys, 3, 3),
    "merge": Signature(_merge, 0, None),
    "one": Signature(_one, 1, 1),
    "range": Signature(_range, 1, 3),
    "reverse": Signature(_reverse, 1, 1),
    "setintersection": _sets(set.intersection, "setintersection", 1),
    "setproduct": Signature(_setproduct, 1, None),
    "setsubtract": _sets(set.difference, "setsubtract", 2),
    "setunion": _sets(set.union, "setunion", 1),
    "slice": Signature(_slice, 3, 3),
    "sum": Signature(_sum, 1, 1),
    "transpose": Signature(_transpose, 1, 1),
    "values": Signature(_values, 1, 1),
    "zipmap": Signature(_zipmap, 2, 2),
}
