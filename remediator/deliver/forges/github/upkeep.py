"""What is done to a pull request after it was opened; each step may be asked for again, and writes once."""

from collections.abc import Collection
from functools import partial
from urllib.parse import quote

from github import GithubException

from remediator.deliver.escape import cut
from remediator.deliver.forges.github.answers import Comment, Pull
from remediator.deliver.forges.github.api import Api, problems
from remediator.deliver.forges.github.review import foreign_commits, read
from remediator.deliver.forges.text import CUT, differ, topic_marker
from remediator.deliver.markers import LABEL
from remediator.errors import RemediatorError
from remediator.model import RequestState

BODY = 65_536
"""Characters of a body or comment: what GitHub's answer to a longer one names."""

CLOSING = "closed"
"""The topic of the comment that says why a pull request was closed."""

_DRAFT = "mutation ($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { clientMutationId } }"
_READY = "mutation ($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }"
_AUTO_MERGE = """
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    autoMergeAllowed viewerDefaultMergeMethod
    pullRequest(number: $number) { id autoMergeRequest { enabledAt } }
  }
}
"""
_ENABLE = """
mutation ($id: ID!, $method: PullRequestMergeMethod!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method}) { clientMutationId }
}
"""


class Upkeep:
    """Writes to the pull requests of one GitHub, of which only those that are ours should be named."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def get(self, repository: str, reference: str) -> Pull:
        """A pull request as it is now."""
        return self._api.get(repository, f"/pulls/{int(reference)}", Pull)

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and body where they would be shown otherwise than now; whether anything was written."""
        there = self.get(repository, reference)
        wanted = {"title": title, "body": cut(body, BODY, CUT)}
        now = {"title": there.title, "body": there.body or ""}
        changed = {name: text for name, text in wanted.items() if differ(now[name], text)}
        if changed:
            self._patch(repository, f"/pulls/{there.number}", changed)
        return bool(changed)

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make it a draft, or ready; raises RemediatorError where the repository has no drafts."""
        there = self.get(repository, reference)
        if there.draft == draft:
            return False
        query = _DRAFT if draft else _READY
        self._api.read(repository, lambda: self._api.ask(repository, query, id=there.node_id))
        return True

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, edited in place; whether anything was written."""
        head = topic_marker("comment", topic)
        body = cut(f"{head}\n{text}", BODY, CUT)
        path = f"/issues/{int(reference)}/comments"

        def find() -> Comment | None:
            marked = [c for c in self._api.listed(repository, path, Comment) if c.body.startswith(head)]
            me = self._api.myself(repository) if marked else ""
            return next((c for c in marked if c.user is not None and c.user.login == me), None)

        there = self._api.read(repository, find)
        if there is not None and not differ(there.body, body):
            return False
        if there is None:
            self._api.create(
                repository, lambda: self._api.send(repository, "POST", path, Comment, {"body": body}), find
            )
        else:
            self._patch(repository, f"/issues/comments/{there.id}", {"body": body})
        return True

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Close it with a comment that says why, and delete its branch; sentences on what was left as it is.

        The comment comes first: closed without one it would look like somebody's no. A branch with commits of others
        stays. Raises RemediatorError for one that was merged.
        """
        there = self.get(repository, reference)
        if there.request_state is RequestState.MERGED:
            raise RemediatorError(f"{repository}: pull request {reference} is merged, so it is not closed")
        if there.request_state is RequestState.OPEN:
            self.say(repository, reference, CLOSING, reason)
            self._patch(repository, f"/pulls/{there.number}", {"state": "closed"})
        if not there.head.ref.startswith(f"{LABEL}/") or not there.is_inside(repository):
            return (f"the branch {there.head.ref} is not ours, so it stays",)
        if foreign_commits(self._api, repository, read(self._api, repository, reference)):
            return (f"the branch {there.head.ref} holds commits of others, so it stays",)
        return self._delete(repository, there.head.ref)

    def label(self, repository: str, number: int, names: Collection[str]) -> None:
        """Give an issue labels."""
        path, labels = f"/issues/{number}/labels", {"labels": list(names)}
        self._api.read(repository, partial(self._api.do, repository, "POST", path, labels))

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Let GitHub merge it, in the way that the repository prefers, as soon as its rules allow."""
        owner, _, name = repository.partition("/")
        asked = partial(self._api.ask, repository, _AUTO_MERGE, owner=owner, name=name, number=int(reference))
        there = self._api.read(repository, asked)["repository"]
        if there["pullRequest"]["autoMergeRequest"] is not None:
            return False
        if not there["autoMergeAllowed"]:
            raise RemediatorError(f"{repository}: auto-merge is switched off; allow it in the repository's settings")
        variables = {"id": there["pullRequest"]["id"], "method": there["viewerDefaultMergeMethod"]}

        def enable() -> bool:
            try:
                self._api.ask(repository, _ENABLE, **variables)
            except GithubException as error:
                if "clean status" not in problems(error):
                    raise
                return False
            return True

        if not self._api.read(repository, enable):
            raise RemediatorError(
                f"{repository}: GitHub sees nothing that pull request {reference} waits for, so auto-merge "
                "is refused; protect the base branch with a required check or review"
            )
        return True

    def patch_issue(self, repository: str, number: int, fields: dict[str, str]) -> None:
        """Set fields of an issue."""
        self._patch(repository, f"/issues/{number}", fields)

    def _patch(self, repository: str, path: str, fields: dict[str, str]) -> None:
        self._api.read(repository, partial(self._api.do, repository, "PATCH", path, fields))

    def _delete(self, repository: str, branch: str) -> tuple[str, ...]:
        try:
            self._delete_at(repository, f"/git/refs/heads/{quote(branch)}")
        except RemediatorError:
            return (f"GitHub does not let the branch {branch} be deleted, so it stays",)
        return ()

    def _delete_at(self, repository: str, path: str) -> None:
        """Delete what may be gone already, by whoever closed it or by a run before this one."""

        def send() -> None:
            try:
                self._api.do(repository, "DELETE", path)
            except GithubException as error:
                if error.status not in (404, 422):
                    raise

        self._api.read(repository, send)
