"""What GitLab answers, as far as it is read: https://docs.gitlab.com/api/rest/."""

import re
from datetime import UTC, datetime

from gitlab.base import RESTObject
from pydantic import BaseModel, ConfigDict

from remediator.deliver.boxes import REBUILD, is_ticked, left_out
from remediator.deliver.markers import identify
from remediator.deliver.protocols import PullRequest
from remediator.git.ours import Written, is_signed
from remediator.model import RequestState

_READ = ConfigDict(frozen=True, extra="ignore")

_BOT = re.compile(r"(?:(?:project|group)_\d+_bot|service_account_).*", re.IGNORECASE)
"""https://docs.gitlab.com/user/project/settings/project_access_tokens/#bot-users-for-projects"""

DEVELOPER = 30
"""The access level from which a member pushes branches and opens merge requests."""


class User(BaseModel):
    """A user; `bot` is told only where one user is asked for, `access_level` only of a group's member."""

    model_config = _READ

    id: int
    username: str
    state: str = "active"
    bot: bool = False
    access_level: int = 0

    @property
    def is_person(self) -> bool:
        """Whether it is an account in use, and no bot."""
        return self.state == "active" and not self.bot and _BOT.match(self.username) is None


class Pipeline(BaseModel):
    """The newest pipeline of a merge request's head."""

    model_config = _READ

    status: str


class MergeRequest(BaseModel):
    """A merge request; one that is listed comes without its pipeline."""

    model_config = _READ

    iid: int
    title: str
    description: str | None = None
    state: str
    source_branch: str
    target_branch: str
    source_project_id: int | None = None  # None once a fork is deleted
    target_project_id: int
    web_url: str
    created_at: datetime
    closed_at: datetime | None = None
    labels: tuple[str, ...] = ()
    assignees: tuple[User, ...] = ()
    reviewers: tuple[User, ...] = ()
    draft: bool = False
    sha: str | None = None
    has_conflicts: bool = False
    head_pipeline: Pipeline | None = None
    merge_when_pipeline_succeeds: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it may still be merged; `locked` is one that is being merged at this moment."""
        return self.state in ("opened", "locked")

    @property
    def request_state(self) -> RequestState:
        """Its state in our words."""
        if self.is_open:
            return RequestState.OPEN
        return RequestState.MERGED if self.state == "merged" else RequestState.CLOSED

    def request(self, notes: tuple[str, ...] = ()) -> PullRequest | None:
        """It as a request of ours: with our marker or branch, from the project itself; a fork's is somebody else's."""
        marker = identify(self.description or "", self.source_branch)
        if marker is None or self.source_project_id != self.target_project_id:
            return None
        opened, state = self.created_at.astimezone(UTC), self.request_state
        return PullRequest(
            str(self.iid),
            self.web_url,
            self.source_branch,
            state,
            marker,
            opened,
            notes,
            self.title,
            self.closed_at,
            is_ticked(self.description or "", REBUILD),
            left_out(self.description or ""),
        )


class Access(BaseModel):
    """A role that was given."""

    model_config = _READ

    access_level: int = 0


class Permissions(BaseModel):
    """What the token's user may do in a project, by a role of its own or by one of its group."""

    model_config = _READ

    project_access: Access | None = None
    group_access: Access | None = None


class Project(BaseModel):
    """A project, and what of it keeps merge requests from being opened."""

    model_config = _READ

    default_branch: str | None = None
    archived: bool = False
    visibility: str | None = None
    merge_requests_access_level: str | None = None
    permissions: Permissions | None = None

    @property
    def obstacle(self) -> str | None:
        """What keeps merge requests from being opened here, and how to mend it; None where nothing is known to."""
        if self.archived:
            return "the project is archived; unarchive it, or take the repository out of the configuration"
        if self.merge_requests_access_level == "disabled":
            return "merge requests are switched off in the project; switch them on under Settings, General, Visibility"
        roles = (self.permissions.project_access, self.permissions.group_access) if self.permissions else ()
        given = [role.access_level for role in roles if role is not None]
        if given and max(given) < DEVELOPER:
            return "the token's role is too low to push branches; give it the role Developer in the project"
        return None


class Note(BaseModel):
    """A comment; a `system` one is GitLab's own."""

    model_config = _READ

    id: int
    body: str
    author: User
    system: bool = False


class Issue(BaseModel):
    """An issue."""

    model_config = _READ

    iid: int
    web_url: str
    title: str
    description: str | None = None
    state: str
    author: User
    labels: tuple[str, ...] = ()


class CommitStatus(BaseModel):
    """What somebody says of a commit; an external one stands beside the jobs of pipelines."""

    model_config = _READ

    name: str
    status: str
    description: str | None = None


class Commit(BaseModel):
    """A commit of a merge request."""

    model_config = _READ

    id: str
    author_email: str | None = None
    committer_email: str | None = None
    authored_date: datetime
    committed_date: datetime
    message: str

    @property
    def written(self) -> Written:
        """By whom it is."""
        amended = self.authored_date != self.committed_date
        return Written(self.author_email or "", self.committer_email or "", amended, is_signed(self.message))


class Approver(BaseModel):
    """Who approved."""

    model_config = _READ

    user: User


class Approvals(BaseModel):
    """The approvals that stand; Premium counts them against rules, every edition lists them."""

    model_config = _READ

    approved_by: tuple[Approver, ...] = ()


def merge_request(answer: RESTObject) -> MergeRequest:
    """A merge request as python-gitlab holds it, checked."""
    return MergeRequest.model_validate(answer.attributes)
