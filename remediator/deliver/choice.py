"""Which of our requests is meant, where several could be."""

from collections.abc import Collection, Iterable

from remediator.deliver.protocols import PullRequest
from remediator.model import RequestState


def newest(requests: Iterable[PullRequest], fingerprints: Collection[str], head: str) -> PullRequest | None:
    """The request that shares a fingerprint or comes from the branch: an open one first, then the newest.

    `requests` come oldest first.
    """
    sharing = [r for r in requests if r.head == head or not set(fingerprints).isdisjoint(r.marker.fingerprints)]
    standing = [r for r in sharing if r.state is RequestState.OPEN]
    return next(reversed(standing or sharing), None)
