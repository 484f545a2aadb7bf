"""One plan as a pull request: look, wait where a limit says so, push its branch, open it, remember it."""

from dataclasses import replace
from datetime import timedelta

from remediator.deliver import choice, onboarding, upkeep, withdrawing
from remediator.deliver.basis import owner_digests
from remediator.deliver.branches import commit_plan, publish
from remediator.deliver.contacts import assignees, reviewers_of
from remediator.deliver.introducing import key_of, naming_ticket
from remediator.deliver.limits import Counts, reason_to_wait
from remediator.deliver.markers import LABEL, branch_name
from remediator.deliver.merging import ask_to_merge, show_proof
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
    listed = ours(site)
    if plan.group is not None:
        return next((r for r in listed if r.state is RequestState.OPEN and r.marker.plan_id == plan.id), None)
    if (left := next((r for r in reversed(listed) if _left_out(plan, r)), None)) is not None:
        closed = replace(left, state=RequestState.CLOSED, marker=replace(left.marker, withdrawn=None))
        return closed if _counts(closed, known) else None
    newest = before(plan, site)
    return newest if newest is not None and _counts(newest, known) else None


def before(plan: Plan, site: Site) -> PullRequest | None:
    """The newest request that a plan's findings ever had, by our listing."""
    return choice.newest(ours(site), plan.fingerprints, branch_name(",".join(plan.rules), plan.id))


def stands(plan: Plan, request: PullRequest, known: Outcome | None, site: Site, told: bool = False) -> Delivered:
    """What is there already: an open one is attended to, and a ledger that does not know it is told.

    `told` is that a person asked on the dashboard to have its branch made anew.
    """
    if _left_out(plan, request):
        if known is None or known.plan_id != plan.id:
            site.ledger.save(outcome(plan, Route.PULL_REQUEST, RequestState.CLOSED, request.reference, site.now))
        withdrawing.close_empty(request, site)
        reason = f"declined: it was left out of {request.reference}, so it is not opened again"
        return Delivered(plan.id, "held", request.reference, request.where, reason, Hold.DECLINED)
    if known is None or (known.reference != request.reference and request.state is RequestState.OPEN):
        at = request.opened_at or site.now
        ticket = key_of(request.marker.ticket)
        held = _asked_for(plan, request)
        known = outcome(held, Route.PULL_REQUEST, request.state, request.reference, at, ticket)
        site.ledger.save(known)
    if known is not None and request.state is RequestState.OPEN:
        done = upkeep.attend(request, known, plan if site.seen else None, None, site, told)
        if done.action != "closed":
            withdrawing.supersede(request, ours(site), site)
        if done.action == "kept" and done.reason is None:
            done = replace(done, reason=ask_to_merge(request, plan, site))
        return done
    return answer(plan, request.state, request.reference, request.where)


def of_group(plan: Plan, site: Site) -> Outcome | None:
    """What the ledger has on the request of several findings that is open for a plan."""
    request = standing(plan, None, site)
    return site.ledger.of_request(site.repository.name, request.reference) if request else None


def _asked_for(plan: Plan, request: PullRequest) -> Plan:
    """Of a plan of several findings what its request asks for already."""
    held = tuple(c for c in plan.changes if c.fingerprint in request.marker.fingerprints)
    return replace(plan, changes=held) if plan.group is not None and held else plan


def _left_out(plan: Plan, request: PullRequest) -> bool:
    """Whether people left a plan out of a request that asks for others as well."""
    return not set(plan.fingerprints).isdisjoint((*request.marker.declined, *request.left))


