"""What a forge and a tracker can do for us, and the values they take and give."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from remediator.deliver.markers import Marker
from remediator.model import RequestState


@dataclass(frozen=True, slots=True)
class PullDraft:
    """A pull request to be: `repository` is its slug on the forge, `head` a branch that is pushed already.

    `reviewers` and `assignees` are handles as CODEOWNERS writes them (`@octocat`, `@acme/team`).
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


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request of ours; `notes` are sentences on what could not be set on it (a reviewer, a label)."""

    reference: str
    where: str
    head: str
    state: RequestState
    marker: Marker
    opened_at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket to be; `description` is written in the tracker's own markup, `attachments` are files of ours."""

    project: str
    summary: str
    description: str
    marker: Marker
    assignee: str | None = None
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    attachments: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of ours; `notes` are sentences on what could not be set on it (its assignee, an attachment)."""

    reference: str
    where: str
    state: RequestState
    fingerprints: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Forge(Protocol):
    """Where pull requests are opened; every method raises RemediatorError where the forge does not do as asked."""

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request of ours in a repository, whatever its state, oldest first; read once a run."""

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request of ours sharing a fingerprint or from the branch; an open one first, then the newest."""

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of this branch, made and completed where it is not; one, however often it is asked."""

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What became of a pull request, or None where it is not there."""


class Tracker(Protocol):
    """Where tickets are opened; every method raises RemediatorError where the tracker does not do as asked."""

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

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The ticket of these fingerprints, made and completed where it is not; one, however often it is asked."""

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What became of tickets, by reference; those that are not there are left out."""
