"""From a change to the edits that make it, or to the doubts why a person must."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from remediator.config import RootConfig
from remediator.edit.case import Case
from remediator.edit.declarations import addition, removal
from remediator.edit.diff import diff
from remediator.edit.doubts import ignored_doubt, place, provider_doubt, same, settled, siblings_doubt, value_doubt
from remediator.edit.placement import Place, find_place
from remediator.edit.rewrite import Rewrite, joined
from remediator.edit.splice import apply_edits, same_bytes
from remediator.edit.writing import finished, rewrites
from remediator.errors import RemediatorError
from remediator.iac.terraform.evaluate import find_site
from remediator.iac.terraform.index import RepositoryIndex
from remediator.model import (
    AddResource,
    Change,
    Edit,
    ExpectedChange,
    RemoveResource,
    Role,
    SetAttribute,
    SourceLocation,
    StateResource,
    ValueTrace,
)

__all__ = ["Draft", "apply_edits", "diff", "draft", "same_bytes"]


@dataclass(frozen=True, slots=True)
class Draft:
    """The edits of one change, what they follow from and what Terraform must show; any doubt leaves no edits.

    `settled`: code and live are at the target, and only the state is behind, as it is until Terraform next runs.
    """

    traces: tuple[ValueTrace, ...] = ()
    edits: tuple[Edit, ...] = ()
    expected: tuple[ExpectedChange, ...] = ()
    doubts: tuple[str, ...] = ()
    locations: tuple[SourceLocation, ...] = ()
    settled: bool = False


def draft(
    change: Change,
    root: RootConfig,
    index: RepositoryIndex,
    read: Callable[[str], bytes],
    *,
    roots: Sequence[RootConfig],
    states: Sequence[StateResource],
    also: Collection[str] = (),
) -> Draft:
    """The edits that make a change, all of its actions or none.

    `read` gives a blob's content; `roots` are all configured roots of the repository and `states` all that their states
    hold, which tell whom an edit reaches; `also` are addresses (as `siblings` writes them) for which the
    same change is wanted. Never raises for what the code holds.
    """
    declared = change.declared
    if declared is None:
        return Draft(doubts=(f"no Terraform state holds {change.resource.id}; ask who made it",))
    try:
        site = find_site(index, root.path, declared.at)
        if isinstance(site, str):
            return Draft(doubts=(site,))
        case = Case(declared.at, root, index, site, read, roots, states, frozenset(also))
        return _drafted(case, change, declared)
    except RemediatorError as error:
        return Draft(doubts=(str(error),))


def _drafted(case: Case, change: Change, declared: StateResource) -> Draft:
    sets = [a for a in change.actions if isinstance(a, SetAttribute)]
    others = [a for a in change.actions if not isinstance(a, SetAttribute)]
    traces = tuple(case.trace(a.path) for a in sets)
    places, doubts = _places(case, declared, tuple(zip(sets, traces, strict=True)))
    locations = tuple(p.location for p in places)
    if others:
        locations += case.of_block().locations
    if any(isinstance(a, RemoveResource) for a in others) and len(change.actions) > 1:
        doubts.append(f"{place(case.of_block())}: a removal is never in one request with anything else")
    meant: dict[str, Rewrite] = {}
    expected: list[ExpectedChange] = []
    try:
        meant = rewrites(case, places)
    except RemediatorError as error:
        doubts.append(str(error))
    attributes = _shown(sets, declared)
    if attributes:
        expected.append(ExpectedChange(case.at.address, ("update",), attributes))
    for action in others:
        try:
            rewrite, shows = addition(case, action) if isinstance(action, AddResource) else removal(case)
            path = case.site.file.path
            meant[path] = joined((meant.get(path, Rewrite()), rewrite))
            expected.append(shows)
        except RemediatorError as error:
            doubts.append(str(error))
    settled = not doubts and not meant and all(a.live == a.target for a in sets)
    if not doubts and not meant:
        doubts.append(f"{place(case.of_block())}: code and live are at the target already")
    if doubts:
        return Draft(traces, doubts=tuple(dict.fromkeys(doubts)), locations=locations, settled=settled)
    edits, contents, doubted = finished(case, meant)
    if not doubted and sets:
        after = case.edited(contents)
        doubted = (after,) if isinstance(after, str) else tuple(_missed(after, sets, traces))
    if doubted:
        return Draft(traces, doubts=doubted, locations=locations)
    return Draft(traces, edits, tuple(expected), (), locations)


def _places(
    case: Case, declared: StateResource, wanted: Sequence[tuple[SetAttribute, ValueTrace]]
) -> tuple[list[Place], list[str]]:
    places: list[Place] = []
    doubts: list[str] = []
    for action, trace in wanted:
        stated = declared.attributes.get(action.path)
        ignored = ignored_doubt(case.site, action.path)
        if trace.unresolved is None and ignored is None and settled(trace, action, stated):
            continue
        found = find_place(case, trace, action.target)
        against = [ignored, provider_doubt(case.index, case.root, case.at.type, action.path)]
        if isinstance(found, str):
            against.append(found)
        else:
            places.append(found)
        if trace.unresolved is None:
            against.append(value_doubt(trace, action, stated))
        doubts += [doubt for doubt in against if doubt is not None]
    return places, doubts


def _shown(sets: Sequence[SetAttribute], declared: StateResource) -> tuple[str, ...]:
    """The top-level attributes that a plan must show as changed: not those that are live at the target already."""
    return tuple(
        dict.fromkeys(
            a.path.split(".")[0]
            for a in sets
            if not same(a.live if a.live is not None else declared.attributes.get(a.path), a.target)
        )
    )


def _missed(after: Case, sets: Sequence[SetAttribute], traces: Sequence[ValueTrace]) -> list[str]:
    """What the edited code still gets wrong, evaluated again from the beginning."""
    doubts: list[str] = []
    for action, before in zip(sets, traces, strict=True):
        trace = after.trace(action.path)
        if trace.unresolved is not None or not same(trace.value, action.target):
            doubts.append(f"{place(trace)}: the edit would not give {action.path} the value {action.target}")
        elif trace.locations[-1].role is Role.MODULE_ARGUMENT is not before.locations[-1].role:
            doubt = siblings_doubt(place(trace), f"a new argument for {action.path}", after.others(trace))
            doubts += [doubt] if doubt else []
    return doubts
