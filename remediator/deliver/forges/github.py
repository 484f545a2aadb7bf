"""GitHub and GitHub Enterprise Server, through PyGithub with its own retries off."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from github import Auth, Github, GithubException
from github.Issue import Issue
from github.PullRequest import PullRequest as GithubPull
from github.Repository import Repository
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException, Timeout

from remediator.deliver import choice
from remediator.deliver.markers import LABEL, identify, read_marker
from remediator.deliver.protocols import PullDraft, PullRequest
from remediator.deliver.retry import Answer, Retry
from remediator.errors import RemediatorError
from remediator.model import RequestState

T = TypeVar("T")

SECONDS = 30
"""How long an answer may take."""

PACE = 1.0
"""Seconds between two writes, as GitHub asks of programs."""


def judge(error: BaseException) -> Answer | None:
    """What GitHub answered, from what PyGithub raised."""
    if isinstance(error, GithubException):
        return Answer(error.status, error.headers or {}, str(error))
    if isinstance(error, RequestsConnectionError | Timeout):
        refused = isinstance(error, ConnectTimeout) or "NewConnectionError" in repr(error)
        return Answer(None, {}, str(error), sent=not refused)
    return None


class GitHubForge:
    """The pull requests of one GitHub server; our own ones are read once, when first asked for."""

    def __init__(self, api_url: str, token: str, retry: Retry, pace: float = PACE) -> None:
        self._retry, self._api_url = retry, api_url
        self._client = Github(
            auth=Auth.Token(token),
            base_url=api_url.rstrip("/"),
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=pace or None,
            timeout=SECONDS,
            per_page=100,
            lazy=True,
        )
        self._seen: dict[str, tuple[PullRequest, ...]] = {}

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request that carries our label and marker, oldest first; one request for each hundred."""
        if repository not in self._seen:
            self._seen[repository] = self._asked(repository, partial(self._listed, self._repository(repository)))
        return self._seen[repository]

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request that shares a fingerprint, or, asked afresh, came from the branch."""
        known = choice.newest(self.ours(repository), fingerprints, head)
        return known or choice.newest(self._from_branch(repository, head), fingerprints, head)

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of the draft's branch, made where it is not there; then people, and labels last.

        Labels show that a request is complete: one without them was cut short and is completed now. What cannot be
        set is a note, not a failure.
        """
        look = partial(self._open, draft)
        pull = look() or self._asked(
            draft.repository, lambda: self._retry.create(partial(self._create, draft), look), retried=True
        )
        labels = {label.name for label in pull.labels}
        notes = () if labels.issuperset(draft.labels) else self._complete(pull, draft)
        request = _request(pull, draft.repository)
        if request is None:
            raise RemediatorError(f"{draft.repository}: pull request {pull.number} is not ours, but has our branch")
        seen = tuple(r for r in self.ours(draft.repository) if r.reference != request.reference)
        self._seen[draft.repository] = (*seen, request)
        return PullRequest(
            request.reference, request.where, request.head, request.state, request.marker, request.opened_at, notes
        )

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What became of a pull request: one request, unless the listing shows it."""
        known = next((r.state for r in self.ours(repository) if r.reference == reference), None)
        if known is not None:
            return known
        try:
            return _state(self._asked(repository, lambda: self._repository(repository).get_pull(int(reference))))
        except _MissingError:
            return None

    def _repository(self, slug: str) -> Repository:
        return self._client.get_repo(slug)

    def _listed(self, repository: Repository) -> tuple[PullRequest, ...]:
        try:
            issues = list(repository.get_issues(state="all", labels=[LABEL], sort="created", direction="asc"))
            found = [_from_issue(issue) for issue in issues]
        except GithubException as error:
            if error.status != 410:  # issues are switched off here; the open requests are listed instead
                raise
            pulls = list(repository.get_pulls(state="open", sort="created", direction="asc"))
            found = [_request(pull, repository.full_name) for pull in pulls]
        return tuple(request for request in found if request is not None)

    def _from_branch(self, repository: str, head: str) -> list[PullRequest]:
        pulls = self._asked(repository, partial(self._pulls, repository, head, "all"))
        return [request for pull in reversed(pulls) if (request := _request(pull, repository))]

    def _pulls(self, repository: str, head: str, state: str) -> list[GithubPull]:
        owner = repository.partition("/")[0]
        return list(self._repository(repository).get_pulls(state=state, head=f"{owner}:{head}"))

    def _open(self, draft: PullDraft) -> GithubPull | None:
        found = self._asked(draft.repository, partial(self._pulls, draft.repository, draft.head, "open"))
        return next((pull for pull in found if pull.base.ref == draft.base), None)

    def _create(self, draft: PullDraft) -> GithubPull:
        try:
            return self._repository(draft.repository).create_pull(
                base=draft.base,
                head=draft.head,
                title=draft.title,
                body=draft.body,
                draft=draft.draft,
                maintainer_can_modify=True,
            )
        except GithubException as error:
            there = self._open(draft) if error.status == 422 and "already exists" in str(error) else None
            if there is None:
                raise
            return there

    def _complete(self, pull: GithubPull, draft: PullDraft) -> tuple[str, ...]:
        people = [handle.removeprefix("@") for handle in draft.assignees if "/" not in handle]
        notes = [self._try("assign it", partial(pull.add_to_assignees, *people))] if people else []
        own = draft.repository.partition("/")[0].lower()
        foreign = [h for h in draft.reviewers if "/" in h and h.removeprefix("@").partition("/")[0].lower() != own]
        # GitHub is told a team without its organisation, so this would ask ours of the same name.
        notes += [f"did not ask {h.removeprefix('@')}: it is a team of another organisation" for h in foreign]
        notes += self._ask_reviewers(pull, tuple(h for h in draft.reviewers if h not in foreign))
        notes += [self._try("label it", partial(pull.add_to_labels, *draft.labels))]
        return tuple(note for note in notes if note)

    def _ask_reviewers(self, pull: GithubPull, handles: tuple[str, ...]) -> list[str | None]:
        """Ask them all at once; where one of them cannot review, each by itself."""
        if not handles or self._try("", partial(_ask, pull, handles)) is None:
            return []
        return [
            self._try(f"ask {handle.removeprefix('@')} to review it", partial(_ask, pull, [handle]))
            for handle in handles
        ]

    def _try(self, what: str, send: Callable[[], None]) -> str | None:
        """None where it worked, else a sentence."""
        try:
            self._retry.read(send)
        except (GithubException, RequestException) as error:
            answer = judge(error)
            return f"could not {what} (GitHub answered {answer.status if answer else 'nothing'})"
        return None

    def _asked(self, repository: str, send: Callable[[], T], retried: bool = False) -> T:
        try:
            return send() if retried else self._retry.read(send)
        except (GithubException, RequestException) as error:
            raise _worded(repository, self._api_url, error) from error


class _MissingError(RemediatorError):
    """There is no such thing on the forge, or the token may not see it."""


def _ask(pull: GithubPull, handles: Collection[str]) -> None:
    people = [h.removeprefix("@") for h in handles if "/" not in h]
    teams = [h.rpartition("/")[2] for h in handles if "/" in h]
    pull.create_review_request(reviewers=people, team_reviewers=teams)


def _request(pull: GithubPull, repository: str) -> PullRequest | None:
    """A pull request from a branch of the repository itself, with our marker; a fork's is somebody else's."""
    head = pull.head.repo  # None once a fork is deleted
    marker = identify(pull.body or "", pull.head.ref)
    if marker is None or head is None or head.full_name.lower() != repository.lower():
        return None
    opened = pull.created_at.astimezone(UTC)
    return PullRequest(str(pull.number), pull.html_url, pull.head.ref, _state(pull), marker, opened)


def _from_issue(issue: Issue) -> PullRequest | None:
    marker = read_marker(issue.body or "")
    if marker is None or issue.pull_request is None:
        return None
    merged: datetime | None = issue.pull_request.merged_at
    closed = RequestState.MERGED if merged is not None else RequestState.CLOSED
    state = RequestState.OPEN if issue.state == "open" else closed
    return PullRequest(str(issue.number), issue.html_url, "", state, marker, issue.created_at.astimezone(UTC))


def _state(pull: GithubPull) -> RequestState:
    if pull.state == "open":
        return RequestState.OPEN
    merged: datetime | None = pull.merged_at
    return RequestState.CLOSED if merged is None else RequestState.MERGED


def _worded(repository: str, api_url: str, error: GithubException | RequestException) -> RemediatorError:
    answer = judge(error)
    if answer is None or answer.status is None:
        return RemediatorError(f"{repository}: {api_url} did not answer; check api_url and the network, then run again")
    if answer.limited:
        return RemediatorError(f"{repository}: GitHub's rate limit is reached; what is left is done by the next run")
    if answer.status == 401:
        return RemediatorError(f"{repository}: GitHub does not take the token; renew it in the forge's token_env")
    if answer.status in (403, 404):
        return _MissingError(
            f"{repository}: GitHub answered {answer.status}; check the slug, and that the token may read the "
            "repository and write contents, issues and pull requests"
        )
    return RemediatorError(f"{repository}: GitHub answered {answer.message[:300]}; run again, or report it")
