"""What people and pipelines made of an open merge request, which decides whether it may be touched."""

from typing import Literal

from remediator.deliver.forges.gitlab.answers import Approvals, Commit, CommitStatus, merge_request
from remediator.deliver.forges.gitlab.api import Api
from remediator.deliver.protocols import Review
from remediator.git.ours import is_ours

_CHECKS: dict[str, Literal["success", "failure"]] = {
    "success": "success",
    "skipped": "success",
    "failed": "failure",
    "canceled": "failure",
    "canceling": "failure",
}
"""What a finished pipeline says; `manual` waits for a person, all else is under way."""


def review(api: Api, repository: str, reference: str) -> Review:
    """Four requests, more where there are over a hundred commits; raises RemediatorError, never guesses."""
    manager = api.project(repository).mergerequests
    request = api.read(repository, lambda: merge_request(manager.get(int(reference))))
    passed = _passed(api, repository, request.sha) if request.sha else ()
    lazy = manager.get(int(reference), lazy=True)
    approvals = api.read(repository, lambda: Approvals.model_validate(lazy.approvals.get().attributes))
    return Review(
        head=request.sha,
        draft=request.draft,
        conflicts=request.has_conflicts,
        approved_by=tuple(approver.user.username for approver in approvals.approved_by),
        checks=_CHECKS.get(request.head_pipeline.status, "pending") if request.head_pipeline else None,
        foreign=foreign_commits(api, repository, reference),
        passed=passed,
    )


def _passed(api: Api, repository: str, sha: str) -> tuple[str, ...]:
    commit = api.project(repository).commits.get(sha, lazy=True)

    def look() -> tuple[str, ...]:
        listed = (CommitStatus.model_validate(status.attributes) for status in commit.statuses.list(iterator=True))
        return tuple(dict.fromkeys(status.name for status in listed if status.status == "success"))

    return api.read(repository, look)


def foreign_commits(api: Api, repository: str, reference: str) -> tuple[str, ...]:
    """The commits of a merge request that are not wholly ours: the branch is people's then, and is left to them."""
    request = api.project(repository).mergerequests.get(int(reference), lazy=True)
    commits = api.read(repository, lambda: [Commit.model_validate(c.attributes) for c in request.commits()])
    return tuple(c.id for c in commits if not is_ours(c.written, api.ours))
