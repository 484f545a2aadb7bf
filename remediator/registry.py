"""Finds planners, checks what they export and fills their settings; nothing else imports `planners`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from importlib.metadata import entry_points
from types import ModuleType
from typing import cast

from pydantic import TypeAdapter, ValidationError

import planners
from remediator.config import PlannerTable, nearest
from remediator.errors import ConfigError
from remediator.model import Change, Context, Estate, Layer

GROUP = "remediator.planners"
"""The entry-point group under which a distribution ships planners; the entry point's name is the rule."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A planner that is switched on, with its settings filled in."""

    rule: str
    summary: str
    layer: Layer
    kinds: tuple[str, ...]
    settings: object
    plan: Callable[[Estate, Context[object]], Iterable[Change]]


def load_planners(tables: Mapping[str, PlannerTable], only: str | None) -> tuple[Loaded, ...]:
    """The planners that `[planners.RULE]` leaves switched on, by name; `only` keeps a single one.

    A planner that is switched off is not imported. Raises ConfigError for a rule or a key that is not known (naming the
    nearest that is), a value that does not fit, a name shipped twice, or a module that breaks the contract.
    """
    found = _found()
    for rule in (*tables, *((only,) if only else ())):
        if rule not in found:
            raise ConfigError(f"there is no rule '{rule}'{nearest(rule, list(found))}")
    switched_on = [rule for rule in sorted(found) if _enabled(rule, tables)]
    if only is not None and only not in switched_on:
        raise ConfigError(f"the rule '{only}' is switched off; set enabled = true in [planners.{only}] to run it")
    return tuple(
        _loaded(rule, _imported(rule, found[rule]), tables.get(rule, {}))
        for rule in switched_on
        if only is None or rule == only
    )


def _found() -> dict[str, Callable[[], object]]:
    """How to import each rule: the modules of `planners`, then what other distributions ship."""
    found: dict[str, Callable[[], object]] = {}
    for module in pkgutil.iter_modules(planners.__path__):
        if not module.name.startswith("_"):
            found[module.name] = partial(importlib.import_module, f"{planners.__name__}.{module.name}")
    for point in entry_points(group=GROUP):
        if point.name in found:
            raise ConfigError(f"the rule '{point.name}' is shipped twice, also as '{point.value}'; uninstall one")
        found[point.name] = point.load
    return found


def _imported(rule: str, load: Callable[[], object]) -> object:
    try:
        return load()
    except Exception as error:  # a planner of others may fail in any way while it is imported
        raise ConfigError(
            f"the planner '{rule}' cannot be imported ({type(error).__name__}: {error}); mend or uninstall it, or set "
            f"enabled = false in [planners.{rule}]"
        ) from error


def _enabled(rule: str, tables: Mapping[str, PlannerTable]) -> bool:
    enabled = tables.get(rule, {}).get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"planners.{rule}.enabled is {enabled!r}; write true or false")
    return enabled


def _loaded(rule: str, module: object, table: PlannerTable) -> Loaded:
    summary, layer, kinds = (getattr(module, name, None) for name in ("SUMMARY", "LAYER", "KINDS"))
    settings, plan = getattr(module, "Settings", None), getattr(module, "plan", None)
    if not isinstance(module, ModuleType) or not isinstance(summary, str) or not isinstance(layer, Layer):
        raise _broken(rule, "SUMMARY has to be text and LAYER a remediator.model.Layer")
    if not isinstance(kinds, tuple) or not all(isinstance(kind, str) for kind in kinds):
        raise _broken(rule, "KINDS has to be a tuple of Terraform types")
    if not isinstance(settings, type) or not is_dataclass(settings) or not _frozen(settings):
        raise _broken(rule, "Settings has to be a frozen dataclass")
    if not callable(plan):
        raise _broken(rule, "plan(estate, context) is missing")
    call = cast("Callable[[Estate, Context[object]], Iterable[Change]]", plan)
    return Loaded(rule, summary, layer, kinds, _settings(rule, settings, table), call)


def _frozen(schema: type[object]) -> bool:
    return bool(getattr(getattr(schema, "__dataclass_params__", None), "frozen", False))


def _broken(rule: str, what: str) -> ConfigError:
    return ConfigError(f"the planner '{rule}' breaks the contract of planners: {what}")


def _settings(rule: str, schema: type[object], table: PlannerTable) -> object:
    values = {key: value for key, value in table.items() if key != "enabled"}
    known = [field.name for field in fields(schema)] if is_dataclass(schema) else []
    for key in values:
        if key not in known:
            raise ConfigError(f"unknown key 'planners.{rule}.{key}'{nearest(key, [*known, 'enabled'])}")
    try:
        return TypeAdapter(schema).validate_python(values)
    except ValidationError as error:
        sentences = (
            ".".join(("planners", rule, *(str(part) for part in e["loc"])))
            + f": {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise ConfigError("; ".join(sentences)) from error
