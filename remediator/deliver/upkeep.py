"""What is done about a request after it was opened: each effect of its life carried out, calmly and once."""

from dataclasses import replace
from decimal import Decimal

from remediator.deliver import saying
from remediator.deliver.basis import basis, drifted, in_code, moved, owner_digests, wants
from remediator.deliver.boxes import REBUILD, unticked
from remediator.deliver.branches import commit_plan, publish
from remediator.deliver.disclosure import NOTHING, discreet
from remediator.deliver.introducing import naming_ticket
from remediator.deliver.lifecycle import REOPENED, LifecycleEffect, transition
from remediator.deliver.limits import is_destructive
from remediator.deliver.markers import Marker, branch_name
from remediator.deliver.merging import show_proof
from remediator.deliver.protocols import PullRequest
from remediator.deliver.render import pull_request_body, pull_request_title
from remediator.deliver.site import Site
from remediator.deliver.standing import Action, Delivered
from remediator.deliver.withdrawing import disown, held_by, withdraw
from remediator.edit.together import TogetherError
from remediator.errors import RemediatorError
from remediator.git.merging import Merge, merged
from remediator.model import Facts, Outcome, Plan, RequestState, Status
from remediator.planfile import targets

_DONE: dict[LifecycleEffect, Action] = {
    LifecycleEffect.REBUILD: "rebuilt",
    LifecycleEffect.REBUILD_OVER: "rebuilt",
    LifecycleEffect.REFRESH: "refreshed",
    LifecycleEffect.WITHDRAW: "closed",
}
_TOUCHES = frozenset({LifecycleEffect.REBUILD, LifecycleEffect.REFRESH, LifecycleEffect.WITHDRAW})


def marker_of(plan: Plan, sha: str | None, plan_id: str | None = None) -> Marker:
    """The marker of a request for a plan, whose branch ends in the commit; `plan_id` is what it was opened as."""
    told = None if plan.monthly_saving is None else round(plan.monthly_saving, 2)
    return Marker(
        plan_id or plan.id,
        ",".join(plan.rules),
        is_destructive(plan),
        plan.fingerprints,
        sha,
        basis(plan) if plan.edits else None,
        told,
        owner_digests(plan),
        group=plan.group.key if plan.group else None,
    )


def attend(
    request: PullRequest, known: Outcome, plan: Plan | None, wanted: str | None, site: Site, told: bool = False
) -> Delivered:
    """Do what an open request needs in the light of this run, and keep what became of it.

    `plan` is what the run would propose for its findings; without one `wanted` says what the run wants of it, None
    where it did not see enough to say; `told` is that a person asked to have its branch made anew. What is to be done
    is done before it is kept, so that a run killed between does it again; each step writes once. Raises RemediatorError
    where the forge does not do as asked.
    """
    facts = _facts(request, known, plan, wanted, told or request.told or bool(request.left), site)
    after, effects = transition(known, facts)
    if known.status is Status.APPLIED and after.status is Status.APPLIED:
        effects = (LifecycleEffect.SAY_MERGE_TO_KEEP, *effects)
    if request.marker.withdrawn and LifecycleEffect.WITHDRAW not in effects:
        disown(request, site)
    for effect in effects:
        withheld = _reason_to_withhold(effect, request, known, site)
        if withheld is not None:
            site.ledger.save(replace(known, pending=after.pending, held=after.held) if after.is_open else known)
            return _delivered(known, request, "kept", withheld)
        _carry_out(effect, request, after, plan, site)
    rewritten = plan is not None and plan.edits and _DONE.keys() & set(effects) - {LifecycleEffect.WITHDRAW}
    site.ledger.save(told_of(after, plan) if plan and rewritten else after)
    action: Action = next((_DONE[effect] for effect in effects if effect in _DONE), "kept")
    return _delivered(known, request, action)


def told_of(known: Outcome, plan: Plan) -> Outcome:
    """The outcome of a request that was written anew from a plan: what it says now is what is followed."""
    theirs = known.pending if known.pending == REOPENED else None
    fresh = replace(known, fingerprints=plan.fingerprints, targets=targets(plan), pending=theirs, held=0)
    return replace(fresh, monthly=plan.monthly_saving, owners=owner_digests(plan))


def _facts(
    request: PullRequest, known: Outcome, plan: Plan | None, wanted: str | None, told: bool, site: Site
) -> Facts:
    marker = request.marker
    merge = merged(site.clone, site.clone.head, marker.commit) if marker.commit else Merge.UNKNOWN
    conflicts = merge is Merge.CONFLICTS
    if merge is Merge.UNKNOWN and plan is not None and plan.edits:
        conflicts = site.forge.review(site.slug, request.reference).conflicts
    return Facts(
        now=site.now,
        request=RequestState.OPEN,
        wants=wants(plan, marker) if plan else wanted,
        moot=merge is Merge.NOTHING or (plan is not None and in_code(plan)),
        drifted=plan is not None and bool(plan.edits) and (conflicts or drifted(plan, marker)),
        moved=plan is not None and _moved(plan, request.marker.monthly, known, site),
        told=told and (plan is not None or wanted is not None),  # else it waits for a run that saw enough
        withdrawn=marker.withdrawn is not None,
    )


