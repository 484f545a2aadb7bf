"""Templates: the text that their parts come to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TypeAlias

from remediator.iac.terraform.language.conversions import as_bool, as_string
from remediator.iac.terraform.language.functions.graphemes import graphemes
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.nodes import Expression, If, Loop, Part, Template, Text
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import RefusedError, Scope
from remediator.iac.terraform.language.selection import iterated
from remediator.iac.terraform.language.sensitivity import made_of
from remediator.iac.terraform.language.splicing import spliced
from remediator.iac.terraform.language.types import STRING
from remediator.iac.terraform.language.unknowns import unknown
from remediator.iac.terraform.language.values import Evaluated, Unknown
from remediator.model import Role

__all__ = ["filled"]

Evaluate: TypeAlias = Callable[[Expression, Scope], Evaluated]
Inputs: TypeAlias = Callable[[Expression | Loop, Scope], str]

MAX_TEXT = 4_000_000
"""Characters that a string may come to: a template that holds itself twice doubles at every step."""


_APART = ("-", "_", ":", "/", ".", " ")
"""Characters that are composed with none that follows them."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """How an expression is evaluated, and how all that it reads is named."""

    evaluate: Evaluate
    inputs: Inputs


def filled(node: Template, scope: Scope, evaluate: Evaluate, inputs: Inputs) -> Evaluated:
    """The text of a template; `inputs` names all that an expression reads; raises EvaluationError and RefusedError."""
    parts = _parts(node.parts, scope, _Ways(evaluate, inputs))
    return made_of(parts, _joined(parts, scope))


def _joined(of: Sequence[Evaluated], scope: Scope) -> Evaluated:
    parts = [as_string(part) for part in of]
    missing = [part.data for part in parts if isinstance(part.data, Unknown)]
    if missing:
        prefix = _beginning(takewhile(lambda part: part.known, parts))
        return unknown(missing[0].reason, "template", *(part.digest() for part in parts), type_=STRING, prefix=prefix)
    length = sum(len(part.data) for part in parts if isinstance(part.data, str))
    scope.budget.spend(length // 1000)
    if length > MAX_TEXT:
        raise RefusedError(f"a template makes a text of more than the {MAX_TEXT:,} characters that are followed")
    return spliced(of)


def _beginning(known: Iterable[Evaluated]) -> str:
    """What a text surely begins with; its last character may yet be composed with what follows."""
    text = "".join(str(part.data) for part in known)
    return text if text.endswith(_APART) else "".join(graphemes(text)[:-1])


def _parts(parts: tuple[Part, ...], scope: Scope, ways: _Ways) -> list[Evaluated]:
    """What the parts of a template come to, in order: strings, or what becomes one."""
    return [found for part in parts for found in _part(part, scope, ways)]


def _part(part: Part, scope: Scope, ways: _Ways) -> list[Evaluated]:
    if isinstance(part, Text):
        return [Evaluated(part.value, _place(part, scope))]
    if isinstance(part, If):
        condition = as_bool(ways.evaluate(part.condition, scope))
        if isinstance(condition.data, Unknown):
            return [condition, *_parts(part.yes, scope, ways), *_parts(part.no, scope, ways)]
        if condition.data is None:
            raise EvaluationError("the condition of a template is null")
        return [*_trace(condition), *_parts(part.yes if condition.data else part.no, scope, ways)]
    if isinstance(part, Loop):
        collection = ways.evaluate(part.collection, scope)
        pairs = iterated(collection)
        if isinstance(pairs, Unknown):
            return [unknown(pairs.reason, "for", pairs.key, ways.inputs(part, scope), repr(part.body))]
        found = _trace(collection)
        for key, item in pairs:
            scope.budget.spend()
            found += _parts(part.body, scope.going(part.names, key, item), ways)
        return found
    value = ways.evaluate(part, scope)
    if as_string(value).data is None:
        raise EvaluationError("a template holds null")
    return [value]


def _place(text: Text, scope: Scope) -> Place | None:
    """Where text stands that is written as it is."""
    place = scope.origin(*text.span) if text.span is not None else None
    return None if place is None else replace(place, role=Role.TEMPLATE)


def _trace(deciding: Evaluated) -> list[Evaluated]:
    """Nothing, but sensitive, where what decided on a part of a template is."""
    return [Evaluated("", sensitive=True)] if deciding.sensitive else []
