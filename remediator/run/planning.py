"""From what planners want to plans: edits, origins, and one plan for the same bytes or the same whole."""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from remediator.config import Config, RootConfig
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits, diff, same_bytes
from remediator.iac.terraform.remote_states import remote_readers
from remediator.iac.terraform.shadow.process import found
from remediator.model import (
    Change,
    Failure,
    Plan,
    Route,
)
from remediator.run.codebase import Codebase
from remediator.run.drafting import Drafted, draft_all, draft_held
from remediator.run.launching import Launches
from remediator.run.proving import Asked, prove
from remediator.run.sweep import attempt
from remediator.run.unmanaged import draft_unmanaged
from remediator.run.weighing import Skipped
from remediator.trace.addresses import Key, key_of
from remediator.trace.holders import Holder


def contested(change: Change, reasons: Mapping[Key, tuple[str, ...]]) -> Change:
    """The change with a doubt where states do not agree on its resource, or with the cloud."""
    found = reasons.get(key_of(change.resource), ())
    return replace(change, doubts=(*change.doubts, *found)) if found else change


@dataclass(frozen=True, slots=True)
class Made:
    """The plans, the changes that need none, and the repositories and plans that came to nothing."""

    plans: tuple[Plan, ...]
    skipped: tuple[Skipped, ...]
    failures: tuple[Failure, ...]


def make_plans(
    changes: Sequence[Change],
    codebases: Mapping[str, Codebase],
    config: Config,
    now: datetime,
    holders: Mapping[Key, Holder] | None = None,
    launched: Launches | None = None,
) -> Made:
    """Trace and edit every change; those that come down to the same bytes become one plan.

    `holders` are what states know of resources that are not declared, `launched` what is known of who
    launched those that no state knows. What goes wrong in one repository, or with one plan, is a failure and leaves
    the others.
    """
    drafted: list[Drafted] = []
    failures: list[Failure] = []
    undeclared = [(c, (holders or {}).get(key_of(c.resource))) for c in changes if c.declared is None]
    alone = [change for change, holder in undeclared if holder is None]
    unmanaged = attempt(
        partial(draft_unmanaged, launched=launched or Launches(), codebases=codebases, config=config), alone
    )
    if isinstance(unmanaged, str):
        failures.append(Failure("tracing what no state holds", unmanaged))
    else:
        drafted += unmanaged[0][0]
        failures += unmanaged[0][1]
    held = [(c, holder) for c, holder in undeclared if holder is not None]
    for name in dict.fromkeys(holder.entry.at.repository for _, holder in held):
        own = [(c, holder) for c, holder in held if holder.entry.at.repository == name]
        traced = attempt(partial(draft_held, codebase=codebases.get(name), config=config), own)
        if isinstance(traced, str):
            failures.append(Failure(f"{name}: tracing what its states know and no code declares", traced))
        else:
            drafted += traced[0]
    remote = tuple(reader for codebase in codebases.values() for reader in remote_readers(codebase.index))
    for name, codebase in codebases.items():
        here = [c for c in changes if c.declared is not None and c.declared.at.repository == name]
        answer = attempt(partial(draft_all, codebase=codebase, remote=remote, config=config), here)
        if isinstance(answer, str):
            failures.append(Failure(f"{name}: tracing and editing", answer))
        else:
            drafted += answer[0][0]
            failures += answer[0][1]
    plans: list[Plan] = []
    for group in _grouped([d for d in drafted if not d.draft.settled]):
        plan = attempt(partial(_plan, codebases=codebases, config=config, now=now), group)
        if isinstance(plan, str):
            failures.append(Failure(f"plan {group[0].change.fingerprint}", plan))
        else:
            plans += plan
    settled = (Skipped(d.change, d.draft.doubts[0]) for d in drafted if d.draft.settled)
    return Made(tuple(plans), tuple(settled), tuple(failures))


def _grouped(drafted: Sequence[Drafted]) -> list[list[Drafted]]:
    groups: list[list[Drafted]] = []
    for item in drafted:
        for group in groups:
            same_place = item.draft.edits and group[0].repository == item.repository
            same_bound = item.change.whole is not None and item.change.fingerprint == group[0].change.fingerprint
            if same_bound or (same_place and same_bytes(group[0].draft.edits, item.draft.edits)):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _plan(group: Sequence[Drafted], codebases: Mapping[str, Codebase], config: Config, now: datetime) -> Plan:
    head = group[0]
    repository = head.repository
    codebase = codebases.get(repository) if repository else None
    first = head.draft.doubts if head.change.declared is None else ()
    doubts = tuple(dict.fromkeys((*first, *(d for item in group for d in (*item.change.doubts, *item.draft.doubts)))))
    edits = head.draft.edits if codebase and not doubts else ()
    proofs: tuple[str, ...] = ()
    proved = False
    before: Mapping[str, bytes] = {}
    after: Mapping[str, bytes] = {}
    if codebase and edits:
        before = {edit.path: codebase.read(edit.blob) for edit in edits}
        after = apply_edits(before, edits)
        opentofu = any(path.endswith((".tofu", ".tofu.json")) for path in codebase.index.files)
        binary = found(opentofu=opentofu) if config.run.prove else None
        cache = config.run.state_dir / "cache" / "proofs"
        shown = prove(binary, codebase, edits, after, _asked(group, codebase), cache)
        proofs, doubts, proved = shown.proofs, shown.doubts, shown.whole
        edits = edits if not doubts else ()
    return Plan(
        changes=tuple(item.change for item in group),
        repository=repository,
        base=codebase.clone.head if codebase else None,
        origin=head.origin,
        traces=tuple(dict.fromkeys(t for item in group for t in item.draft.traces)),
        edits=edits,
        file_hashes=_hashes(before) if edits else (),
        diff=_text(before, after, frozenset(at for item in group for at in item.draft.secret)) if edits else "",
        expected=tuple(dict.fromkeys(e for item in group for e in item.draft.expected)) if edits else (),
        route=_route(bool(edits), bool(head.origin.owners), config),
        doubts=doubts,
        created_at=now,
        proofs=proofs if edits else (),
        proved=proved and bool(edits),
    )


def _route(edited: bool, owned: bool, config: Config) -> Route:
    if not owned and config.limits.unowned == "report":
        return Route.REPORT
    return Route.PULL_REQUEST if edited else Route.TICKET


def _asked(group: Sequence[Drafted], codebase: Codebase) -> tuple[Asked, ...]:
    """What each root that the group's changes are declared in must show."""
    drafts: dict[RootConfig, list[Draft]] = {}
    for item in group:
        root = codebase.root(item.change.declared.at) if item.change.declared else None
        if root is not None:
            drafts.setdefault(root, []).append(item.draft)
    return tuple(
        Asked(
            root,
            tuple(dict.fromkeys(e for d in own for e in d.evaluated)),
            tuple(n for d in own for n in d.silent),
            all(d.alone for d in own),
        )
        for root, own in drafts.items()
    )


def _hashes(before: Mapping[str, bytes]) -> tuple[tuple[str, str], ...]:
    return tuple((path, hashlib.sha256(content).hexdigest()) for path, content in sorted(before.items()))


def _text(before: Mapping[str, bytes], after: Mapping[str, bytes], secret: Set[tuple[str, int]]) -> str:
    hidden = {path: {line for at, line in secret if at == path} for path in before}
    return "".join(diff(path, before[path], after[path], hidden[path]) for path in sorted(before))


def first_seen(plan: Plan, at: datetime | None) -> Plan:
    """The plan with the time it was first proposed, so that nothing is rewritten while nothing changed."""
    return plan if at is None else replace(plan, created_at=at)