def _moved(plan: Plan, told: Decimal | None, known: Outcome, site: Site) -> bool:
    """Whether the saving is off what its readers were told; where they were told none, off what the ledger has.

    A saving that they are not shown never becomes known to them.
    """
    beyond = site.config.limits.refresh_beyond
    if told is None and known.monthly is not None:
        return moved(known.monthly, plan.monthly_saving, beyond)
    least = discreet(plan, NOTHING).monthly_saving  # all of it, but for net savings: only then who reads it matters
    return moved(told, least if least == plan.monthly_saving else discreet(plan, site.shown).monthly_saving, beyond)


def _reason_to_withhold(effect: LifecycleEffect, request: PullRequest, known: Outcome, site: Site) -> str | None:
    """Why an effect must wait: what people began to work on, approved or applied is not moved under their hands."""
    if effect not in _TOUCHES:
        return None
    review = site.forge.review(site.slug, request.reference)
    if review.foreign:
        site.forge.say(site.slug, request.reference, "hands-off", saying.HANDS_OFF)
        return "somebody has committed to its branch, so it is left to them"
    if effect is LifecycleEffect.REFRESH:
        return None
    return held_by(review, site)


def _carry_out(effect: LifecycleEffect, request: PullRequest, after: Outcome, plan: Plan | None, site: Site) -> None:
    match effect:
        case LifecycleEffect.REBUILD | LifecycleEffect.REBUILD_OVER:
            _rebuild(request, plan, effect is LifecycleEffect.REBUILD_OVER, site)
        case LifecycleEffect.REFRESH if plan is not None:
            _rewrite(request, plan, request.marker.commit, site)
        case LifecycleEffect.WITHDRAW:
            withdraw(request, after.pending or "", site)
        case LifecycleEffect.SAY_MERGE_TO_KEEP:
            site.forge.say(site.slug, request.reference, "merge-to-keep", saying.MERGE_TO_KEEP)
        case LifecycleEffect.SAY_GONE:
            _hold(request, saying.GONE, site)
        case LifecycleEffect.SAY_DOUBTED:
            _hold(request, _doubted(plan, site), site)
        case LifecycleEffect.SAY_WANTED:
            site.forge.say(site.slug, request.reference, "found", saying.WANTED)
            site.forge.mark_draft(site.slug, request.reference, site.config.requests.draft)
        case _:
            return


def _rebuild(request: PullRequest, plan: Plan | None, over: bool, site: Site) -> None:
    """Make the branch anew from the base; a box that was ticked is emptied even where there is nothing to make."""
    if plan is None or not plan.edits:
        body = site.forge.body(site.slug, request.reference)
        site.forge.rewrite(site.slug, request.reference, request.title, unticked(body, REBUILD))
        return
    try:
        site.confirm(plan)
        commit = commit_plan(plan, site)
    except TogetherError as error:
        raise RemediatorError(f"{request.where} cannot be made anew: {error}") from error
    head = request.head or branch_name(request.marker.rule, request.marker.plan_id)
    sha = publish(site.forge, site.slug, site.clone, head, commit, over)
    show_proof(sha, plan, site)
    _rewrite(request, plan, sha, site)


def _rewrite(request: PullRequest, plan: Plan, sha: str | None, site: Site) -> None:
    gone = (*request.marker.declined, *request.left)
    declined = tuple(f for f in dict.fromkeys(gone) if f not in plan.fingerprints)
    theirs = request.marker
    fresh = marker_of(plan, sha, theirs.plan_id)
    marker = replace(fresh, declined=declined, merge=theirs.merge, ticket=theirs.ticket)
    shown = site.shown
    title, body = pull_request_title(plan, shown, site.conventional), pull_request_body(plan, marker, shown)
    site.forge.rewrite(site.slug, request.reference, title, naming_ticket(body, marker))


def _doubted(plan: Plan | None, site: Site) -> str:
    return saying.doubted(plan.doubts, site.shown.of(plan)) if plan else saying.doubted(())


def _hold(request: PullRequest, text: str, site: Site) -> None:
    """Say it, and make it a draft, unless people have approved it or work on it: that is for them to say."""
    site.forge.say(site.slug, request.reference, "found", text)
    review = site.forge.review(site.slug, request.reference)
    if not review.foreign and held_by(review, site) is None:
        site.forge.mark_draft(site.slug, request.reference, True)


def _delivered(known: Outcome, request: PullRequest, action: Action, reason: str | None = None) -> Delivered:
    return Delivered(known.plan_id, action, request.reference, request.where, reason)
