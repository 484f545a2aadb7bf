"""Calls of functions: those that look at their arguments unevaluated, those that convert, and all the others."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias

from remediator.iac.terraform.language.conversions import kind
from remediator.iac.terraform.language.functions.protocol import EvaluationError, OutsideError
from remediator.iac.terraform.language.functions.results import is_never_null, result_type
from remediator.iac.terraform.language.functions.table import FUNCTIONS
from remediator.iac.terraform.language.grammar import ExpressionError, compiled_template
from remediator.iac.terraform.language.inference import inferred
from remediator.iac.terraform.language.nodes import Attr, Call, Expression, Index, Name
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.retyping import converted, retyped
from remediator.iac.terraform.language.scope import Scope
from remediator.iac.terraform.language.sensitivity import hiding
from remediator.iac.terraform.language.types import ANY, BOOL, NUMBER, STRING, Type
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Trail, Unknown
from remediator.iac.terraform.syntax import Piece
from remediator.model import Role

__all__ = ["NAMES", "call"]

Evaluate: TypeAlias = Callable[[Expression, Scope], Evaluated]
Inputs: TypeAlias = Callable[[Expression, Scope], str]

_CONVERSIONS = {
    "tostring": STRING,
    "tonumber": NUMBER,
    "tobool": BOOL,
    "tolist": Type("list", ANY),
    "toset": Type("set", ANY),
    "tomap": Type("map", ANY),
}
_DEEP = (
    "contains", "distinct", "flatten", "index", "jsonencode", "matchkeys", "setintersection", "setproduct",
    "setsubtract", "setunion", "transpose", "yamlencode",
)  # fmt: skip
"""Functions that look at all that lies in their arguments."""
_CONVERTING = (
    "alltrue", "anytrue", "chunklist", "compact", "distinct", "join", "keys", "setintersection", "setsubtract",
    "setunion", "sort", "transpose", "zipmap",
)  # fmt: skip
"""Functions that make lists and maps of tuples and objects, by which Terraform sees that those are empty."""
_EMPTY = (Type("tuple"), Type("object"))
_STEPS_A_CONVERSION = 10
_STEPS_A_MATCH = 5
_DECODERS = ("csvdecode", "jsondecode", "yamldecode")
"""Functions that make up to a value of every second character."""
_STEPS_A_VALUE = 2
"""What it takes to read one of a document's values with its place."""
_MARKING = ("issensitive", "nonsensitive", "sensitive")
_DOCUMENTS = {"jsondecode": "json", "yamldecode": "yaml"}

NAMES = frozenset((*FUNCTIONS, *_CONVERSIONS, *_MARKING, "can", "templatefile", "templatestring", "try"))
"""Every function that is followed."""


def call(node: Call, scope: Scope, evaluate: Evaluate, inputs: Inputs) -> Evaluated:
    """The value of a call; `inputs` names all that an expression reads.

    Raises EvaluationError where Terraform would refuse it.
    """
    name = node.name.removeprefix("core::")
    if name == "try":
        return _try(node, scope, evaluate, inputs)
    if name == "can":
        return _can(node, scope, evaluate)
    arguments = _arguments(node, scope, evaluate)
    if isinstance(arguments, Unknown):
        return _unknown(arguments, name, scope.source(node.start, node.end))
    if name in _MARKING:
        return _marking(name, *_exactly(1, name, arguments))
    return _told(name, arguments, hiding(name, arguments, lambda: _called(node, name, arguments, scope, evaluate)))


def _told(name: str, arguments: Sequence[Evaluated], found: Evaluated) -> Evaluated:
    """What a call gives, with the type that it will have where it is not known."""
    data = found.data
    if not isinstance(data, Unknown) or data.type != ANY:
        return found
    types = [inferred(one) for one in arguments]
    of_type = result_type(name, types)
    never_null = is_never_null(name, types, of_type)
    return found.converted(Unknown(data.reason, data.key, of_type, never_null=never_null))


def _marking(name: str, value: Evaluated) -> Evaluated:
    """`sensitive`, `nonsensitive`, and `issensitive`, which an unknown value may turn out to be."""
    if name != "issensitive":
        return value.marked(name == "sensitive")
    data = value.data
    hidden = isinstance(data, Unknown) and not value.sensitive
    return Evaluated(Unknown(data.reason, data.key, BOOL) if isinstance(data, Unknown) and hidden else value.sensitive)


