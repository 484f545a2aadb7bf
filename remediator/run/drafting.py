"""The edits of one repository's changes, drafted together: what shares a literal changes together or not at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from remediator.config import Config, RootConfig
from remediator.edit.drafted import Draft
from remediator.edit.edits import draft, same_bytes
from remediator.edit.provider_draft import draft_provider
from remediator.iac.terraform.configuration.code import Code, labelled
from remediator.iac.terraform.remote_states import RemoteReader
from remediator.model import (
    PROVIDER,
    Change,
    ExpectedChange,
    Failure,
    Origin,
    RemoveResource,
    SetAttribute,
    Unattributed,
    Value,
)
from remediator.run.agreeing import agreed
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt
from remediator.run.uniting import united
from remediator.trace.holders import Hold, Holder
from remediator.trace.origins import trace_origins, unattributed

__all__ = ["Drafted", "draft_all", "draft_held"]

_Wanted: TypeAlias = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A change, its edits or the doubts against them, and where it comes from.

    `repository` is that of the code that declares its resource, or what that was made for; None where none does.
    """

    change: Change
    draft: Draft
    origin: Origin | Unattributed
    repository: str | None = None


def draft_all(
    changes: Sequence[Change], codebase: Codebase, remote: Sequence[RemoteReader], config: Config
) -> tuple[list[Drafted], list[Failure]]:
    """Draft the edits of one repository's changes, then ask after their origins in one walk of its history.

    A change whose draft fails unexpectedly is a failure of its own, under the name of its plan.
    """
    rooted = [(c, root) for c in changes if c.declared and (root := codebase.root(c.declared.at)) is not None]
    code = Code(codebase.index, codebase.read, codebase.config.roots, codebase.states, remote)
    rooted = agreed(rooted, code)
    drafts = united(rooted, _drafts(rooted, code), code)
    made = [(c, root, d) for (c, root), d in zip(rooted, drafts, strict=True) if isinstance(d, Draft)]
    failures = [
        Failure(f"plan {c.fingerprint}", d) for (c, _), d in zip(rooted, drafts, strict=True) if isinstance(d, str)
    ]
    wanted = [(change, root, draft.locations) for change, root, draft in made]
    cache = config.run.state_dir / "cache" / "history"
    origins = trace_origins(codebase.clone, codebase.index, wanted, config, cache)
    name = codebase.config.name
    return [Drafted(c, d, o, name) for (c, _, d), o in zip(made, origins, strict=True)], failures


def draft_held(held: Sequence[tuple[Change, Holder]], codebase: Codebase | None, config: Config) -> list[Drafted]:
    """The drafts of changes that no code declares and the states of one repository yet know: no edit, but an origin.

    `codebase` is None where the states belong to no repository that was read. What a state may only know is nobody's by
    its code. Raises RemediatorError where git fails.
    """
    made: list[Drafted] = []
    rooted: list[tuple[Change, Holder, RootConfig]] = []
    for change, holder in held:
        root = codebase.root(holder.entry.at) if codebase is not None else None
        if root is None or holder.hold is Hold.POSSIBLE:
            origin = unattributed(change, config, holder.reason)
            made.append(Drafted(change, Draft(doubts=(holder.reason,)), origin))
        else:
            rooted.append((change, holder, root))
    if codebase is None or not rooted:
        return made
    cache = config.run.state_dir / "cache" / "history"
    asked = [(replace(c, declared=holder.entry, actions=()), root, ()) for c, holder, root in rooted]
    origins = trace_origins(codebase.clone, codebase.index, asked, config, cache)
    name = codebase.config.name
    made += [
        Drafted(change, Draft(doubts=(holder.reason,)), origin, name)
        for (change, holder, _), origin in zip(rooted, origins, strict=True)
    ]
    return made


def _drafts(rooted: Sequence[tuple[Change, RootConfig]], code: Code) -> list[Draft | str]:
    """A draft for each change, or why it failed.

    Those that change others as well do so only where the others' drafts are the same.
    """
    alike: dict[_Wanted, list[int]] = {}
    for at, (change, _) in enumerate(rooted):
        if change.declared is not None and not change.doubts and _wanted(change):
            alike.setdefault(_wanted(change), []).append(at)
    seen = [_seen_from(root, rooted, alike.get(_wanted(change), ())) for change, root in rooted]
    drafts = [_attempted(at, rooted, code, also) for at, also in enumerate(seen)]
    while apart := {at: names for at, own in enumerate(drafts) if (names := _apart(own, seen[at], drafts))}:
        for at, names in apart.items():
            seen[at] = {name: other for name, other in seen[at].items() if name not in names}
            drafts[at] = _attempted(at, rooted, code, seen[at])
    return drafts


def _attempted(
    at: int, rooted: Sequence[tuple[Change, RootConfig]], code: Code, also: Mapping[str, int]
) -> Draft | str:
    change, root = rooted[at]
    others = (rooted[other] for other in also.values())
    updates = tuple(update for other, own in others if own == root for update in other.updates)
    answer = attempt(partial(_draft, root=root, code=code, also=tuple(also), updates=updates), change)
    return answer if isinstance(answer, str) else answer[0]


def _draft(
    change: Change, root: RootConfig, code: Code, also: Collection[str], updates: Collection[tuple[str, str]]
) -> Draft:
    """A draft, which also says of what goes along with a removal that it goes."""
    if change.declared is not None and change.declared.at.mode == PROVIDER:
        return draft_provider(change, root, code, also)
    made = draft(change, root, code, (*also, *change.along), updates)
    gone = tuple(ExpectedChange(name, ("delete",), ()) for name in made.together if name in change.along)
    return replace(made, expected=(*made.expected, *gone), evaluated=(*made.evaluated, *gone)) if gone else made


def _apart(own: Draft | str, seen: Mapping[str, int], drafts: Sequence[Draft | str]) -> frozenset[str]:
    """The addresses that a draft changes as well, but whose own drafts do not come down to the same bytes."""
    if isinstance(own, str):
        return frozenset()
    others = {name: drafts[seen[name]] for name in own.together if name in seen}
    return frozenset(
        name for name, other in others.items() if isinstance(other, str) or not same_bytes(own.edits, other.edits)
    )


def _wanted(change: Change) -> _Wanted:
    """What a change sets, by which those that want the same know each other; removals all want the same."""
    sets = [(action.path, action.target) for action in change.actions if isinstance(action, SetAttribute)]
    return (*sets, *(("", None) for action in change.actions if isinstance(action, RemoveResource)))


def _seen_from(root: RootConfig, rooted: Sequence[tuple[Change, RootConfig]], alike: Sequence[int]) -> dict[str, int]:
    """The addresses of changes that want the same, as a root names them."""
    return {
        labelled(rooted[at][1], declared.at.address, root): at
        for at in alike
        if (declared := rooted[at][0].declared) is not None
    }
