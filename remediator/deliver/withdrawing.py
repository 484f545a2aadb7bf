"""How a request of ours ends by our own hand: closed with a reason that it says of itself, so it is nobody's no."""

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from remediator.deliver import saying
from remediator.deliver.lifecycle import REOPENED
from remediator.deliver.markers import Marker
from remediator.deliver.marking import remark
from remediator.deliver.protocols import PullRequest, Review
from remediator.deliver.site import Site
from remediator.model import Outcome, Plan, RequestState, Status


def supersede(kept: PullRequest, ours: Sequence[PullRequest], site: Site) -> None:
    """Withdraw the other open requests that ask for nothing but what one asks for too, unless people are at them."""
    others = [r for r in ours if r.reference != kept.reference]
    others = [r for r in others if r.state is RequestState.OPEN or r.marker.withdrawn == saying.SUPERSEDED]
    followed = site.ledger.of_requests(site.repository.name) if others else {}
    for other in others:
        known = followed.get(other.reference)
        if not _holds(kept, followed.get(kept.reference), other, known):
            continue
        if other.state is RequestState.OPEN and (known is None or known.pending != REOPENED):
            review = site.forge.review(site.slug, other.reference)
            if not review.foreign and held_by(review, site) is None:
                withdraw(other, saying.SUPERSEDED, site)
                _end(known, saying.SUPERSEDED, site)
        elif other.state is RequestState.CLOSED and known is not None:
            finish(known, site)


def finish(known: Outcome, site: Site) -> Outcome:
    """Complete what a killed run began: a request that says we closed it loses its branch, too, and counts as ended."""
    request = next((r for r in site.forge.ours(site.slug) if r.reference == known.reference), None)
    if request is None or request.state is not RequestState.CLOSED or not known.is_open or known.pending == REOPENED:
        return known
    reason = request.marker.withdrawn or ""
    if reason not in saying.WITHDRAWN:
        return known
    site.forge.close(site.slug, request.reference, saying.WITHDRAWN[reason])
    return _end(known, reason, site) or known


def take_back(request: PullRequest, plan: Plan, site: Site) -> None:
    """Make a declined request one that does not count for a plan, since a person wants to be asked once more.

    What else it asked for stays declined.
    """
    own = set(plan.fingerprints)

    def without(marker: Marker) -> Marker:
        others = tuple(f for f in marker.fingerprints if f not in own)
        if not own.isdisjoint(marker.declined):
            return replace(marker, declined=tuple(f for f in marker.declined if f not in own))
        if others and marker.group:
            return replace(marker, fingerprints=others)
        return replace(marker, withdrawn=saying.ASKED_AGAIN)

    remark(request, site, without)


def close_empty(request: PullRequest, site: Site) -> None:
    """Close a request of which people left out all that it asked for: that is their no to each."""
    stands = next((r for r in site.forge.ours(site.slug) if r.reference == request.reference), None)
    if stands is not None and stands.state is RequestState.OPEN and set(stands.left).issuperset(_asked(stands, site)):
        site.forge.close(site.slug, request.reference, saying.LEFT_OUT)


def withdraw(request: PullRequest, reason: str, site: Site) -> None:
    """Close it with the reason, after it says of itself that we did: closed without that it would look declined."""
    remark(request, site, lambda marker: replace(marker, withdrawn=reason))
    site.forge.close(site.slug, request.reference, saying.WITHDRAWN[reason])


def disown(request: PullRequest, site: Site) -> None:
    """Take back from an open request that we closed it: closed from now on, it is somebody's no."""
    remark(request, site, lambda marker: replace(marker, withdrawn=None))


def held_by(review: Review, site: Site) -> str | None:
    """Why a request is not to be moved: people approved it, or a plan server says that it was applied already."""
    if review.approved_by:
        return "it is approved, so it is left as it is"
    names = (name for name in review.passed if any(fnmatchcase(name, glob) for glob in site.config.requests.applied))
    applied = next(names, None)
    return None if applied is None else f"{applied} says that it is applied, so it is left as it is"


def _holds(kept: PullRequest, own: Outcome | None, other: PullRequest, known: Outcome | None) -> bool:
    """Whether one request asks for all that another one does: its findings, or what they come to, as a whole does."""
    if set(other.marker.fingerprints) <= set(kept.marker.fingerprints):
        return True
    if own is None or known is None or not known.targets:
        return False
    return set(known.targets) < set(own.targets)


def _end(known: Outcome | None, reason: str, site: Site) -> Outcome | None:
    """Keep that an open request was withdrawn, so that it counts against no limit."""
    if known is None or not known.is_open:
        return known
    ended = replace(known, status=Status.SUPERSEDED, pending=reason, closed_at=known.closed_at or site.now)
    site.ledger.save(ended)
    return ended


def _asked(request: PullRequest, site: Site) -> frozenset[str]:
    """The plans of this run, by name, that a request asks for, and what it asks for that no plan has."""
    own = {f: plan.id for plan in site.plans for f in plan.fingerprints}
    return frozenset(own.get(fingerprint, fingerprint) for fingerprint in request.marker.fingerprints)