def _called(node: Call, name: str, arguments: Sequence[Evaluated], scope: Scope, evaluate: Evaluate) -> Evaluated:
    if name in ("templatefile", "templatestring"):
        direct = not node.arguments or isinstance(node.arguments[0], Attr | Index | Name)
        if name == "templatestring" and not direct and all(argument.known for argument in arguments):
            raise EvaluationError("templatestring() takes its template by reference only")
        return _templated(name, arguments, scope, evaluate)
    if name in _CONVERSIONS:
        (value,) = _exactly(1, name, arguments)
        scope.budget.spend(_STEPS_A_CONVERSION * value.size)
        if isinstance(value.data, Unknown):  # of elements of any type, whatever they were
            return value.converted(Unknown(value.data.reason, value.data.key, _CONVERSIONS[name]))
        return converted(value, _CONVERSIONS[name], lambda default: evaluate(default, scope))
    if name in _DOCUMENTS:
        (value,) = _exactly(1, name, arguments)
        if value.origin is not None and value.origin.role is Role.FILE:
            found = scope.around.files.document(value.origin.path, _DOCUMENTS[name])
            if found is not None:
                scope.budget.spend(_STEPS_A_VALUE * found.size)
                return found
    return _ordinary(name, arguments, scope)


def _ordinary(name: str, arguments: Sequence[Evaluated], scope: Scope) -> Evaluated:
    signature = scope.around.functions.get(name) or FUNCTIONS.get(name)
    if signature is None:
        return _unknown(Unknown(f"the function {name[:80]}() is not followed", name), name, *_digests(arguments))
    if len(arguments) < signature.minimum or (signature.maximum is not None and len(arguments) > signature.maximum):
        hidden = next((a.data for a in arguments if isinstance(a.data, Unknown)), None)
        if hidden is not None:
            return _unknown(hidden, name, *_digests(arguments))
        raise EvaluationError(f"{name}() is called with {len(arguments)} arguments")
    if name == "lookup" and len(arguments) == 3:
        arguments = [*arguments[:2], _looked_up(*arguments)]
    closed = [_closed(argument) for argument in arguments]
    if name in _CONVERTING:
        closed = [_emptied(argument) for argument in closed]
    if not signature.takes_unknown:
        missing = next((a.data for a in closed if isinstance(a.data, Unknown)), None)
        if missing is not None:
            scope.budget.spend(sum(argument.size for argument in arguments))
            return _unknown(missing, name, *_digests(arguments))
    if name in _DECODERS and isinstance(closed[0].data, str):
        scope.budget.spend(len(closed[0].data))
    scope.budget.spend(1 + sum(argument.size if name in _DEEP else _size(argument) for argument in closed))
    try:
        result = signature.function(closed, scope.around)
        scope.budget.spend(_size(result) * (_STEPS_A_MATCH if name == "regexall" else 1))
        return result
    except OutsideError as error:
        return _outside(error, name, arguments, scope)
    except EvaluationError:
        inside = next((found for argument in closed if (found := argument.unknown)), None)
        if inside is None:
            raise
        return _unknown(inside, name, *_digests(arguments))  # what fails for now may be known after an apply


def _looked_up(of: Evaluated, key: Evaluated, default: Evaluated) -> Evaluated:
    """The default of a `lookup`, which counts because the map has no such entry."""
    if isinstance(of.data, Fields) and isinstance(key.data, str) and key.data not in of.data.fields and of.origin:
        return default.passing(Trail(Absent(key.data, of.origin)))
    return default


def _closed(value: Evaluated) -> Evaluated:
    """An object of which not all attributes are known cannot be gone through, so it counts as unknown."""
    if isinstance(value.data, Fields) and value.data.rest is not None:
        return Evaluated(Unknown(value.data.rest.reason, value.digest()))
    return value


def _emptied(value: Evaluated) -> Evaluated:
    """A tuple or an object of a type without elements has none, whatever else is not known of it."""
    if isinstance(value.data, Unknown) and value.data.type in _EMPTY:
        return value.converted(Fields({}) if value.data.type.name == "object" else Items(()))
    return value


def _size(value: Evaluated) -> int:
    data = value.data
    if isinstance(data, Items):
        return len(data.items)
    return len(data.fields) if isinstance(data, Fields) else value.size


