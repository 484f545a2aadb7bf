"""The drafts of what no Terraform state holds: no edit, but the code that launched it, or who did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, islice

from remediator.config import Config
from remediator.edit.edits import Draft
from remediator.git.grep import grep
from remediator.git.objects import sizes
from remediator.iac.documents import MAX_BYTES
from remediator.iac.terraform.adoption import import_block
from remediator.model import Change, LaunchRecord, Role, SourceLocation
from remediator.run.codebase import Codebase
from remediator.run.drafting import Drafted
from remediator.run.launching import Launches
from remediator.run.stamped import stamped
from remediator.run.sweep import attempt
from remediator.trace.addresses import key_of
from remediator.trace.clues import PATTERNS, Clue, clues, lines
from remediator.trace.codeowners import CodeOwners, load_codeowners
from remediator.trace.launched import adoptable
from remediator.trace.origins import trace_places, unattributed

__all__ = ["draft_unmanaged"]

_UNDECLARED = "no Terraform state that was read holds it, so there is no code to change"
_UNREAD = (
    "its launch records could not be read yet, so another Terraform or a controller may have made it: no import block "
    "is offered until they are"
)
_NAMED = 3
"""Places that a sentence names."""
_MOST = 50
"""Places in one file that are kept; where there are several, none is sure."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A place that a clue led to."""

    clue: Clue
    codebase: Codebase
    at: SourceLocation


def draft_unmanaged(
    changes: Sequence[Change],
    launched: Launches,
    codebases: Mapping[str, Codebase],
    config: Config,
) -> list[Drafted]:
    """Each change with where it comes from: the code of its controller or the place its tags name, else who made it.

    The repositories are searched once for all changes; one that cannot be is a doubt. Raises RemediatorError where git
    fails in one that a place was found in.
    """
    places, missed = _search([clue for change in changes for clue in clues(change.resource)], codebases)
    made: list[Drafted] = []
    rules: dict[str, CodeOwners] = {}
    placed: dict[str, list[tuple[Change, SourceLocation, LaunchRecord | None]]] = {}
    for change in changes:
        launch = launched.records.get(key_of(change.resource))
        found = _best(change, places)
        if len(found) == 1 and found[0].clue.role is not None:
            placed.setdefault(found[0].codebase.config.name, []).append((change, found[0].at, launch))
            continue
        told = stamped(change.resource, codebases, config)
        # What tags say comes from code may be in a state that was not read.
        free = told is None and adoptable(change.resource, launch)
        unsure = (_UNREAD,) if free and key_of(change.resource) in launched.unread else ()
        draft = Draft(doubts=(_UNDECLARED, *unsure, *((told.sentence,) if told else ()), *_candidates(found), *missed))
        named = None
        place = (found[0].codebase, found[0].at.path) if len(found) == 1 else None
        if told is not None and told.codebase is not None:
            place = (told.codebase, told.path)
        if place is not None:
            codebase, name = place[0], place[0].config.name
            if name not in rules:
                rules[name] = load_codeowners(codebase.clone, codebase.index.commit, config)
            named = (rules[name], place[1])
        adoption = import_block(change.resource) if free and not unsure else ()
        made.append(Drafted(change, draft, unattributed(change, config, None, launch, named, adoption)))
    cache = config.run.state_dir / "cache" / "history"
    for name, asked in placed.items():
        codebase = codebases[name]
        origins = trace_places(codebase.clone, codebase.index, asked, config, cache)
        made += [
            Drafted(change, Draft(doubts=(_decided(change, at), *missed)), origin, name)
            for (change, at, _), origin in zip(asked, origins, strict=True)
        ]
    return made


def _decided(change: Change, at: SourceLocation) -> str:
    by = change.resource.launched_by
    made = f"{by} made it, not Terraform" if by else "its tags name the code that made it, and no state holds it"
    return f"{made}: it is decided at {at.path}:{at.start_line}"


def _candidates(found: Sequence[_Found]) -> tuple[str, ...]:
    """What to say of places that are only likely."""
    if not found:
        return ()
    places = ", ".join(f"{one.codebase.config.name}:{one.at.path}:{one.at.start_line}" for one in found[:_NAMED])
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return (f"“{found[0].clue.word}” stands at {places}{more}, which may be where it comes from",)


def _best(change: Change, places: Mapping[Clue, Sequence[_Found]]) -> Sequence[_Found]:
    """The places of the surest clue that leads anywhere."""
    return next((found for clue in clues(change.resource) if (found := places.get(clue))), ())


def _search(
    wanted: Sequence[Clue], codebases: Mapping[str, Codebase]
) -> tuple[dict[Clue, list[_Found]], tuple[str, ...]]:
    """The places that each clue leads to, and a sentence for each repository that could not be searched."""
    found: dict[Clue, list[_Found]] = {}
    missed: list[str] = []
    for name, codebase in codebases.items():
        answer = attempt(partial(_within, codebase=codebase), tuple(dict.fromkeys(wanted)))
        if isinstance(answer, str):
            missed.append(f"{name} could not be searched: {answer}")
            continue
        for place in answer[0]:
            found.setdefault(place.clue, []).append(place)
    return found, tuple(missed)


def _within(wanted: Sequence[Clue], codebase: Codebase) -> list[_Found]:
    """The places in one repository."""
    words = sorted({clue.word for clue in wanted})
    holding: dict[str, set[str]] = {}  # words by path
    for hit in grep(codebase.clone, codebase.index.commit, words, PATTERNS):
        for word in words:
            if word in hit.text:
                holding.setdefault(hit.path, set()).add(word)
    blobs = {path: blob for path in sorted(holding) if (blob := _blob(codebase, path)) is not None}
    known = sizes(codebase.clone, list(blobs.values()))
    return [
        place
        for path, blob in blobs.items()
        if known.get(blob, 0) <= MAX_BYTES
        for place in _places([clue for clue in wanted if clue.word in holding[path]], path, blob, codebase)
    ]


def _blob(codebase: Codebase, path: str) -> str | None:
    """A file's blob; None for a link, or what is no regular file."""
    file = codebase.index.files.get(path)
    return file.blob if file is not None else codebase.index.blobs.get(path)


def _places(sought: Sequence[Clue], path: str, blob: str, codebase: Codebase) -> Iterator[_Found]:
    content = codebase.read(blob)
    rows = content.split(b"\n")  # the lines that git counts, and no others
    starts = (0, *accumulate(len(row) + 1 for row in rows))
    text = [row.decode("utf-8", "replace") for row in rows]
    for clue in sought:
        for line in islice(lines(clue, text, path), _MOST):
            end = min(starts[line], len(content))
            yield _Found(clue, codebase, _location(clue, path, blob, codebase, line, starts[line - 1], end))


def _location(clue: Clue, path: str, blob: str, codebase: Codebase, line: int, start: int, end: int) -> SourceLocation:
    index = codebase.index
    what = f"{clue.kind} {clue.word}" if clue.kind else clue.word
    return SourceLocation(
        index.repository, index.commit, path, blob, start, end, line, line, clue.role or Role.FILE, what
    )
