"""From a syntax tree to a value that knows where it was written."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

from remediator.iac.terraform.language.calls import call
from remediator.iac.terraform.language.conversions import as_bool, as_string
from remediator.iac.terraform.language.filling import filled
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.inference import element_type
from remediator.iac.terraform.language.nodes import (
    Attr,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Loop,
    Name,
    Object,
    Splat,
    Template,
    Tuple,
    Unary,
    inside,
)
from remediator.iac.terraform.language.operators import binary, unary
from remediator.iac.terraform.language.retyping import agreed
from remediator.iac.terraform.language.scope import RefusedError, Scope
from remediator.iac.terraform.language.selection import attribute, index, iterated
from remediator.iac.terraform.language.sensitivity import hiding, made_of
from remediator.iac.terraform.language.taken import taken
from remediator.iac.terraform.language.types import ANY
from remediator.iac.terraform.language.unknowns import unknown
from remediator.iac.terraform.language.values import Data, Evaluated, Fields, Items, Trail, Unknown

__all__ = ["evaluate", "evaluated_text", "inputs", "unknown"]

_STEPS_A_FRACTION = 40
"""What rounding a fraction as Terraform does takes."""
_SHOWN = 80
"""Characters of a key that a sentence shows."""


def evaluated_text(scope: Scope) -> Evaluated:
    """The value of a scope's whole expression; raises EvaluationError and RefusedError."""
    try:
        return evaluate(compiled(scope.text), scope)
    except ExpressionError as error:
        return unknown(f"the expression cannot be read: {error}", scope.text)
    except RecursionError:
        return unknown("the expression is nested too deeply to be followed; take it apart", scope.text)
    except (EvaluationError, RefusedError):
        raise
    except Exception as error:  # whatever hostile code makes a function do is refused, and ends nothing else
        what = scope.definition
        raise scope.budget.refused(f"{what.path}: {what.address} cannot be evaluated: {str(error)[:120]}") from error


def inputs(scope: Scope) -> str:
    """A short name of all that a scope's expression reads, for one that fails; raises RefusedError."""
    try:
        return _inputs(compiled(scope.text), scope)
    except (ExpressionError, RecursionError):
        return ""


def evaluate(node: Expression, scope: Scope) -> Evaluated:
    """The value of an expression; raises EvaluationError where Terraform would refuse it, and RefusedError."""
    scope.budget.spend()
    match node:
        case Literal():
            return Evaluated(node.value, scope.origin(node.start, node.end))
        case Name():
            return _name(node, scope)
        case Attr():
            return _attr(node, scope)
        case Index():
            return _index(node, scope)
        case Template():
            return filled(node, scope, evaluate, _inputs)
        case Call():
            return call(node, scope, evaluate, _inputs)
        case Object():
            return _object(node, scope)
        case Tuple():
            items = tuple(evaluate(item, scope.inside()) for item in node.items)
            return Evaluated(Items(items), scope.origin(node.start, node.end))
        case Conditional():
            return _conditional(node, scope)
        case Binary():
            left, right = evaluate(node.left, scope), evaluate(node.right, scope)
            scope.budget.spend(left.size + right.size)
            written = isinstance(node.left, Tuple | Object) and isinstance(node.right, Tuple | Object)
            made = made_of((left, right), binary(node.operator, left, right, written))
            if isinstance(made.data, Decimal) and made.data != made.data.to_integral_value():
                scope.budget.spend(_STEPS_A_FRACTION)
            return made
        case Unary():
            of = evaluate(node.of, scope)
            return made_of((of,), unary(node.operator, of))
        case Splat():
            return _splat(node, scope)
        case For():
            return _for(node, scope)


def _name(node: Name, scope: Scope) -> Evaluated:
    bound = scope.bound.get(node.name)
    if bound is None:
        raise EvaluationError(f"{node.name} stands alone, which names nothing")
    return bound


def _inputs(node: Expression | Loop, scope: Scope) -> str:
    """A short name of all that an expression reads, for a value that cannot be had although they may be known."""
    found: list[str] = []
    todo: list[object] = [node]
    while todo:
        part = todo.pop()
        scope.budget.spend()
        if isinstance(part, Attr | Index | Name):
            try:
                value = evaluate(part, scope)
                scope.budget.spend(value.size)
                found.append(value.digest())
                continue
            except EvaluationError as error:
                found.append(str(error))
        todo += inside(part)
    return sha256("\0".join(found).encode()).hexdigest()[:16]


def _attr(node: Attr, scope: Scope) -> Evaluated:
    of = node.of
    if isinstance(of, Name) and of.name not in scope.bound:
        return scope.names.refer(of.name, node.name)
    if isinstance(of, Attr) and isinstance(of.of, Name) and of.of.name == "data" and "data" not in scope.bound:
        return scope.names.refer(f"data.{of.name}", node.name)
    return attribute(evaluate(of, scope), node.name)


def _index(node: Index, scope: Scope) -> Evaluated:
    of, key = evaluate(node.of, scope), evaluate(node.key, scope)
    found = hiding("an index", (key,), lambda: index(of, key))
    if isinstance(node.key, Literal) or not key.known:
        return found
    return found.passing(Trail(taken(node.key, key, scope)))


def _object(node: Object, scope: Scope) -> Evaluated:
    fields: dict[str, Evaluated] = {}
    hidden = False
    inner = scope.inside()
    for entry in node.entries:
        key = as_string(evaluate(entry.key, scope))
        value = evaluate(entry.value, inner)
        if isinstance(key.data, Unknown):
            return unknown(key.data.reason, "object", _inputs(node, scope))
        if not isinstance(key.data, str):
            raise EvaluationError("the key of an object is null")
        fields[key.data] = value
        hidden = hidden or key.sensitive
    return Evaluated(Fields(fields), scope.origin(node.start, node.end), sensitive=hidden)