def _arguments(node: Call, scope: Scope, evaluate: Evaluate) -> list[Evaluated] | Unknown:
    values = [evaluate(argument, scope) for argument in node.arguments]
    if not node.expand:
        return values
    last = values.pop()
    if isinstance(last.data, Unknown):
        return Unknown(last.data.reason, "".join((*_digests(values), last.data.key)))
    if not isinstance(last.data, Items):
        raise EvaluationError(f"a value of kind {kind(last)} cannot be expanded into arguments")
    return values + [last.element(item) for item in last.data.items]


def _exactly(number: int, name: str, arguments: Sequence[Evaluated]) -> Sequence[Evaluated]:
    if len(arguments) != number:
        raise EvaluationError(f"{name}() is called with {len(arguments)} arguments")
    return arguments


def _try(node: Call, scope: Scope, evaluate: Evaluate, inputs: Inputs) -> Evaluated:
    """The first argument that can be evaluated; unknown where it holds an unknown, which may yet make it fail.

    A known value out of a collection that is known in part is known, as it is to Terraform: were that part to fail, the
    state and the live resource would have the value of a later argument, and no edit is made where they differ from
    this one.
    """
    problem = EvaluationError("try() is called without arguments")
    missed: Trail | None = None
    for at, argument in enumerate(node.arguments, start=1):
        try:
            value = evaluate(argument, scope).passing(missed)
            missing = value.unknown
            if missing is None:
                return value
            later = (inputs(other, scope) for other in node.arguments[at:])  # those before it fail for good
            return _unknown(missing, "try", value.digest(), *later).marked(value.secret)
        except EvaluationError as error:
            problem = error
            missed = missed if error.absent is None else Trail(error.absent, missed)
    raise problem


def _can(node: Call, scope: Scope, evaluate: Evaluate) -> Evaluated:
    if len(node.arguments) != 1:
        raise EvaluationError("can() needs one argument")
    try:
        value = evaluate(node.arguments[0], scope)
    except EvaluationError:
        return Evaluated(False)
    missing = value.unknown
    return Evaluated(True) if missing is None else retyped(_unknown(missing, "can", value.digest()), BOOL)


def _templated(name: str, arguments: Sequence[Evaluated], scope: Scope, evaluate: Evaluate) -> Evaluated:
    """The text that a template gives: what it is given keeps its place, what it holds itself has none."""
    source, variables = _exactly(2, name, arguments)
    missing = next((v.data for v in (source, variables) if isinstance(v.data, Unknown)), None)
    if missing is not None or not isinstance(source.data, str):
        return _unknown(missing or Unknown("a template is no string", name), name, *_digests(arguments))
    if name == "templatefile":
        try:
            read = scope.around.files.read(scope.around.path(source.data))
        except OutsideError as error:
            return _outside(error, name, arguments, scope)
        if read is None:
            raise EvaluationError(f"there is no file {source.data[:200]}")
        if not isinstance(read.data, str):
            return read
        source = read
    if not isinstance(variables.data, Fields) or not isinstance(source.data, str):
        raise EvaluationError(f"{name}() needs an object of variables")
    bound = {key: variables.element(value) for key, value in variables.data.fields.items()}
    try:
        whole = Piece(-1, len(source.data.encode()) + 1, scope.definition.start, scope.definition.end)
        inner = replace(scope, text=source.data, bound=bound, names=NOTHING, pieces=(whole,))
        return evaluate(compiled_template(source.data), inner)
    except ExpressionError as error:
        return _unknown(Unknown(f"a template cannot be read: {error}", name), name, *_digests(arguments))


class _Nothing:
    """The names of a template file: none but the variables it is given."""

    def refer(self, kind: str, name: str) -> Evaluated:
        raise EvaluationError(f"a template has no variable {kind[:80]}.{name[:80]}")


NOTHING = _Nothing()


def _digests(values: Sequence[Evaluated]) -> tuple[str, ...]:
    return tuple(value.digest() for value in values)


def _outside(error: OutsideError, name: str, arguments: Sequence[Evaluated], scope: Scope) -> Evaluated:
    return _unknown(Unknown(f"{error} ({scope.definition.path})", name), name, *_digests(arguments))


def _unknown(missing: Unknown, *keys: str) -> Evaluated:
    return Evaluated(Unknown(missing.reason, sha256("\0".join((*keys, missing.key)).encode()).hexdigest()[:16]))
