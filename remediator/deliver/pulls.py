"""One plan as a pull request: look, wait where a limit says so, push its branch, open it, remember it."""

from datetime import datetime, timedelta

from remediator.config import Config, RepositoryConfig
from remediator.deliver import choice, onboarding
from remediator.deliver.branches import commit_plan, publish
from remediator.deliver.contacts import assignees, reviewers
from remediator.deliver.limits import is_destructive, reason_to_wait
from remediator.deliver.markers import LABEL, Marker, branch_name
from remediator.deliver.protocols import Forge, PullDraft, PullRequest
from remediator.deliver.render import pull_request_body, pull_request_title
from remediator.deliver.standing import Delivered, answer, is_over, outcome, remembered
from remediator.git.clones import Clone
from remediator.ledger.ledger import Ledger
from remediator.model import Outcome, Plan, RequestState, Route


def deliver_pull(
    plan: Plan,
    known: Outcome | None,
    repository: RepositoryConfig,
    clone: Clone,
    forge: Forge,
    config: Config,
    ledger: Ledger,
    now: datetime,
) -> Delivered:
    """Make sure that a plan has its one pull request; `known` is what the ledger has on its findings."""
    slug, rule = repository.forge_slug, plan.changes[0].rule
    head = branch_name(rule, plan.id)
    ours = tuple(r for r in forge.ours(slug) if r.marker.rule != onboarding.RULE)
    listed = choice.newest(ours, plan.fingerprints, head)
    if listed is not None and _counts(listed, known):
        return _stands(plan, listed, known, ledger, now)
    if (stands := remembered(plan, known, None)) is not None:
        return stands

    recent = ledger.opened_since(repository.name, now - timedelta(hours=1))
    wait = reason_to_wait(plan, ours, recent, config.limits, now)
    if wait is None and config.limits.onboarding and config.forges[repository.forge or ""].kind != "local":
        wait = onboarding.reason_to_wait(forge, repository, clone)
    if wait is not None:
        return Delivered(plan.id, "held", reason=wait)

    found = forge.find(slug, plan.fingerprints, head)
    if found is not None and found.state is not RequestState.OPEN and _counts(found, known):
        return _stands(plan, found, known, ledger, now)
    is_open = found is not None and found.state is RequestState.OPEN
    sha = found.marker.commit if found and is_open else None
    if not is_open:
        sha = publish(forge, slug, clone, head, commit_plan(plan, clone))
    request = forge.ensure_pull(_draft(plan, slug, clone.branch, head, sha))
    ledger.save(outcome(plan, Route.PULL_REQUEST, request.state, request.reference, request.opened_at or now))
    notes = "; ".join(request.notes) or None
    return Delivered(plan.id, "kept" if is_open else "opened", request.reference, request.where, notes)


def _counts(request: PullRequest, known: Outcome | None) -> bool:
    return request.state is RequestState.OPEN or not is_over(known)


def _stands(plan: Plan, request: PullRequest, known: Outcome | None, ledger: Ledger, now: datetime) -> Delivered:
    """What is there already; a ledger that does not know it is told."""
    if known is None:
        at = request.opened_at or now
        ledger.save(outcome(plan, Route.PULL_REQUEST, request.state, request.reference, at))
    return answer(plan, request.state, request.reference, request.where)


def _draft(plan: Plan, slug: str, base: str, head: str, sha: str | None) -> PullDraft:
    rule = plan.changes[0].rule
    marker = Marker(plan.id, rule, is_destructive(plan), plan.fingerprints, sha)
    return PullDraft(
        repository=slug,
        base=base,
        head=head,
        title=pull_request_title(plan),
        body=pull_request_body(plan, marker),
        marker=marker,
        labels=(LABEL, rule),
        reviewers=reviewers(plan),
        assignees=assignees(plan),
    )
