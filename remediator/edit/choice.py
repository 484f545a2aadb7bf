"""Which of the places that could take a value is written: the first whose edit changes just what was meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remediator.edit.case import Case, Reach
from remediator.edit.doubts import place as spot_of
from remediator.edit.doubts import siblings_doubt
from remediator.edit.placement import Place, places
from remediator.edit.writing import finished, rewrites
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.traces import Followed
from remediator.model import Edit, Value


@dataclass(frozen=True, slots=True)
class Proved:
    """What some places come down to, and what that changes."""

    edits: tuple[Edit, ...]
    contents: Mapping[str, bytes]
    reach: Reach


def choose(case: Case, followed: Followed, value: Value, paths: Sequence[str]) -> Place | str:
    """The place to write an attribute's value, or a sentence that says why there is none.

    Where the literal is shared with what should not change, the nearer places on the way are tried: an argument at the
    call, an entry in the map or in the variable file. `paths` are all attributes that the change sets.
    """
    first: str | None = None
    for candidate in places(case, followed, value):
        doubt = candidate if isinstance(candidate, str) else _doubt(case, candidate, paths)
        if doubt is None and not isinstance(candidate, str):
            return candidate
        first = first or doubt
    return first or f"{spot_of(followed.trace)}: {followed.trace.attribute} is computed, so no literal could be changed"


def _doubt(case: Case, candidate: Place, paths: Sequence[str]) -> str | None:
    where = candidate.location
    if candidate.within is None and case.is_alone((where,), paths):
        return None
    spot = f"{where.path}:{where.start_line}"
    try:
        done = prove(case, (candidate,))
    except RemediatorError as error:
        return str(error)
    if isinstance(done, str):
        return done
    what = f"{where.role.value} {where.address}"
    if not candidate.present:
        what = f"a new {candidate.entry or candidate.name} at {what}"
    return misses(case, done.reach, paths, spot, what)


def misses(case: Case, reach: Reach, paths: Sequence[str], spot: str, what: str) -> str | None:
    """What an edit changes beside the paths of the resource and those that change alike; None where nothing."""
    if reach.unsure is not None:
        return f"{spot}: what {what} changes is not known: {reach.unsure}"
    others = tuple(address for address in reach.others if address not in case.also)
    doubt = siblings_doubt(spot, what, others)
    if doubt is not None:
        return doubt
    beside = [own for own in sorted(reach.own) if not any(_part(own, path) or _part(path, own) for path in paths)]
    if "" in beside:
        return f"{spot}: {what} would also make {case.at.address} come or go"
    if beside:
        return f"{spot}: {what} would also change {', '.join(beside[:5])} of {case.at.address}"
    return None


def _part(whole: str, path: str) -> bool:
    return path == whole or path.startswith(f"{whole}.")


def prove(case: Case, chosen: Sequence[Place]) -> Proved | str:
    """Make the edits and evaluate what they change; a sentence where the gate has a doubt; raises RemediatorError."""
    edits, contents, doubts = finished(case, rewrites(case, chosen))
    if doubts:
        return doubts[0]
    return Proved(edits, contents, case.reach(contents, [place.location for place in chosen]))
