"""What a forge and a tracker can do for us, and the values they take and give."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from remediator.deliver.markers import Marker
from remediator.git.ours import Written
from remediator.model import RequestState
from remediator.trace.absence import Absences


@dataclass(frozen=True, slots=True)
class PullDraft:
    """A pull request to be: `repository` is its slug on the forge, `head` a branch that is pushed already.

    `reviewers` and `assignees` are handles as CODEOWNERS writes them (`@octocat`, `@acme/team`). `quiet_label` is the
    one of its labels that has to be there before plan servers are told of it.
    """

    repository: str
    base: str
    head: str
    title: str
    body: str
    marker: Marker
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool = False
    quiet_label: str | None = None


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit to be on a branch of ours: on `base` these files read so, all else is as it was.

    `author` is who writes it, as `name <address>`, where git makes it; without one it is ourselves.
    """

    base: str
    files: tuple[tuple[str, bytes], ...]
    message: str
    author: str | None = None


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request of ours; `notes` are sentences on what could not be set on it (a reviewer, a label).

    `closed_at` is when it was closed or merged, where the listing tells; `told` is that a person ticked the box in its
    body to have its branch made anew, `left` are the plans that people ticked to be left out of it.
    """

    reference: str
    where: str
    head: str
    state: RequestState
    marker: Marker
    opened_at: datetime | None = None
    notes: tuple[str, ...] = ()
    title: str = ""
    closed_at: datetime | None = None
    told: bool = False
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What people and pipelines made of an open request, which decides whether it may be touched.

    `head` is the commit it would merge; handles are without their @; `checks` sums up all checks, pipelines and commit
    statuses of that commit, None where there are none, and `passed` names those that say success; `foreign` are the
    commits that somebody else wrote or committed.
    """

    head: str | None
    draft: bool
    conflicts: bool
    approved_by: tuple[str, ...]
    checks: Literal["pending", "success", "failure"] | None
    foreign: tuple[str, ...]
    passed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """An issue to be; `topic`, lower case words joined by `-`, stands in a hidden marker and is all it is known by."""

    topic: str
    title: str
    body: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of ours; `body` is as it stands there, with the boxes that people ticked, without the hidden marker."""

    reference: str
    where: str
    title: str
    body: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket to be; `description` is written in the tracker's own markup, `attachments` are files of ours.

    `monthly_saving`, in the currency of prices, decides the priority where the tracker's configuration maps it;
    `epic` is the key of the epic it belongs to, `group` what it is a part of with other tickets. `repository` is the
    name of the one that it is about.
    """

    project: str
    summary: str
    description: str
    marker: Marker
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    attachments: tuple[Path, ...] = ()
    monthly_saving: Decimal | None = None
    epic: str | None = None
    group: "Group | None" = None
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What several tickets are parts of, such as an abandoned experiment; `label` is all that it is known by."""

    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of ours; `notes` are sentences on what could not be set on it (its assignee, an attachment).

    `plan_id`, `rule` and `repository`, by its name in the configuration, are known of those that a whole listing
    shows, where the ticket still says them.
    """

    reference: str
    where: str
    state: RequestState
    fingerprints: tuple[str, ...]
    notes: tuple[str, ...] = ()
    plan_id: str | None = None
    rule: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    repository: str | None = None


Visibility = Literal["public", "internal", "private"]

StatusState = Literal["pending", "success", "failure", "error"]


class Forge(Protocol):
    """Where pull requests are opened; every method raises RemediatorError where the forge does not do as asked.

    What gives a truth value says whether anything was written: asked for again, each writes nothing. Of requests only
    those that are ours should be named, by their `reference`.
    """

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request of ours in a repository, whatever its state, oldest first; read once a run."""

    def visibility(self, repository: str) -> Visibility | None:
        """Who may read a repository; None where it does not say. Read once a run."""

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request of ours sharing a fingerprint or from the branch; an open one first, then the newest."""

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of this branch, made and completed where it is not; one, however often it is asked."""

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What became of a pull request, or None where it is not there."""

    def commit(self, repository: str, branch: str, commit: BranchCommit, over: bool = False) -> str | None:
        """The id of the commit as the forge made and signed it itself; None where it is to be pushed by git.

        The branch is made where it is not there, and moved where it is ours, or where a person told us to go `over` it.
        Call `branches.publish`, which asks this.
        """

    def body(self, repository: str, reference: str) -> str:
        """The body of a request as it stands now, for the boxes that people ticked."""

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and body where they would be shown otherwise than now; a draft stays one."""

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make it a draft, or ready."""

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, edited in place."""

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Comment with the reason, close, delete our branch; sentences on what was left as it is."""

    def review(self, repository: str, reference: str) -> Review:
        """Approvals, checks, conflicts and foreign commits."""

    def made(self, repository: str, commit: Written) -> bool:
        """Whether a commit is one that we made, by git or by the forge for us."""

    def ensure_issue(self, repository: str, draft: IssueDraft) -> Issue:
        """The one issue of a topic: made, edited only where its content differs, reopened if closed."""

    def issue(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic as it stands, or None where there is none, or the repository has no issues."""

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit shows this status under this context."""

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Let the forge merge it as soon as its checks and approvals allow; raises where that is not allowed there."""

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Which of some `folded` handles cannot be asked in a repository, and why; each is looked up once a run."""

    def gone(self, repository: str, handles: Collection[str]) -> Absences:
        """Which of some `folded` handles are not there any more, whoever may read the repository it is asked about."""


class Tracker(Protocol):
    """Where tickets are opened; every method raises RemediatorError where the tracker does not do as asked.

    What gives a truth value says whether anything was written: asked for again, each writes nothing.
    """

    @property
    def markup(self) -> str:
        """The template of its descriptions: `ticket.md` or `ticket.jira`."""

    @property
    def project(self) -> str:
        """The project its tickets are opened in."""

    def where(self, reference: str) -> str:
        """Where a person finds a ticket: its URL or path; asks nobody."""

    def find(self, fingerprints: Collection[str], patient: bool = False) -> Ticket | None:
        """The ticket of ours, an open one first, then the oldest, that shares a fingerprint.

        With `patient`, one may have been made just now that a slow search does not show yet: look again for a while.
        """

    def ticket(self, reference: str) -> Ticket | None:
        """The ticket of a key, asked for itself, which is never late; None where there is none, or it is not ours."""

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The ticket of these fingerprints, made and completed where it is not; one, however often it is asked."""

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What became of tickets, by reference; those that are not there are left out."""

    def ours(self) -> tuple[Ticket, ...]:
        """Every ticket of ours in the project, oldest first, by one listing: what a lost ledger is rebuilt from."""

    def rewrite(self, reference: str, summary: str, description: str) -> bool:
        """Set what the ticket says, where that differs and people left what we wrote last as it was."""

    def say(self, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, edited in place."""

    def end(self, reference: str) -> bool:
        """Close it as done, once: what a person opened again after we closed it stays open."""

    def reopen(self, reference: str) -> bool:
        """Open a closed ticket again; False where it is open, or its workflow has no step that leads there."""

    def link(self, reference: str, url: str, title: str) -> bool:
        """Make sure that the ticket links to a page, once."""
