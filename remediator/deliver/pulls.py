"""One plan as a pull request: look, wait where a limit says so, push its branch, open it, remember it."""

from datetime import timedelta

from remediator.deliver import choice, onboarding, upkeep
from remediator.deliver.basis import owner_digest
from remediator.deliver.branches import commit_plan, publish
from remediator.deliver.contacts import assignees, reviewers
from remediator.deliver.limits import Counts, reason_to_wait
from remediator.deliver.markers import LABEL, branch_name
from remediator.deliver.protocols import PullDraft, PullRequest
from remediator.deliver.render import pull_request_body, pull_request_title
from remediator.deliver.site import Site
from remediator.deliver.standing import Delivered, Hold, answer, is_over, outcome, remembered
from remediator.model import Outcome, Plan, RequestState, Route


def ours(site: Site) -> tuple[PullRequest, ...]:
    """Our requests in a repository, oldest first, without those that ask to be let in."""
    return tuple(r for r in site.forge.ours(site.slug) if r.marker.rule != onboarding.RULE)


def standing(plan: Plan, known: Outcome | None, site: Site) -> PullRequest | None:
    """The request that stands for a plan's findings, whatever its state, by our listing; None where none does."""
    listed = choice.newest(ours(site), plan.fingerprints, branch_name(plan.changes[0].rule, plan.id))
    return listed if listed is not None and _counts(listed, known) else None


def stands(plan: Plan, request: PullRequest, known: Outcome | None, site: Site, told: bool = False) -> Delivered:
    """What is there already: an open one is attended to, and a ledger that does not know it is told.

    `told` is that a person asked on the dashboard to have its branch made anew.
    """
    if known is None or (known.reference != request.reference and request.state is RequestState.OPEN):
        at = request.opened_at or site.now
        known = outcome(plan, Route.PULL_REQUEST, request.state, request.reference, at)
        site.ledger.save(known)
    if request.state is RequestState.OPEN:
        done = upkeep.attend(request, known, plan, None, site, told)
        if done.action != "closed":
            upkeep.supersede(request, ours(site), site)
        return done
    return answer(plan, request.state, request.reference, request.where)


def deliver_pull(plan: Plan, known: Outcome | None, site: Site, asked: bool = False) -> Delivered:
    """Make sure that a plan, for which no request stands by our listing, has its one pull request.

    `known` is what the ledger has on its findings; `asked` is that a person asked for it on the dashboard.
    """
    slug, head = site.slug, branch_name(plan.changes[0].rule, plan.id)
    if (kept := remembered(plan, known, None)) is not None:
        return kept
    wait = reason_to_wait(plan, ours(site), _counted(plan, asked, site), site.config.limits, site.now)
    if wait is not None:
        return Delivered(plan.id, "held", reason=wait, hold=Hold.LIMITED)
    wait = onboarding.reason_to_wait(plan, site)
    if wait is not None:
        return Delivered(plan.id, "held", reason=wait, hold=Hold.WAITING)

    found = site.forge.find(slug, plan.fingerprints, head)
    if found is not None and found.state is not RequestState.OPEN and _counts(found, known):
        return stands(plan, found, known, site)
    is_open = found is not None and found.state is RequestState.OPEN
    sha = found.marker.commit if found and is_open else None
    if not is_open:
        sha = publish(site.forge, slug, site.clone, head, commit_plan(plan, site.clone, site.shown))
    request = site.forge.ensure_pull(_draft(plan, site, head, sha))
    at = request.opened_at or site.now
    site.ledger.save(outcome(plan, Route.PULL_REQUEST, request.state, request.reference, at))
    notes = "; ".join(request.notes) or None
    return Delivered(plan.id, "kept" if is_open else "opened", request.reference, request.where, notes)


def _counts(request: PullRequest, known: Outcome | None) -> bool:
    if request.state is RequestState.CLOSED and request.marker.withdrawn:
        return False
    return request.state is RequestState.OPEN or not is_over(known)


def _counted(plan: Plan, asked: bool, site: Site) -> Counts:
    owner = owner_digest(plan)
    return Counts(
        opened_last_hour=site.ledger.opened_since(site.repository.name, site.now - timedelta(hours=1)),
        of_owner=site.ledger.open_pulls(owner) if owner else 0,
        in_all=site.ledger.open_pulls() + onboarding.open_in_all(site),
        failing=_failing(plan.changes[0].rule, site),
        asked=asked,
    )


def _failing(rule: str, site: Site) -> int:
    """How many open requests of a rule fail their checks, from the newest on; asked only where it could matter."""
    open_ = [r for r in ours(site) if r.state is RequestState.OPEN and r.marker.rule == rule]
    count = 0
    for request in reversed(open_ if len(open_) >= site.config.limits.breaker_failures else []):
        if site.forge.review(site.slug, request.reference).checks != "failure":
            break
        count += 1
    return count


def _draft(plan: Plan, site: Site, head: str, sha: str | None) -> PullDraft:
    marker, asked = upkeep.marker_of(plan, sha), site.config.requests
    return PullDraft(
        repository=site.slug,
        base=site.clone.branch,
        head=head,
        title=pull_request_title(plan, site.shown),
        body=pull_request_body(plan, marker, site.shown),
        marker=marker,
        labels=tuple(dict.fromkeys((LABEL, plan.changes[0].rule, *asked.labels))),
        reviewers=asked.reviewers or reviewers(plan),
        assignees=assignees(plan),
        draft=asked.draft,
    )
