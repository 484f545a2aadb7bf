"""The pull requests and issues of one GitHub, as a forge."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from github import GithubException

from remediator.deliver import choice
from remediator.deliver.escape import cut
from remediator.deliver.forges.github.accounts import Accounts
from remediator.deliver.forges.github.answers import Issue as IssueAnswer
from remediator.deliver.forges.github.answers import Openness, Pull
from remediator.deliver.forges.github.api import Api, MissingError, problems
from remediator.deliver.forges.github.commits import Commits
from remediator.deliver.forges.github.issues import Issues
from remediator.deliver.forges.github.people import complete
from remediator.deliver.forges.github.review import is_ours, review
from remediator.deliver.forges.github.upkeep import BODY, Upkeep
from remediator.deliver.forges.text import CUT, known_visibility, rewritten
from remediator.deliver.markers import LABEL
from remediator.deliver.protocols import (
    BranchCommit,
    Issue,
    IssueDraft,
    PullDraft,
    PullRequest,
    Review,
    StatusState,
    Visibility,
)
from remediator.errors import RemediatorError
from remediator.git.ours import Written
from remediator.model import RequestState
from remediator.trace.absence import Absences

_NO_DRAFTS = "it could not be opened as a draft: this repository has no drafts"


class GitHubForge:
    """The pull requests of one GitHub; our own ones are read once, when first asked for."""

    def __init__(self, api: Api) -> None:
        self._api, self._upkeep = api, Upkeep(api)
        self._issues, self._commits = Issues(api, self._upkeep), Commits(api)
        self._accounts = Accounts(api)
        self._listed: dict[str, tuple[IssueAnswer, ...] | None] = {}
        self._seen: dict[str, tuple[PullRequest, ...]] = {}
        self._visibility: dict[str, Visibility | None] = {}

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request that carries our label and marker, oldest first; one request for each hundred."""
        if repository not in self._seen:
            listed = self._labelled(repository)
            if listed is None:  # issues are switched off here; the open requests are listed instead
                pulls = self._pulls(repository, state="open", sort="created", direction="asc")
                found = [pull.request(repository) for pull in pulls]
            else:
                found = [issue.request() for issue in listed]
            self._seen[repository] = tuple(request for request in found if request is not None)
        return self._seen[repository]

    def visibility(self, repository: str) -> Visibility | None:
        """Who may read a repository: one request."""
        if repository not in self._visibility:
            said = self._api.get(repository, "", Openness)
            self._visibility[repository] = known_visibility(said.visibility or ("private" if said.private else None))
        return self._visibility[repository]

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request that shares a fingerprint, or, asked afresh, came from the branch."""
        known = choice.newest(self.ours(repository), fingerprints, head)
        return known or choice.newest(self._from_branch(repository, head), fingerprints, head)

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of the draft's branch, made where it is not there; then people, and labels last.

        Labels show that a request is complete: one without them was cut short and is completed now. What cannot be
        set is a note, not a failure. GitHub tells of a new one before any label can be set, and plan servers pass over
        drafts: one with a `quiet_label` is opened as a draft, labelled so, and only then made ready, by us or, where
        GitHub refuses us that, by a person.
        """
        where, look = draft.repository, partial(self._open, draft)
        notes: tuple[str, ...] = ()
        pull = self._api.read(where, look)
        if pull is None:
            drafted = draft.draft or draft.quiet_label is not None
            pull = self._api.create(where, partial(self._create, draft, drafted), look)
            if drafted and not pull.draft:
                notes = (_NO_DRAFTS if draft.draft else f"{_NO_DRAFTS}, and its labels came after it",)
        if not {label.name for label in pull.labels}.issuperset(draft.labels):
            if draft.quiet_label is not None:
                notes += self._quieted(draft.quiet_label, pull, draft)
            notes += complete(self._api, pull, draft)
        request = pull.request(where, notes)
        if request is None:
            raise RemediatorError(f"{where}: pull request {pull.number} is not ours, but has our branch")
        self._remember(where, request)
        return request

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What became of a pull request: one request, unless the listing shows it."""
        known = next((r.state for r in self.ours(repository) if r.reference == reference), None)
        if known is not None:
            return known
        try:
            return self._upkeep.get(repository, reference).request_state
        except MissingError:
            return None

    def commit(self, repository: str, branch: str, commit: BranchCommit, over: bool = False) -> str | None:
        """For an App, the commit that GitHub makes and signs; with a token None: it is pushed."""
        return self._commits.ensure(repository, branch, commit, over) if self._api.login.signs else None

    def body(self, repository: str, reference: str) -> str:
        """The body of a pull request as it stands now."""
        return self._upkeep.get(repository, reference).body or ""

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and body where they would be shown otherwise than now."""
        wrote = self._upkeep.rewrite(repository, reference, title, body)
        if repository in self._seen:
            self._seen[repository] = tuple(
                rewritten(r, title, body) if r.reference == reference else r for r in self._seen[repository]
            )
        return wrote

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make it a draft, or ready."""
        return self._upkeep.mark_draft(repository, reference, draft)

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so."""
        return self._upkeep.say(repository, reference, topic, text)

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Comment with the reason, close, delete our branch; sentences on what was left as it was."""
        left = self._upkeep.close(repository, reference, reason)
        self._moved(repository, reference, RequestState.CLOSED)
        return left

    def review(self, repository: str, reference: str) -> Review:
        """Approvals, checks, conflicts and foreign commits: one request."""
        return review(self._api, repository, reference)

    def made(self, repository: str, commit: Written) -> bool:
        """Whether git made it for us, or GitHub for our App."""
        return is_ours(self._api, repository, commit)

    def ensure_issue(self, repository: str, draft: IssueDraft) -> Issue:
        """The one issue of a topic: made, edited only where its content differs, reopened if closed."""
        issue = self._issues.ensure(repository, draft, self._labelled(repository))
        self._listed.pop(repository, None)
        return issue

    def issue(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic as the listing shows it."""
        return self._issues.find(repository, topic, self._labelled(repository))

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit shows this status under this context."""
        return self._commits.set_status(repository, sha, context, state, description)

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Let GitHub merge it as soon as its rules allow."""
        return self._upkeep.auto_merge(repository, reference)

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Whom GitHub no longer has, or lets into a repository."""
        return self._accounts.absent(repository, handles)

    def gone(self, repository: str, handles: Collection[str]) -> Absences:
        """Who is not there any more, whoever may read the repository."""
        return self._accounts.gone(repository, handles)

    def _labelled(self, repository: str) -> tuple[IssueAnswer, ...] | None:
        """Every issue and pull request with our label, oldest first; None where issues are switched off."""
        if repository not in self._listed:
            send = partial(self._api.changed, repository, "/issues", IssueAnswer, state="all", labels=LABEL,
                           sort="created", direction="asc")  # fmt: skip

            def ask() -> tuple[IssueAnswer, ...] | None:
                try:
                    return tuple(send())
                except GithubException as error:
                    if error.status != 410:
                        raise
                    return None

            self._listed[repository] = self._api.read(repository, ask)
        return self._listed[repository]

    def _pulls(self, repository: str, **parameters: object) -> list[Pull]:
        return self._api.read(repository, lambda: self._api.listed(repository, "/pulls", Pull, **parameters))

    def _from_branch(self, repository: str, head: str) -> list[PullRequest]:
        pulls = self._pulls(repository, head=_head(repository, head), state="all")
        return [request for pull in reversed(pulls) if (request := pull.request(repository))]

    def _open(self, draft: PullDraft) -> Pull | None:
        found = self._api.listed(
            draft.repository, "/pulls", Pull, state="open", head=_head(draft.repository, draft.head)
        )
        return next((pull for pull in found if pull.base.ref == draft.base), None)

    def _create(self, draft: PullDraft, as_draft: bool) -> Pull:
        fields = {"title": draft.title, "body": cut(draft.body, BODY, CUT), "base": draft.base, "head": draft.head}
        try:
            return self._api.send(
                draft.repository, "POST", "/pulls", Pull, fields | {"draft": as_draft, "maintainer_can_modify": True}
            )
        except GithubException as error:
            if error.status == 422 and as_draft and "draft" in problems(error):
                return self._create(draft, as_draft=False)
            there = self._open(draft) if error.status == 422 and "already exists" in problems(error) else None
            if there is None:
                raise
            return there

    def _quieted(self, label: str, pull: Pull, draft: PullDraft) -> tuple[str, ...]:
        """Label a request so that plan servers pass it over, then make it ready; it stays a draft where that fails."""
        failed = f"the label {label} could not be set"
        try:
            self._upkeep.label(draft.repository, pull.number, [label])
            if not draft.draft:
                failed = "it could not be made ready"
                self._upkeep.mark_draft(draft.repository, str(pull.number), False)
        except RemediatorError as error:
            return (f"{failed}{', so it stays a draft' if pull.draft else ''}: {error}",)
        return ()

    def _remember(self, repository: str, request: PullRequest) -> None:
        rest = tuple(r for r in self.ours(repository) if r.reference != request.reference)
        self._seen[repository] = (*rest, replace(request, notes=()))

    def _moved(self, repository: str, reference: str, state: RequestState) -> None:
        self._seen[repository] = tuple(
            replace(r, state=state) if r.reference == reference else r for r in self.ours(repository)
        )


def _head(repository: str, branch: str) -> str:
    return f"{repository.partition('/')[0]}:{branch}"
