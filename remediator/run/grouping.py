"""Findings that are asked for in one request: arranged, evaluated together, and told apart again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from remediator.config import Config
from remediator.config.disclosure import DisclosureConfig
from remediator.deliver.dashboard import Answers
from remediator.deliver.delivery import deliver
from remediator.deliver.grouping import Joint, arranged
from remediator.deliver.places import Places
from remediator.deliver.site import Around, Site
from remediator.deliver.standing import Delivered, Hold
from remediator.edit.splice import apply_edits
from remediator.edit.together import TogetherError, joined
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.remote_states import remote_readers
from remediator.ledger.ledger import Ledger
from remediator.model import Edit, Plan, Route
from remediator.run.codebase import Codebase
from remediator.run.proving import ALONE
from remediator.run.sweep import attempt


@dataclass(frozen=True, slots=True)
class Round:
    """What one repository's `plans` are delivered with; `sure` is that nothing failed in the run.

    `frozen` are those, by name, of which a freeze holds where their resources are; `disclosure` is that of what tells
    of several of them.
    """

    name: str
    plans: tuple[Plan, ...]
    codebases: Mapping[str, Codebase]
    config: Config
    ledger: Ledger
    places: Places
    now: datetime
    answers: Answers
    sure: bool
    frozen: frozenset[str] = frozenset()
    disclosure: DisclosureConfig | None = None


def joints_of(here: Round) -> tuple[Joint, ...]:
    """The plans as they are delivered: one by one where nothing is, or where what is there cannot be asked after."""
    alone = tuple(map(Joint, here.plans))
    if not here.config.run.deliver or not any(plan.route is Route.PULL_REQUEST for plan in here.plans):
        return alone
    found = attempt(_arranged, here)
    return alone if isinstance(found, str) else found[0] or alone  # what is wrong there each plan says for itself


def _arranged(here: Round) -> tuple[Joint, ...]:
    own = here.codebases.get(here.name)
    forge = here.places.forge(own.config, own.clone) if own else None
    if own is None or forge is None:
        return ()
    owners = partial(here.places.owners, own.clone)
    site = Site(own.config, own.clone, forge, here.config, here.ledger, here.now, here.plans, owners)
    return arranged(here.plans, site, here.answers, here.sure, here.frozen)


def delivered(joint: Joint, here: Round) -> tuple[tuple[Plan, Delivered], ...]:
    """What became of each finding of a plan; those that cannot be made together are delivered one by one."""
    own = here.codebases.get(here.name)
    repository, clone = (own.config, own.clone) if own else (None, None)
    around = Around(here.answers, here.plans, joint.seen, _confirming(here), here.disclosure)

    def one(plan: Plan) -> Delivered:
        return deliver(plan, repository, clone, here.config, here.ledger, here.now, here.places, around)

    if joint.plan.group is None:
        return ((joint.plan, one(joint.plan)),)
    try:
        return _apart(joint, one(joint.plan))
    except TogetherError:
        return tuple((part, one(part)) for part in joint.plan.parts)


def _confirming(here: Round) -> Callable[[Plan], None]:
    """What evaluates the parts of a plan together; raises TogetherError where they change more."""

    def confirm(plan: Plan) -> None:
        codebase = here.codebases.get(here.name)
        if codebase is None or len(plan.parts) < 2:
            return
        remote = tuple(reader for other in here.codebases.values() for reader in remote_readers(other.index))
        code = Code(codebase.index, codebase.read, codebase.config.roots, codebase.states, remote)
        # An edit that nothing else reads what it changes of was not evaluated alone, and meets nothing here.
        parts = [part for part in plan.parts if not any(proof.startswith(ALONE) for proof in part.proofs)]
        if len(parts) < 2:
            return
        meant = {difference for part in parts for difference in _reached(part.edits, code)}
        whole = _reached(joined(edit for part in parts for edit in part.edits), code)
        if more := sorted(whole - meant, key=repr):
            root, difference = more[0]
            raise TogetherError(
                f"made together, the edits would also change {difference.address}.{difference.attribute} of root {root}"
            )

    return confirm


def _reached(edits: Sequence[Edit], code: Code) -> set[tuple[str, Difference]]:
    """What differs in which root with these edits; raises TogetherError where that cannot be told."""
    reached = code.reached(apply_edits({edit.path: code.text(edit.path) for edit in edits}, edits))
    if isinstance(reached, str):
        raise TogetherError(f"what the edits change together is not known: {reached}")
    return {(f"{root.path or '.'} {root.workspace}", difference) for root, difference in reached}


def _apart(joint: Joint, done: Delivered) -> tuple[tuple[Plan, Delivered], ...]:
    """What became of each finding of a request of several."""
    found: list[tuple[Plan, Delivered]] = []
    for part in joint.plan.parts:
        own = replace(done, plan_id=part.id)
        if part.id in joint.joining and done.action in ("kept", "refreshed"):
            reason = f"it joins {done.reference} once three runs on end would have it so"
            own = replace(own, action="held", reason=reason, hold=Hold.WAITING)
        found.append((part, own))
    for plan in joint.aside:
        reason = f"{done.reference} asks for it still, and will be made anew without it"
        found.append((plan, replace(done, plan_id=plan.id, action="held", reason=reason, hold=Hold.WAITING)))
    return tuple(found)
