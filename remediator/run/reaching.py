"""Asks each forge which of the owners about to be named can still be asked, and goes on to the next where not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from remediator.config import Config, OwnersConfig
from remediator.deliver.places import Places
from remediator.deliver.protocols import Forge
from remediator.errors import ConfigError
from remediator.model import Origin, Plan, Route, Unattributed
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt
from remediator.trace.absence import Absence, Absences, to_ask_after, unable, without
from remediator.trace.fallback import with_fallback


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

    A forge is asked for all owners of a repository at once, and once more for those who come in their places; one that
    cannot be asked leaves them as they are. Where no secret is set for it, nobody is asked.
    """
    found = [origin for _, origin in origins]
    notes: list[str] = []
    for name in dict.fromkeys(repository for repository, _ in origins if repository is not None):
        codebase = codebases.get(name)
        forge = _forge(codebase, places) if codebase is not None else None
        if codebase is None or forge is None:
            continue
        here = [at for at, (repository, _) in enumerate(origins) if repository == name]
        answer = attempt(
            partial(_present, forge, codebase.config.forge_slug, config.owners), [found[at] for at in here]
        )
        if isinstance(answer, str):
            notes.append(f"{name}: whether the owners' accounts are still in use could not be asked: {answer}")
            continue
        for at, origin in zip(here, answer[0], strict=True):
            found[at] = origin
    return Reachable(tuple(found), tuple(notes))


def _forge(codebase: Codebase, places: Places) -> Forge | None:
    try:
        return places.forge(codebase.config, codebase.clone)
    except ConfigError:  # delivering says so, and nothing else needs the secret
        return None


def _present(
    forge: Forge, slug: str, config: OwnersConfig, origins: Sequence[Origin | Unattributed]
) -> list[Origin | Unattributed]:
    current, asked, absences = list(origins), frozenset[str](), dict[str, Absence]()
    while unknown := frozenset().union(*(to_ask_after(origin.owners) for origin in current)) - asked:
        asked |= unknown
        absences |= forge.absent(slug, unknown)
        current = [_next(origin, absences, config) for origin in current]
    return current


def _next(origin: Origin | Unattributed, absences: Absences, config: OwnersConfig) -> Origin | Unattributed:
    """The origin with those who can be asked; where none of them may be by name, with the fallback, if that can be."""
    there = without(origin, absences)
    return without(replace(there, owners=with_fallback(there.owners, config, unable(absences))), absences)


def _plan(plan: Plan, origin: Origin | Unattributed, config: Config) -> Plan:
    """The plan with its owners as they are now; one whom nobody owns any more may only be reported."""
    report = not origin.owners and config.limits.unowned == "report"
    return replace(plan, origin=origin, route=Route.REPORT if report else plan.route)
