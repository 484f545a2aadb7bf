"""Finds planners, checks what they export and fills their settings; nothing else imports `planners`."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, partial
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import cast, get_type_hints

from pydantic import TypeAdapter, ValidationError

import planners
from remediator.config import PlannerTable, PlannerValue, nearest
from remediator.config.table import misread
from remediator.errors import ConfigError
from remediator.model import ENVIRONMENTS, Change, Context, Estate, Layer

GROUP = "remediator.planners"
"""The entry-point group under which a distribution ships planners; the entry point's name is the rule."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A planner that is switched on somewhere, with its settings filled in.

    `in_environments` are the settings of each environment that has its own; `off` names the environments in which it
    is switched off, None being where nothing says which environment it is; `gathers` where it is to see what the others
    want.
    """

    rule: str
    summary: str
    layer: Layer
    kinds: tuple[str, ...]
    settings: object
    plan: Callable[[Estate, Context[object]], Iterable[Change]]
    in_environments: tuple[tuple[str, object], ...] = ()
    off: tuple[str | None, ...] = ()
    gathers: bool = False


def load_planners(tables: Mapping[str, PlannerTable], only: str | None) -> tuple[Loaded, ...]:
    """The planners that `[planners.RULE]` leaves switched on, by name; `only` keeps a single one.

    A planner that is switched off everywhere is not imported. Raises ConfigError for a rule, a key or an environment
    that is not known (naming the nearest that is), a value that does not fit, a name shipped twice, or a module that
    breaks the contract.
    """
    found = _found()
    _known((*tables, *((only,) if only else ())), found)
    switched_on = [rule for rule in sorted(found) if len(_off(rule, tables.get(rule, {}))) <= len(ENVIRONMENTS)]
    if only is not None and only not in switched_on:
        raise ConfigError(f"the rule '{only}' is switched off; set enabled = true in [planners.{only}] to run it")
    return tuple(
        _loaded(rule, _imported(rule, found[rule]), tables.get(rule, {}))
        for rule in switched_on
        if only is None or rule == only
    )


def check_rules(names: Iterable[str]) -> None:
    """Raise ConfigError, naming the nearest, unless every name is that of a rule, switched on or not."""
    _known(names, _found())


def _known(names: Iterable[str], found: Collection[str]) -> None:
    for rule in names:
        if rule not in found:
            raise ConfigError(f"there is no rule '{rule}'{nearest(rule, list(found))}")


def _found() -> dict[str, Callable[[], object]]:
    """How to import each rule: the modules of `planners`, then what other distributions ship."""
    found: dict[str, Callable[[], object]] = {}
    for module in pkgutil.iter_modules(planners.__path__):
        if not module.name.startswith("_"):
            found[module.name] = partial(importlib.import_module, f"{planners.__name__}.{module.name}")
    for point in _shipped(tuple(sys.path)):
        if point.name in found:
            raise ConfigError(f"the rule '{point.name}' is shipped twice, also as '{point.value}'; uninstall one")
        found[point.name] = point.load
    return found


@cache
def _shipped(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """What distributions on the path ship: the metadata of each is read, and a run asks several times."""
    return tuple(entry_points(group=GROUP))


def _imported(rule: str, load: Callable[[], object]) -> object:
    try:
        return load()
    except Exception as error:  # a planner of others may fail in any way while it is imported
        raise ConfigError(
            f"the planner '{rule}' cannot be imported ({type(error).__name__}: {error}); mend or uninstall it, or set "
            f"enabled = false in [planners.{rule}]"
        ) from error


def _off(rule: str, table: PlannerTable) -> tuple[str | None, ...]:
    """Where a rule is switched off: environments, and None for where none is known."""
    plain = _enabled(f"planners.{rule}", table, True)
    inside = [(name, _enabled(f"planners.{rule}.{name}", own, plain)) for name, own in _environments(table)]
    named = dict(inside)
    return tuple(name for name in (None, *ENVIRONMENTS) if not named.get(name or "", plain))


def _enabled(where: str, table: Mapping[str, object], default: bool) -> bool:
    enabled = table.get("enabled", default)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{where}.enabled is {enabled!r}; write true or false")
    return enabled


def _environments(table: PlannerTable) -> tuple[tuple[str, dict[str, PlannerValue]], ...]:
    """The tables of environments inside the one of a rule."""
    inside = ((name, table.get(name)) for name in ENVIRONMENTS)
    return tuple((name, own) for name, own in inside if isinstance(own, dict))


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
    if taken := [field.name for field in fields(settings) if field.name in ENVIRONMENTS]:
        raise _broken(rule, f"its setting '{taken[0]}' has the name of an environment")
    call = cast("Callable[[Estate, Context[object]], Iterable[Change]]", plan)
    given, inside = _given(rule, table)
    return Loaded(
        rule,
        summary,
        layer,
        kinds,
        _settings(f"planners.{rule}", settings, given, given),
        call,
        tuple(
            (name, _settings(f"planners.{rule}.{name}", settings, own, {**given, **own})) for name, own in inside if own
        ),
        _off(rule, table),
        getattr(module, "GATHERS", False) is True,
    )


def _frozen(schema: type[object]) -> bool:
    return bool(getattr(getattr(schema, "__dataclass_params__", None), "frozen", False))


def _broken(rule: str, what: str) -> ConfigError:
    return ConfigError(f"the planner '{rule}' breaks the contract of planners: {what}")


def _given(
    rule: str, table: PlannerTable
) -> tuple[dict[str, PlannerValue], tuple[tuple[str, dict[str, PlannerValue]], ...]]:
    """The settings that a table gives, and those of each environment; raises ConfigError for one that is not known."""
    inside = _environments(table)
    named = [name for name, _ in inside]
    given: dict[str, PlannerValue] = {}
    for key, value in table.items():
        if key in named or key == "enabled":
            continue
        if isinstance(value, dict):
            raise ConfigError(f"[planners.{rule}.{key}] is of no environment{nearest(key, list(ENVIRONMENTS))}")
        if key in ENVIRONMENTS:
            raise ConfigError(f"planners.{rule}.{key} is {value!r}; write a table, [planners.{rule}.{key}]")
        given[key] = value
    return given, tuple((n, {key: value for key, value in own.items() if key != "enabled"}) for n, own in inside)


_adapter = cast("Callable[[type[object]], TypeAdapter[object]]", cache(TypeAdapter))
"""What checks settings, made once for each planner: a run loads the planners several times."""


def _settings(
    where: str, schema: type[object], own: Mapping[str, PlannerValue], values: Mapping[str, PlannerValue]
) -> object:
    """The settings of these values, of which a table has some of its own, which errors name it for."""
    known = [field.name for field in fields(schema)] if is_dataclass(schema) else []
    for key in own:
        if key not in known:
            raise ConfigError(f"unknown key '{where}.{key}'{nearest(key, [*known, 'enabled'])}")
        if (mistake := misread(own[key], get_type_hints(schema)[key])) is not None:
            raise ConfigError(f"{where}.{key}: {mistake}")
    try:
        return _adapter(schema).validate_python(values)
    except ValidationError as error:
        sentences = (
            ".".join((where, *(str(part) for part in e["loc"]))) + f": {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        )
        raise ConfigError("; ".join(sentences)) from error
