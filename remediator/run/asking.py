"""What the planners want, each asked on its own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from remediator.model import PROVIDER, Change, Context, Estate, Failure, PriceBook, StateAddress
from remediator.observe import catalogue
from remediator.registry import Loaded
from remediator.run.sweep import attempt
from remediator.trace.addresses import key_of


def ask(
    planners: Sequence[Loaded],
    estate: Estate,
    open_changes: frozenset[str],
    now: datetime,
    book: PriceBook,
    live_since: Mapping[str, datetime] | None = None,
) -> tuple[tuple[Change, ...], tuple[Failure, ...]]:
    """What every planner wants where it is switched on; one that raises is a failure, and the others are heard.

    Those that gather come last, and see what the others want; `live_since` are delivered changes that are live.
    """
    changes: list[Change] = []
    failures: list[Failure] = []
    for planner in sorted(planners, key=lambda planner: planner.gathers):
        context = Context(
            now,
            book,
            catalogue.load(),
            planner.settings,
            open_changes,
            planner.in_environments,
            live_since or {},
            tuple(changes) if planner.gathers else (),
        )
        answer = attempt(partial(_changes, planner, estate), context)
        if isinstance(answer, str):
            failures.append(Failure(f"planner {planner.rule}", answer))
        else:
            changes += answer[0]
    return tuple(changes), tuple(failures)


def _changes(planner: Loaded, estate: Estate, context: Context[object]) -> tuple[Change, ...]:
    changes = tuple(planner.plan(estate, context))
    if not planner.off:
        return changes
    there = [seen for seen in estate.observations if seen.environment in planner.off]
    off = {key_of(seen.resource) for seen in there}
    by = {_configuration(seen.declared.at, seen.declared.configured_by) for seen in there if seen.declared}
    return tuple(change for change in changes if key_of(change.resource) not in off and not _provides(change, by))


def _provides(change: Change, configurations: Collection[tuple[str, ...]]) -> bool:
    """Whether a change is of one of these provider configurations, and so reaches all that it made."""
    at = change.declared.at if change.declared else None
    return at is not None and at.mode == PROVIDER and _configuration(at, at.address) in configurations


def _configuration(at: StateAddress, name: str | None) -> tuple[str, ...]:
    return at.repository, at.root, at.workspace, name or ""