def _conditional(node: Conditional, scope: Scope) -> Evaluated:
    condition = as_bool(evaluate(node.condition, scope))
    return made_of((condition,), _chosen(node, condition, scope))


def _chosen(node: Conditional, condition: Evaluated, scope: Scope) -> Evaluated:
    sides = _attempted(node.yes, scope), _attempted(node.no, scope)
    if isinstance(condition.data, Unknown):
        yes, no = (side.data if isinstance(side, Evaluated) else None for side in sides)
        if isinstance(yes, Decimal) and isinstance(no, Decimal) and yes == no:
            return Evaluated(yes)  # Terraform narrows an unknown number to the range of both
        if _empty(yes) and yes == no:
            return Evaluated(yes)  # and a collection to the length of both
        keys = (side.digest() if isinstance(side, Evaluated) else str(side) for side in sides)
        failed = any(isinstance(side, EvaluationError) for side in sides)
        read = _inputs(node, scope) if failed else ""
        of_type = element_type(side for side in sides if isinstance(side, Evaluated)) or ANY
        found = unknown(condition.data.reason, "?", condition.data.key, *keys, read, type_=of_type)
        return _of_length(found, yes, no)
    if condition.data is None:
        raise EvaluationError("the condition is null")
    chosen, other = sides if condition.data else reversed(sides)
    if isinstance(chosen, EvaluationError):
        raise chosen
    if isinstance(other, Evaluated):
        scope.budget.spend(chosen.size + other.size)
        chosen = agreed(chosen, other).marked(chosen.sensitive or other.sensitive)
    return chosen.passing(Trail(taken(node.condition, condition, scope)))


def _of_length(chosen: Evaluated, yes: Data, no: Data) -> Evaluated:
    """One of two tuples, with the length that they share."""
    lengths = [len(side.items) for side in (yes, no) if isinstance(side, Items) and not (side.is_list or side.is_set)]
    data = chosen.data
    if not isinstance(data, Unknown) or data.type.name != "tuple" or len(lengths) < 2 or lengths[0] != lengths[1]:
        return chosen
    return Evaluated(replace(data, length=lengths[0]))


def _empty(data: Data) -> bool:
    """Whether it is a list, a set or a map without elements, and no tuple or object."""
    if isinstance(data, Items):
        return not data.items and (data.is_list or data.is_set)
    return isinstance(data, Fields) and data.is_map and not data.fields


def _attempted(node: Expression, scope: Scope) -> Evaluated | EvaluationError:
    try:
        return evaluate(node, scope)
    except EvaluationError as error:
        return error


def _splat(node: Splat, scope: Scope) -> Evaluated:
    of = evaluate(node.of, scope)
    return _each(node, of, scope).marked(of.sensitive)


def _each(node: Splat, of: Evaluated, scope: Scope) -> Evaluated:
    data = of.data
    if isinstance(data, Unknown):
        return unknown(data.reason, "[*]", data.key, repr(node.each), _inputs(node.each, scope))
    if data is None:
        return Evaluated(Items(()))
    items = tuple(of.element(item) for item in data.items) if isinstance(data, Items) else (of,)
    made = tuple(evaluate(node.each, scope.binding({"*": item})) for item in items)
    return Evaluated(Items(made, is_list=isinstance(data, Items) and (data.is_list or data.is_set)))


def _for(node: For, scope: Scope) -> Evaluated:
    of = evaluate(node.collection, scope)
    pairs = iterated(of)
    if isinstance(pairs, Unknown):
        return unknown(pairs.reason, "for", scope.source(node.start, node.end), _inputs(node, scope))
    deciding = [of] if of.sensitive else []
    return made_of(deciding, _gathered(node, pairs, deciding, scope))


def _gathered(
    node: For, pairs: Sequence[tuple[Evaluated, Evaluated]], deciding: list[Evaluated], scope: Scope
) -> Evaluated:
    """What a `for` makes; `deciding` takes the sensitive values that decide which elements there are."""
    items: list[Evaluated] = []
    fields: dict[str, list[Evaluated]] = {}
    for key, item in pairs:
        scope.budget.spend()
        inner = scope.going(node.names, key, item)
        if node.condition is not None:
            kept = as_bool(evaluate(node.condition, inner))
            deciding += [kept] if kept.sensitive else []
            if isinstance(kept.data, Unknown):
                return unknown(kept.data.reason, "for", scope.source(node.start, node.end), _inputs(node, scope))
            if kept.data is None:
                raise EvaluationError("the condition of a for expression is null")
            if not kept.data:
                continue
        value = evaluate(node.value, inner)
        if node.key is None:
            items.append(value)
            continue
        name = as_string(evaluate(node.key, inner))
        deciding += [name] if name.sensitive else []
        if isinstance(name.data, Unknown):
            return unknown(name.data.reason, "for", scope.source(node.start, node.end), _inputs(node, scope))
        if not isinstance(name.data, str):
            raise EvaluationError("the key of a for expression is null")
        if name.data in fields and not node.grouped:
            shown = "one sensitive key" if deciding else f"the key {name.data[:_SHOWN]!r}"
            raise EvaluationError(f"two elements of a for expression have {shown}")
        fields.setdefault(name.data, []).append(value)
    if node.key is None:
        return Evaluated(Items(tuple(items)))
    if node.grouped:
        return Evaluated(Fields({key: Evaluated(Items(tuple(values))) for key, values in fields.items()}))
    return Evaluated(Fields({key: values[0] for key, values in fields.items()}))