def deliver_pull(
    plan: Plan, known: Outcome | None, site: Site, asked: bool = False, ticket: str | None = None
) -> Delivered:
    """Make sure that a plan, for which no request stands by our listing, has its one pull request.

    `known` is what the ledger has on its findings; `asked` is that a person asked for it on the dashboard; `ticket` is
    the address of the ticket that asked for it before.
    """
    slug, head = site.slug, branch_name(",".join(plan.rules), plan.id)
    if (kept := remembered(plan, known, None)) is not None:
        return kept
    wait = reason_to_wait(plan, ours(site), _counted(plan, asked, site), site.config.limits, site.now)
    if wait is not None:
        return Delivered(plan.id, "held", reason=wait, hold=Hold.LIMITED)
    wait = onboarding.reason_to_wait(plan, site)
    if wait is not None:
        return Delivered(plan.id, "held", reason=wait, hold=Hold.WAITING)

    found = site.forge.find(slug, () if plan.group else plan.fingerprints, head)
    if found is not None and _ended(found, plan) and _counts(found, known):
        return stands(plan, found, known, site)
    is_open = found is not None and found.state is RequestState.OPEN
    sha = found.marker.commit if found and is_open else None
    if not is_open:
        site.confirm(plan)
        sha = publish(site.forge, slug, site.clone, head, commit_plan(plan, site))
    unshown = show_proof(sha, plan, site)
    draft = _draft(plan, site, head, sha, ticket)
    request = site.forge.ensure_pull(draft)
    at = request.opened_at or site.now
    site.ledger.save(outcome(plan, Route.PULL_REQUEST, request.state, request.reference, at, key_of(ticket)))
    unmerged = ask_to_merge(replace(request, title=draft.title), plan, site)
    notes = "; ".join(note for note in (*request.notes, unshown, unmerged) if note) or None
    return Delivered(plan.id, "kept" if is_open else "opened", request.reference, request.where, notes)


def _ended(request: PullRequest, plan: Plan) -> bool:
    """Whether people answered a plan by a request; a group meets only one that does not say any more what it held.

    That was closed: who would be asked with it now counts as declined, since who was cannot be known.
    """
    return request.state is RequestState.CLOSED or (request.state is RequestState.MERGED and not plan.group)


def _counts(request: PullRequest, known: Outcome | None) -> bool:
    if request.state is RequestState.CLOSED and request.marker.withdrawn:
        return False
    return request.state is RequestState.OPEN or not is_over(known)


def _counted(plan: Plan, asked: bool, site: Site) -> Counts:
    return Counts(
        opened_last_hour=site.ledger.opened_since(site.repository.name, site.now - timedelta(hours=1)),
        in_repository=site.ledger.open_pulls(repository=site.repository.name),
        of_owner=max(map(site.ledger.open_pulls, owner_digests(plan)), default=0),
        in_all=site.ledger.open_pulls() + onboarding.open_in_all(site),
        failing=max(_failing(rule, site) for rule in plan.rules),
        asked=asked,
    )


def _failing(rule: str, site: Site) -> int:
    """How many open requests of a rule fail their checks, from the newest on; asked only where it could matter."""
    open_ = [r for r in ours(site) if r.state is RequestState.OPEN and rule in r.marker.rules]
    count = 0
    for request in reversed(open_ if len(open_) >= site.config.limits.breaker_failures else []):
        if site.forge.review(site.slug, request.reference).checks != "failure":
            break
        count += 1
    return count


def _draft(plan: Plan, site: Site, head: str, sha: str | None, ticket: str | None) -> PullDraft:
    marker, asked = replace(upkeep.marker_of(plan, sha), ticket=ticket), site.config.requests
    return PullDraft(
        repository=site.slug,
        base=site.clone.branch,
        head=head,
        title=pull_request_title(plan, site.shown, site.conventional),
        body=naming_ticket(pull_request_body(plan, marker, site.shown), marker),
        marker=marker,
        labels=tuple(dict.fromkeys((LABEL, *plan.rules, *asked.given))),
        reviewers=asked.reviewers or reviewers_of(plan.parts or (plan,)),
        assignees=assignees(plan),
        draft=asked.draft,
        quiet_label=asked.disable_autoplan_label,
    )
