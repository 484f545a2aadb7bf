"""Whether a Terraform plan does exactly what was expected: `terraform show -json PLAN`, read and compared.

Format: https://developer.hashicorp.com/terraform/internals/json-format (1.x).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from pydantic import BaseModel, JsonValue, ValidationError

from remediator.model import ExpectedChange

Expressions: TypeAlias = Mapping[str, JsonValue]

_IDLE = {("no-op",), ("read",)}
_KEYS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')
_NONE = ("no-op",)
_LEAF = {"constant_value", "references"}


class _Change(BaseModel):
    actions: tuple[str, ...]
    before: JsonValue = None
    after: JsonValue = None
    after_unknown: JsonValue = None
    replace_paths: list[list[JsonValue]] = []
    importing: JsonValue = None


class _ResourceChange(BaseModel):
    address: str
    previous_address: str | None = None
    deposed: str | None = None
    change: _Change


class _Resource(BaseModel):
    address: str
    expressions: dict[str, JsonValue] = {}


class _Call(BaseModel):
    module: "_Module | None" = None


class _Module(BaseModel):
    resources: list[_Resource] = []
    module_calls: dict[str, _Call] = {}


class _Configuration(BaseModel):
    root_module: _Module = _Module()


class _Plan(BaseModel):
    format_version: str
    resource_changes: list[_ResourceChange] = []
    deferred_changes: list[JsonValue] = []
    configuration: _Configuration = _Configuration()
    errored: bool = False


def compare(expected: Sequence[ExpectedChange], plan_json: bytes) -> tuple[str, ...]:
    """Sentences on where a plan and the expectation disagree; none where it does exactly what was expected.

    Addresses, actions and, for an update, the top-level attributes that differ must be the expected ones. An attribute
    known only after apply counts as unchanged where the configuration does not set it, so that the provider computes
    it; where the configuration sets it, it may come out different and counts as a disagreement. Drift seen while
    refreshing (`resource_drift`) is not part of what the plan does and is ignored.
    """
    try:
        plan = _Plan.model_validate_json(plan_json)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "its beginning"
        return (f"the plan is not what `terraform show -json` writes (at {place}); make it with that command",)
    return tuple(_disagreements(expected, plan))


def _disagreements(expected: Sequence[ExpectedChange], plan: _Plan) -> Iterator[str]:
    if plan.errored:
        yield "the plan ended in an error, so it does not show everything"
    if plan.deferred_changes:
        yield f"the plan defers {len(plan.deferred_changes)} changes to a later one, so it does not show everything"
    configured = dict(_configured(plan.configuration.root_module, ""))
    wanted = {e.address: e for e in expected}
    seen: set[str] = set()
    for resource in plan.resource_changes:
        address = resource.address
        if resource.deposed is not None:
            yield f"{address}: the plan deletes the deposed object {resource.deposed}, which was not expected"
            continue
        seen.add(address)
        yield from _of_resource(wanted.get(address), resource, configured.get(_KEYS.sub("", address), {}))
    for address in wanted.keys() - seen:
        yield f"{address}: {' and '.join(wanted[address].actions)} was expected, but the plan does not name it"


def _of_resource(wanted: ExpectedChange | None, resource: _ResourceChange, configured: Expressions) -> Iterator[str]:
    address, change = resource.address, resource.change
    if resource.previous_address is not None:
        yield f"{address}: the plan moves it from {resource.previous_address}, which was not expected"
    if change.importing is not None:
        yield f"{address}: the plan imports it, which was not expected"
    shown = " and ".join(change.actions)
    actions = wanted.actions if wanted else _NONE
    if change.actions != actions and not (wanted is None and change.actions in _IDLE):
        hoped = f"{' and '.join(actions)} was expected" if wanted else "nothing was expected"
        yield f"{address}: {hoped}, but the plan says {shown}{_differing(change, configured)}{_forced(change)}"
        return
    if wanted is None or change.actions != ("update",):
        return
    differs, unknown = changed_attributes(change.before, change.after, change.after_unknown, configured)
    for name in sorted(unknown):
        yield f"{address}: {name} is known only after apply, though the code sets it; it may change"
    for name in sorted(differs - set(wanted.attributes)):
        yield f"{address}: the plan also changes {name}"
    for name in sorted(set(wanted.attributes) - differs - unknown):
        yield f"{address}: {name} was expected to change, but the plan leaves it as it is"


def changed_attributes(
    before: JsonValue, after: JsonValue, unknown: JsonValue, configured: Expressions
) -> tuple[set[str], set[str]]:
    """The top-level attributes that differ, and those that the configuration sets to what only apply will know."""
    old, new = (value if isinstance(value, dict) else {} for value in (before, after))
    open_ = unknown if isinstance(unknown, dict) else {}
    differs: set[str] = set()
    waits: set[str] = set()
    for name in old.keys() | new.keys() | open_.keys():
        if _waits(open_.get(name), configured.get(name)):
            waits.add(name)
        elif not _alike(old.get(name), new.get(name), open_.get(name)):
            differs.add(name)
    return differs, waits


def _waits(unknown: JsonValue, expression: JsonValue) -> bool:
    """Whether something unknown is written in the configuration, rather than computed by the provider."""
    if expression is None or not _any(unknown):
        return False
    if isinstance(unknown, list) and isinstance(expression, list):
        pairs = zip(unknown, expression, strict=False)
        return len(unknown) > len(expression) or any(_waits(u, e) for u, e in pairs)
    if isinstance(unknown, dict) and isinstance(expression, dict) and not expression.keys() & _LEAF:
        return any(_waits(u, expression.get(name)) for name, u in unknown.items())
    return True


def _any(unknown: JsonValue) -> bool:
    if isinstance(unknown, list | dict):
        return any(_any(u) for u in (unknown if isinstance(unknown, list) else unknown.values()))
    return unknown is True


def _alike(before: JsonValue, after: JsonValue, unknown: JsonValue) -> bool:
    """Whether two values are the same where the second is known."""
    if unknown is True:
        return True
    if isinstance(before, dict) and isinstance(after, dict):
        inner = unknown if isinstance(unknown, dict) else {}
        return all(
            _alike(before.get(k), after.get(k), inner.get(k)) for k in before.keys() | after.keys() | inner.keys()
        )
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        marks = unknown if isinstance(unknown, list) else []
        padded = [*marks, *[None] * (len(after) - len(marks))]
        return all(_alike(*three) for three in zip(before, after, padded, strict=False))
    return before == after


def _configured(module: _Module, prefix: str) -> Iterator[tuple[str, Expressions]]:
    for resource in module.resources:
        yield prefix + resource.address, resource.expressions
    for name, call in module.module_calls.items():
        if call.module is not None:
            yield from _configured(call.module, f"{prefix}module.{name}.")


def _differing(change: _Change, configured: Expressions) -> str:
    if change.actions != ("update",):
        return ""
    differs, unknown = changed_attributes(change.before, change.after, change.after_unknown, configured)
    return f" of {', '.join(sorted(differs | unknown))}" if differs | unknown else ""


def _forced(change: _Change) -> str:
    paths = [".".join(str(step) for step in path) for path in change.replace_paths]
    return f", because {' and '.join(paths)} cannot change in place" if paths else ""
