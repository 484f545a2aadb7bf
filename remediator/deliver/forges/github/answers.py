"""What GitHub answers, as far as it is read: https://docs.github.com/rest and /graphql."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from remediator.deliver.boxes import REBUILD, is_ticked, left_out
from remediator.deliver.markers import identify, read_marker
from remediator.deliver.protocols import PullRequest
from remediator.git.ours import Written, is_signed
from remediator.model import RequestState


class Read(BaseModel):
    """A frozen answer of which the rest is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Named(Read):
    """What has a name: a label."""

    name: str


class User(Read):
    """A user or bot."""

    login: str


class Account(Read):
    """An account; who is suspended is told by an Enterprise Server alone."""

    login: str
    type: str = "User"
    suspended_at: datetime | None = None


class Repository(Read):
    """A repository, by its owner and name."""

    full_name: str


class Openness(Read):
    """Who may read a repository; an Enterprise Server of before 3.0 says `private` alone."""

    private: bool | None = None
    visibility: str | None = None


class End(Read):
    """One end of a pull request; `repo` is None once a fork is deleted."""

    ref: str
    sha: str
    repo: Repository | None = None


class Pull(Read):
    """A pull request."""

    number: int
    node_id: str
    html_url: str
    state: str
    title: str
    body: str | None = None
    draft: bool = False
    merged_at: datetime | None = None
    created_at: datetime
    closed_at: datetime | None = None
    labels: tuple[Named, ...] = ()
    assignees: tuple[User, ...] = ()
    head: End
    base: End

    @property
    def request_state(self) -> RequestState:
        """Its state in our words."""
        return _state(self.state, self.merged_at)

    def is_inside(self, repository: str) -> bool:
        """Whether it comes from a branch of the repository itself; a fork's is somebody else's."""
        return self.head.repo is not None and self.head.repo.full_name.lower() == repository.lower()

    def request(self, repository: str, notes: tuple[str, ...] = ()) -> PullRequest | None:
        """It as a request of ours: with our marker or branch, from the repository itself."""
        marker = identify(self.body or "", self.head.ref)
        if marker is None or not self.is_inside(repository):
            return None
        opened = self.created_at.astimezone(UTC)
        return PullRequest(
            str(self.number),
            self.html_url,
            self.head.ref,
            self.request_state,
            marker,
            opened,
            notes,
            self.title,
            self.closed_at,
            is_ticked(self.body or "", REBUILD),
            left_out(self.body or ""),
        )


class PullPart(Read):
    """What the listing of issues says of a pull request."""

    merged_at: datetime | None = None


class Issue(Read):
    """An issue; a pull request is listed as one, too."""

    number: int
    html_url: str
    state: str
    title: str
    body: str | None = None
    created_at: datetime
    closed_at: datetime | None = None
    user: User | None = None
    labels: tuple[Named, ...] = ()
    assignees: tuple[User, ...] = ()
    pull_request: PullPart | None = None

    def request(self) -> PullRequest | None:
        """It as a pull request of ours, or None for what is none; its branch is not told here."""
        marker = read_marker(self.body or "")
        if marker is None or self.pull_request is None:
            return None
        state = _state(self.state, self.pull_request.merged_at)
        opened = self.created_at.astimezone(UTC)
        return PullRequest(
            str(self.number),
            self.html_url,
            "",
            state,
            marker,
            opened,
            title=self.title,
            closed_at=self.closed_at,
            told=is_ticked(self.body or "", REBUILD),
            left=left_out(self.body or ""),
        )


class Comment(Read):
    """A comment; `user` is None once the account is deleted."""

    id: int
    body: str = ""
    user: User | None = None


class CommitStatus(Read):
    """What somebody says of a commit."""

    context: str
    state: str
    description: str | None = None


class Installation(Read):
    """Where a GitHub App is installed, and what it may do there."""

    id: int
    app_slug: str
    suspended_at: datetime | None = None
    permissions: dict[str, str] = Field(default_factory=dict)


class Signature(Read):
    """Who wrote or committed."""

    email: str | None = None


class Rollup(Read):
    """All checks and statuses of a commit, in one word."""

    state: str


class Commit(Read):
    """A commit of a pull request."""

    oid: str
    message: str
    authored_at: datetime = Field(alias="authoredDate")
    committed_at: datetime = Field(alias="committedDate")
    author: Signature = Signature()
    committer: Signature = Signature()
    rollup: Rollup | None = Field(default=None, alias="statusCheckRollup")

    @property
    def written(self) -> Written:
        """By whom it is."""
        amended = self.authored_at != self.committed_at
        return Written(self.author.email or "", self.committer.email or "", amended, is_signed(self.message))


class Tip(Read):
    """The commit that a branch ends in; `blobs` are the ids of the files that were asked for, None where missing."""

    oid: str
    message: str
    author: Signature = Signature()
    parents: tuple[str, ...] = ()
    blobs: tuple[str | None, ...] = ()

    @classmethod
    def of(cls, data: dict[str, Any], files: int) -> "Tip | None":
        """From the answer to the question in `commits.py`, or None where there is no such branch."""
        repository = data["repository"]
        if repository["ref"] is None:
            return None
        target = repository["ref"]["target"]
        found = [repository[f"file{n}"] for n in range(files)]
        parents = [node["oid"] for node in target["parents"]["nodes"]]
        return cls.model_validate({**target, "parents": parents, "blobs": [f and f.get("oid") for f in found]})


class Opinion(Read):
    """The last word of one reviewer."""

    state: str
    author: User | None = None


class Check(Read):
    """A commit status by its `context`, or a check run by its `name`."""

    context: str = ""
    state: str = ""
    name: str = ""
    conclusion: str | None = None

    @property
    def passed(self) -> bool:
        """Whether it says success."""
        return "SUCCESS" in (self.state, self.conclusion)


class Standing(Read):
    """Where a pull request stands."""

    id: str
    head: str = Field(alias="headRefOid")
    draft: bool = Field(alias="isDraft")
    mergeable: str
    opinions: tuple[Opinion, ...]
    many: int
    commits: tuple[Commit, ...]
    checks: tuple[Check, ...] = ()

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Standing":
        """From the answer to the question in `review.py`."""
        pull = dict(data["repository"]["pullRequest"])
        opinions, commits = pull.pop("latestOpinionatedReviews") or {"nodes": []}, pull.pop("commits")
        flat = [node["commit"] for node in commits["nodes"]]
        rollups = [node["commit"]["statusCheckRollup"] for node in pull.pop("tip")["nodes"]]
        checks = [check for rollup in rollups if rollup for check in rollup["contexts"]["nodes"]]
        return cls.model_validate(
            {**pull, "opinions": opinions["nodes"], "many": commits["totalCount"], "commits": flat, "checks": checks}
        )


def _state(state: str, merged_at: datetime | None) -> RequestState:
    if state == "open":
        return RequestState.OPEN
    return RequestState.CLOSED if merged_at is None else RequestState.MERGED
