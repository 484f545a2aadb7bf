"""The drafts of what no Terraform state holds: no edit, but the code that launched it, or who did."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

from remediator.config import Config
from remediator.edit.drafted import Draft
from remediator.iac.terraform.adoption import import_block
from remediator.model import Change, Failure, Launch, LaunchRecord, SourceLocation, Untold
from remediator.run.codebase import Codebase
from remediator.run.drafting import Drafted
from remediator.run.launching import Launches
from remediator.run.searching import Place, search
from remediator.run.stamped import Stamped, stamped
from remediator.run.sweep import attempt
from remediator.trace.addresses import key_of
from remediator.trace.clues import Clue, clues
from remediator.trace.codeowners import CodeOwners, load_codeowners
from remediator.trace.launched import adoptable
from remediator.trace.origins import trace_places, unattributed

__all__ = ["draft_unmanaged"]

_UNDECLARED = "no Terraform state that was read holds it, so there is no code to change"
_NAMED = 3
"""Places that a sentence names."""


def draft_unmanaged(
    changes: Sequence[Change],
    launched: Launches,
    codebases: Mapping[str, Codebase],
    config: Config,
) -> tuple[list[Drafted], list[Failure]]:
    """Each change with where it comes from: the code of its controller or the place its tags name, else who made it.

    The repositories are searched once for all changes; one that cannot be is a doubt. Where git fails in one that a
    place was found in, that is a failure, and costs the changes that lead there alone.
    """
    places, missed = search([clue for change in changes for clue in clues(change.resource)], codebases)
    rules = cache(lambda name: _rules(codebases[name], config))
    made: list[Drafted] = []
    failures: list[Failure] = []
    placed: dict[str, list[tuple[Change, SourceLocation, Launch | None]]] = {}

    def drafted(change: Change, found: Sequence[Place], launch: Launch | None) -> Drafted:
        told = stamped(change.resource, codebases, config)
        where = _named(found, told)
        named = (rules(where[0].config.name), where[1]) if where else None
        # What tags say comes from code may be in a state that was not read.
        free = told is None and adoptable(change.resource, launch)
        adoption = _adoption(change, launch) if free else ()
        lines, unsure = ((), (adoption,)) if isinstance(adoption, str) else (adoption, ())
        doubts = (_UNDECLARED, *unsure, *((told.sentence,) if told else ()), *_candidates(found), *missed)
        changed = (told.commit, told.by) if told and told.commit else None
        return Drafted(change, Draft(doubts=doubts), unattributed(change, config, None, launch, named, lines, changed))

    for change in changes:
        launch = launched.known.get(key_of(change.resource))
        found = _best(change, places)
        if len(found) == 1 and found[0].clue.role is not None:
            placed.setdefault(found[0].codebase.config.name, []).append((change, found[0].at, launch))
            continue
        answer = attempt(partial(drafted, found=found, launch=launch), change)
        if isinstance(answer, str):
            failures.append(Failure(f"plan {change.fingerprint}", answer))
        else:
            made.append(answer[0])
    for name, asked in placed.items():
        traced = attempt(partial(_placed, codebase=codebases[name], config=config, missed=missed), asked)
        if isinstance(traced, str):
            failures.append(Failure(f"{name}: tracing what no state holds", traced))
        else:
            made += traced[0]
    return made, failures


def _placed(
    asked: Sequence[tuple[Change, SourceLocation, Launch | None]],
    codebase: Codebase,
    config: Config,
    missed: Sequence[str],
) -> list[Drafted]:
    """The drafts of what comes from one place each in a repository, whose history is walked once."""
    kept = config.run.state_dir / "cache" / "history"
    origins = trace_places(codebase.clone, codebase.index, asked, config, kept)
    return [
        Drafted(change, Draft(doubts=(_decided(change, at), *missed)), origin, codebase.config.name)
        for (change, at, _), origin in zip(asked, origins, strict=True)
    ]


def _rules(codebase: Codebase, config: Config) -> CodeOwners:
    return load_codeowners(codebase.clone, codebase.index.commit, config)


def _named(found: Sequence[Place], told: Stamped | None) -> tuple[Codebase, str] | None:
    """The one file that its tags or its name lead to."""
    if told is not None and told.codebase is not None:
        return told.codebase, told.path
    return (found[0].codebase, found[0].at.path) if len(found) == 1 else None


def _adoption(change: Change, launch: Launch | None) -> tuple[str, ...] | str:
    """The code that adopts it, which says so where nobody can tell who made it; or why none is offered, or not yet."""
    lines = import_block(change.resource)
    if isinstance(lines, str):
        return f"no import block is offered: {lines}"
    if launch is None or isinstance(launch, LaunchRecord):
        return lines
    return _unsure(launch) if launch.passing else (f"# Who made it is not known: {launch}.", *lines)


def _unsure(launch: Untold) -> str:
    why = f"{launch}, so another Terraform or a controller may have made it"
    return f"{why}: no import block is offered until that is known"


def _decided(change: Change, at: SourceLocation) -> str:
    by = change.resource.launched_by
    made = f"{by} made it, not Terraform" if by else "its tags name the code that made it, and no state holds it"
    return f"{made}: it is decided at {at.path}:{at.start_line}"


def _candidates(found: Sequence[Place]) -> tuple[str, ...]:
    """What to say of places that are only likely."""
    if not found:
        return ()
    places = ", ".join(f"{one.codebase.config.name}:{one.at.path}:{one.at.start_line}" for one in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return (f"“{found[0].clue.word}” stands at {places}{more}, which may be where it comes from",)


def _best(change: Change, places: Mapping[Clue, Sequence[Place]]) -> Sequence[Place]:
    """The places of the surest clue that leads anywhere."""
    return next((found for clue in clues(change.resource) if (found := places.get(clue))), ())
