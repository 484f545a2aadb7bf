"""Commits that GitHub makes for an App, and signs; statuses of commits.

https://docs.github.com/graphql/reference/mutations#createcommitonbranch
"""

import base64
import hashlib
from functools import partial

from github import GithubException

from remediator.deliver.forges.github.answers import CommitStatus, Tip
from remediator.deliver.forges.github.api import Api, problems
from remediator.deliver.protocols import BranchCommit, StatusState
from remediator.errors import RemediatorError

DESCRIPTION = 140
"""Characters of a status' description, GitHub's limit."""

_COMMIT = """
mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }
"""
_TIP = """
query ($owner: String!, $name: String!, $branch: String!%s) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $branch) {
      target { ... on Commit { oid message author { email } parents(first: 2) { nodes { oid } } } }
    }
%s
  }
}
"""


class Commits:
    """The commits of one GitHub."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ensure(self, repository: str, branch: str, commit: BranchCommit) -> str:
        """The commit on its base at the end of a branch, made where it is not there.

        A branch that was made and got no commit is given it now. One of ours that ends in another commit is set back
        to the base first. Raises RemediatorError where somebody else has committed to it.
        """
        tip = self._api.read(repository, partial(self._tip, repository, branch, commit))
        if tip is None:
            self._make_branch(repository, branch, commit.base)
        elif tip.oid != commit.base:
            if not self._is_ours(repository, tip):
                raise RemediatorError(
                    f"{repository}: the branch '{branch}' holds a commit of somebody else and no open pull request; "
                    "open one from it, or delete it"
                )
            if _is_made(tip, commit):
                return tip.oid
            path = f"/git/refs/heads/{branch}"
            self._api.read(
                repository, partial(self._api.do, repository, "PATCH", path, {"sha": commit.base, "force": True})
            )
        send = partial(self._commit, repository, branch, commit)
        return self._api.create(repository, send, partial(self._made, repository, branch, commit))

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit shows this status; the newest of a context counts."""
        text = description if len(description) <= DESCRIPTION else description[: DESCRIPTION - 1] + "…"
        path = f"/commits/{sha}/statuses"
        listed = self._api.read(repository, lambda: self._api.listed(repository, path, CommitStatus))
        there = next((status for status in listed if status.context == context), None)
        if there is not None and (there.state, there.description or "") == (state, text):
            return False
        body = {"state": state, "context": context, "description": text}
        self._api.read(repository, partial(self._api.do, repository, "POST", f"/statuses/{sha}", body))
        return True

    def _tip(self, repository: str, branch: str, commit: BranchCommit) -> Tip | None:
        owner, _, name = repository.partition("/")
        files = range(len(commit.files))
        query = _TIP % (
            "".join(f", $file{n}: String!" for n in files),
            "\n".join(f"    file{n}: object(expression: $file{n}) {{ oid }}" for n in files),
        )
        named = {f"file{n}": f"refs/heads/{branch}:{path}" for n, (path, _) in enumerate(commit.files)}
        data = self._api.ask(repository, query, owner=owner, name=name, branch=f"refs/heads/{branch}", **named)
        return Tip.of(data, len(files))

    def _make_branch(self, repository: str, branch: str, base: str) -> None:
        def send() -> None:
            try:
                self._api.do(repository, "POST", "/git/refs", {"ref": f"refs/heads/{branch}", "sha": base})
            except GithubException as error:
                # Another run, or this one before an answer was lost, may have made it.
                if error.status != 422 or "already exists" not in problems(error):
                    raise

        self._api.read(repository, send)

    def _commit(self, repository: str, branch: str, commit: BranchCommit) -> str:
        headline, _, text = commit.message.partition("\n")
        fields = {
            "branch": {"repositoryNameWithOwner": repository, "branchName": branch},
            "expectedHeadOid": commit.base,
            "message": {"headline": headline, "body": text.strip("\n")},
            "fileChanges": {
                "additions": [{"path": p, "contents": base64.b64encode(c).decode()} for p, c in commit.files]
            },
        }
        try:
            data = self._api.ask(repository, _COMMIT, input=fields)
        except GithubException as error:
            if "stale_data" not in problems(error):
                raise
            there = self._made(repository, branch, commit)
            if there is None:
                raise RemediatorError(
                    f"{repository}: somebody committed to the branch '{branch}' at this moment; it is left to them"
                ) from error
            return there
        return str(data["createCommitOnBranch"]["commit"]["oid"])

    def _made(self, repository: str, branch: str, commit: BranchCommit) -> str | None:
        tip = self._tip(repository, branch, commit)
        return tip.oid if tip is not None and self._is_ours(repository, tip) and _is_made(tip, commit) else None

    def _is_ours(self, repository: str, tip: Tip) -> bool:
        return (tip.author.email or "").endswith(f"+{self._api.myself(repository)}@users.noreply.github.com")


def _is_made(tip: Tip, commit: BranchCommit) -> bool:
    """Whether it is the commit that was meant: on that base, with that message, and the files read so."""
    same_message = tip.message.strip() == commit.message.strip()
    return tip.parents == (commit.base,) and same_message and tip.blobs == tuple(_blob(c) for _, c in commit.files)


def _blob(content: bytes) -> str:
    """The id that git gives a file; GitHub's repositories are all of SHA-1."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
