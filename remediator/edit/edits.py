"""From a change to the edits that make it, or to the doubts why a person must."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from remediator.config import RootConfig
from remediator.edit.case import Case, Reach
from remediator.edit.choice import choose, misses
from remediator.edit.declarations import addition
from remediator.edit.diff import diff
from remediator.edit.doubts import (
    place,
    prevented_doubt,
    provider_doubt,
    same,
    settled,
    terraform_doubt,
    twice_doubt,
    value_doubt,
)
from remediator.edit.drafted import Draft
from remediator.edit.followers import expected_of
from remediator.edit.ignoring import ignored_doubt
from remediator.edit.placement import Place
from remediator.edit.removal import removal
from remediator.edit.rewrite import Rewrite, joined, stacked
from remediator.edit.secrecy import secrecy_doubt, secret_lines
from remediator.edit.splice import apply_edits, same_bytes
from remediator.edit.taking import untaken
from remediator.edit.writing import finished, rewrites
from remediator.errors import RemediatorError
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.traces import LIFECYCLE, Followed
from remediator.iac.terraform.mounts import Mounts
from remediator.iac.terraform.sites import find_site
from remediator.model import (
    AddResource,
    Change,
    Effect,
    ExpectedChange,
    RemoveResource,
    SetAttribute,
    StateAddress,
    StateResource,
)

__all__ = ["apply_edits", "diff", "draft", "same_bytes", "written_at"]


_UPDATED = ("update",)
_REPLACED = ("create", "delete")
"""What is replaced has to be there anew before the old one goes, since something uses it."""


def draft(
    change: Change,
    root: RootConfig,
    code: Code,
    also: Collection[str] = (),
    updates: Collection[tuple[str, str]] = (),
) -> Draft:
    """The edits that make a change, all of its actions or none.

    `also` are addresses (as `labelled` writes them) for which the same change is wanted, and `updates` what takes their
    values anew. Never raises for what the code holds.
    """
    declared = change.declared
    if declared is None:
        return Draft(doubts=(f"no Terraform state holds {change.resource.id}; ask who made it",))
    try:
        case = _case(declared.at, root, code, also, (*change.updates, *updates))
        made = Draft(doubts=(case,)) if isinstance(case, str) else _drafted(case, change, declared)
    except RemediatorError as error:
        made = Draft(doubts=(str(error),))
    return _readable(made, code.index.mounts)


def _readable(made: Draft, mounts: Mounts) -> Draft:
    """The draft with the places in modules from elsewhere as people read them."""
    if not mounts.at:
        return made
    traces = tuple(
        replace(
            trace,
            unresolved=mounts.readable(trace.unresolved) if trace.unresolved else None,
            conditions=tuple(map(mounts.readable, trace.conditions)),
        )
        for trace in made.traces
    )
    return replace(made, traces=traces, doubts=tuple(map(mounts.readable, made.doubts)))


def written_at(change: Change, root: RootConfig, code: Code) -> frozenset[tuple[str, int, str]]:
    """Where the values stand that a change sets, as path, byte and attribute; nothing where one is not known."""
    sets = [action for action in change.actions if isinstance(action, SetAttribute)]
    try:
        case = _case(change.declared.at, root, code) if change.declared and sets else ""
        traces = [] if isinstance(case, str) else [case.follow(action.path, action.target).trace for action in sets]
    except RemediatorError:
        return frozenset()
    if not all(trace.locations and trace.unresolved is None for trace in traces):
        return frozenset()
    return frozenset((t.locations[-1].path, t.locations[-1].start, t.attribute) for t in traces)


def _case(
    at: StateAddress,
    root: RootConfig,
    code: Code,
    also: Collection[str] = (),
    updates: Collection[tuple[str, str]] = (),
) -> Case | str:
    site = find_site(code.index, root.path, at)
    if isinstance(site, str):
        return site
    evaluated = code.root(root)
    if evaluated.refused is not None:
        return f"{root.path}: {evaluated.refused}"
    instance = evaluated.instances.get(at.address)
    if instance is None:
        spot = f"{site.file.path}:{site.block.header.start_line}"
        why = next((gap for address, gap in evaluated.gaps.items() if at.address.startswith(address)), None)
        known = f"which instances it has is not known: {why}" if why else "the code does not make it; run apply first"
        return f"{spot}: {at.address} is in the state, but {known}"
    return Case(at, root, code, site, instance, frozenset(also), frozenset(updates))


def _drafted(case: Case, change: Change, declared: StateResource) -> Draft:
    if not change.actions:  # it asks people for something, and for nothing in code
        return Draft(locations=case.of_block().locations)
    barred = terraform_doubt(case) or twice_doubt(case)
    if barred is None and change.effect in (Effect.REPLACEMENT, Effect.DATA_LOSS):
        barred = prevented_doubt(case.instance.declared, "replacement")
    if barred is not None:
        return Draft(doubts=(barred,), locations=case.of_block().locations)
    if any(isinstance(a, RemoveResource) for a in change.actions):
        return _removed(case, change)
    sets = [a for a in change.actions if isinstance(a, SetAttribute)]
    others = [a for a in change.actions if isinstance(a, AddResource)]
    followed = tuple(case.follow(a.path, a.target) for a in sets)
    traces = tuple(f.trace for f in followed)
    chosen, doubts = _chosen(case, declared, tuple(zip(sets, followed, strict=True)))
    locations = tuple(p.location for p in chosen)
    if others:
        locations += case.of_block().locations
    meant: dict[str, Rewrite] = {}
    expected: list[ExpectedChange] = []
    try:
        meant = rewrites(case, chosen)
    except RemediatorError as error:
        doubts.append(str(error))
    attributes = _shown(sets, declared)
    if attributes:
        anew = _REPLACED if change.effect is Effect.REPLACEMENT else _UPDATED
        expected.append(ExpectedChange(case.at.address, anew, attributes))
    added: list[Rewrite] = []
    for action in others:
        try:
            rewrite, shows = addition(case, action)
            added.append(rewrite)
            expected.append(shows)
        except RemediatorError as error:
            doubts.append(str(error))
    if added:
        path = case.site.file.path
        meant[path] = joined((meant.get(path, Rewrite()), stacked(added)))
    settled = not doubts and not meant and all(a.live == a.target for a in sets)
    if not doubts and not meant:
        doubts.append(f"{place(case.of_block())}: code and live are at the target already")
    if doubts:
        return Draft(traces, doubts=tuple(dict.fromkeys(doubts)), locations=locations, settled=settled)
    edits, contents, doubted = finished(case, meant)
    secret = secret_lines(case, edits)
    bared = secrecy_doubt(case, edits, secret)
    if doubted or bared:
        return Draft(traces, doubts=doubted or (bared or "",), locations=locations)
    paths = [a.path for a in sets]
    alone = not others and all(p.within is None for p in chosen) and case.is_alone(locations, paths)
    if alone:
        reach, missed = Reach(frozenset(_unsettled(sets, chosen, followed)), ()), list[str]()
    else:
        reach = case.reach(contents, locations)
        missed = [*_missed(case, contents, sets), *_beside(case, reach, sets, expected)]
    missed += untaken(case, paths, change.updates, reach.taken)
    if missed:
        return Draft(traces, doubts=tuple(dict.fromkeys(missed)), locations=locations)
    together = tuple(address for address in reach.others if address in case.also)
    following = expected_of(reach.following)
    siblings = (*together, *(one.address for one in following))
    traces = tuple(replace(trace, siblings=siblings) for trace in traces)
    shown = (*_evaluated(case, reach, expected), *following)
    expected += [ExpectedChange(address, _UPDATED, (attribute,)) for address, attribute in change.updates]
    return Draft(traces, edits, (*expected, *following), (), locations, False, shown, together, alone, secret)


def _removed(case: Case, change: Change) -> Draft:
    where = case.of_block().locations
    if len(change.actions) > 1:
        return Draft(
            doubts=(f"{place(case.of_block())}: a removal is never in one request with anything else",), locations=where
        )
    try:
        found = removal(case)
    except RemediatorError as error:
        return Draft(doubts=(str(error),), locations=where)
    edits, _, doubts = finished(case, found.rewrites)
    secret = secret_lines(case, edits)
    doubt = secrecy_doubt(case, edits, secret)
    if doubts or doubt:
        return Draft(doubts=doubts or (doubt or "",), locations=found.locations)
    gone = (ExpectedChange(case.at.address, ("delete",), ()),)
    return Draft((), edits, gone, (), found.locations, evaluated=gone, together=found.together, secret=secret)


def _unsettled(sets: Sequence[SetAttribute], chosen: Sequence[Place], followed: Sequence[Followed]) -> Iterator[str]:
    """The paths that the chosen places write: what was at the target already has none."""
    written = {(place.location.start, place.name) for place in chosen}
    for action, way in zip(sets, followed, strict=True):
        name = action.path.split(".")[-1]
        if way.trace.locations and (way.trace.locations[-1].start, name) in written:
            yield action.path


def _evaluated(case: Case, reach: Reach, expected: Sequence[ExpectedChange]) -> tuple[ExpectedChange, ...]:
    moved = tuple(e for e in expected if e.actions not in (_UPDATED, _REPLACED))
    own = tuple(sorted({path.split(".")[0] for path in reach.own} - {"", LIFECYCLE}))
    return (*((ExpectedChange(case.at.address, ("update",), own),) if own else ()), *moved)


def _chosen(
    case: Case, declared: StateResource, wanted: Sequence[tuple[SetAttribute, Followed]]
) -> tuple[list[Place], list[str]]:
    chosen: list[Place] = []
    doubts: list[str] = []
    for action, followed in wanted:
        trace = followed.trace
        stated = declared.attributes.get(action.path)
        ignored = ignored_doubt(case.instance.declared, action.path)
        if trace.unresolved is None and ignored is None and settled(followed, action, stated):
            continue
        found = choose(case, followed, action.target, [a.path for a, _ in wanted])
        against = [ignored]
        if action.target is not None:
            against.append(provider_doubt(case, case.at.type, action.path, action.target))
        if isinstance(found, str):
            against.append(found)
        else:
            chosen.append(found)
        if trace.unresolved is None:
            against.append(value_doubt(trace, action, stated))
        doubts += [doubt for doubt in against if doubt is not None]
    return chosen, doubts


def _shown(sets: Sequence[SetAttribute], declared: StateResource) -> tuple[str, ...]:
    """The top-level attributes that a plan must show as changed: not those that are live at the target already.

    Nor what the block tells Terraform of its life, of which no plan tells.
    """
    return tuple(
        dict.fromkeys(
            a.path.split(".")[0]
            for a in sets
            if a.path.split(".")[0] != LIFECYCLE
            and not same(a.live if a.live is not None else declared.attributes.get(a.path), a.target)
        )
    )


def _missed(case: Case, contents: Mapping[str, bytes], sets: Sequence[SetAttribute]) -> list[str]:
    """What the edited code still gets wrong, evaluated again from the beginning."""
    if not sets:
        return []
    after = case.edited(contents)
    if isinstance(after, str):
        return [after]
    doubts: list[str] = []
    for action in sets:
        found = after.follow(action.path, action.target)
        trace = found.trace
        if trace.unresolved is not None or found.nested or not same(trace.value, action.target):
            doubts.append(f"{place(trace)}: the edit would not give {action.path} the value {action.target}")
    return doubts


def _beside(case: Case, reach: Reach, sets: Sequence[SetAttribute], expected: Sequence[ExpectedChange]) -> list[str]:
    """What the whole edit changes beside what is meant: the attributes set, and addresses that come."""
    coming = {e.address for e in expected if e.actions == ("create",)}
    kept = replace(reach, others=tuple(address for address in reach.others if address not in coming))
    doubt = misses(case, kept, [a.path for a in sets], place(case.of_block()), "the edit")
    return [doubt] if doubt else []
