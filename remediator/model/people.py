"""Commits, authorship, owners."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from remediator.model.sources import SourceLocation


class Authorship(StrEnum):
    """Who wrote a commit, by exact addresses and trailers, never by a person's name."""

    HUMAN = "human"
    AUTOMATION = "automation"
    HUMAN_WITH_AI = "human with an AI tool"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as the history walk saw it; `pull_request` is read from its subject, `tool` from its trailers."""

    sha: str
    author_name: str
    author_email: str
    committed_at: datetime
    subject: str
    pull_request: int | None
    authorship: Authorship
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """A team or person that may own a resource, the evidence for it, and where to reach them."""

    handle: str
    source: str
    evidence: str
    confidence: float
    reviewers: tuple[str, ...] = ()
    jira_assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a resource comes from: module calls outermost first, then its block; commits; owners, likeliest first."""

    call_chain: tuple[SourceLocation, ...]
    created: Commit | None
    changed: Commit | None
    owners: tuple[Owner, ...]
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unattributed:
    """No code could be named, and why; owners may still be known from tags."""

    reason: str
    owners: tuple[Owner, ...] = ()
