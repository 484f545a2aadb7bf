"""Asks the forges which of the owners about to be named can still be asked, and goes on to the next where not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from remediator.config import Config, OwnersConfig
from remediator.deliver.places import Places
from remediator.model import Origin, Plan, Route, Unattributed
from remediator.run.codebase import Codebase
from remediator.run.inquiring import Told, ask_any, ask_own
from remediator.trace.absence import Absence, Absences, Unchecked, to_ask_after, unable, without
from remediator.trace.fallback import with_fallback
from remediator.trace.people import folded

_Ask: TypeAlias = Callable[[frozenset[str]], Told]


@dataclass(frozen=True, slots=True)
class Reachable:
    """Origins whose first owners can be asked, as far as their forges told; `notes` say of whom it is not known."""

    origins: tuple[Origin | Unattributed, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """The plans, and what is to be said of their owners."""

    plans: tuple[Plan, ...]
    notes: tuple[str, ...] = ()


def reach(plans: Sequence[Plan], codebases: Mapping[str, Codebase], config: Config, places: Places) -> Reached:
    """The plans with the next owners in place of those who cannot be asked any more."""
    there = reachable([(plan.repository, plan.origin) for plan in plans], codebases, config, places)
    made = [_plan(plan, origin, config) for plan, origin in zip(plans, there.origins, strict=True)]
    return Reached(tuple(made), there.notes)


def reachable(
    origins: Sequence[tuple[str | None, Origin | Unattributed]],
    codebases: Mapping[str, Codebase],
    config: Config,
    places: Places,
) -> Reachable:
    """The origins, each with the name of its repository, without owners who cannot be asked any more.

    A forge is asked for all owners of a repository at once, and once more for those who come in their places;
    for those of what no repository declares, every forge is. Where none tells, the owners stay, and their evidence says
    so.
    """
    found = [origin for _, origin in origins]
    notes: dict[str, None] = {}
    for name in dict.fromkeys(repository for repository, _ in origins):
        codebase = codebases.get(name) if name is not None else None
        ask = partial(ask_own, codebase, places) if codebase is not None else partial(ask_any, config, places)
        here = [at for at, (repository, _) in enumerate(origins) if repository == name]
        current, told = _present(ask, config.owners, [found[at] for at in here])
        notes |= dict.fromkeys(told)
        for at, origin in zip(here, current, strict=True):
            found[at] = origin
    return Reachable(tuple(found), tuple(notes))


def _present(
    ask: _Ask, config: OwnersConfig, origins: Sequence[Origin | Unattributed]
) -> tuple[list[Origin | Unattributed], list[str]]:
    current, notes = list(origins), list[str]()
    asked, absences = frozenset[str](), dict[str, Absence | Unchecked]()
    while unknown := frozenset().union(*(to_ask_after(origin.owners) for origin in current)) - asked:
        asked |= unknown
        told = ask(unknown)
        absences |= told.absences
        notes += told.notes
        current = [_next(origin, absences, config) for origin in current]
    return current, notes


def _next(origin: Origin | Unattributed, absences: Absences, config: OwnersConfig) -> Origin | Unattributed:
    """The origin with those who can be asked; where none of them may be by name, with the fallback, if that can be."""
    there = without(origin, absences)
    owners, gone = with_fallback(there.owners, config, unable(absences))
    passed = {folded(one.handle): one for one in (*gone, *there.passed_over)}
    return without(replace(there, owners=owners, passed_over=tuple(passed.values())), absences)


def _plan(plan: Plan, origin: Origin | Unattributed, config: Config) -> Plan:
    """The plan with its owners as they are now; one whom nobody owns any more may only be reported."""
    report = not origin.owners and config.limits.unowned == "report"
    return replace(plan, origin=origin, route=Route.REPORT if report else plan.route)
