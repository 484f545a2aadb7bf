"""Commits, authorship, owners."""

import re
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


BY_HISTORY = frozenset(
    ("created", "changed", "module", "file", "directory", "around", "colleagues", "repository", "merges")
)
"""Sources of evidence that only suggest who owns something: whoever they name, nobody wrote it down."""

TEAM = "team"
"""The source that names the team of somebody, who is named in its text."""

UNCHECKED = "not checked"
"""The source that says of an owner that no forge told whether the handle is still in use; it speaks for nobody."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to take somebody for the owner: where it comes from, in words, and what it weighs (0 to 1)."""

    source: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Owner:
    """A team or person that may own a resource, the evidence for it, heaviest first, and where to reach them.

    `confidence` (0 to 1) is what the evidence adds up to. Of a person whom history alone names it is about how often
    such a person went on to change the code (docs/owners.md has the measurement); what was written down weighs as
    configured. `team` is its name where it is a team of the configuration. `suggested`
    is that history alone names them, with less than `owners.least_confidence`: they are shown, and not asked.
    """

    handle: str
    confidence: float
    evidence: tuple[Evidence, ...]
    reviewers: tuple[str, ...] = ()
    jira_assignee: str | None = None
    jira_component: str | None = None
    escalation: str | None = None
    team: str | None = None
    suggested: bool = False

    @property
    def by_history(self) -> bool:
        """Whether history alone names them: nobody wrote it down."""
        return all(item.source in BY_HISTORY for item in self.evidence if item.source != UNCHECKED)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody whom evidence names and who owns nothing, and why: automation, a person who left, a disabled account."""

    handle: str
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a resource comes from: module calls outermost first, then its block; commits; owners, likeliest first.

    `launch` are sentences on what launched it, where that was not Terraform; `launcher` is what they call whoever did.
    """

    call_chain: tuple[SourceLocation, ...]
    created: Commit | None
    changed: Commit | None
    owners: tuple[Owner, ...]
    passed_over: tuple[PassedOver, ...] = ()
    launch: tuple[str, ...] = ()
    launcher: str | None = None


@dataclass(frozen=True, slots=True)
class Unattributed:
    """No code could be named, and why; owners may still be known from tags and from who launched it.

    `launch` and `launcher` are as of an Origin; `adoption` are the lines of Terraform that would take it into a state,
    none where something else than a person made it.
    """

    reason: str
    owners: tuple[Owner, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    launch: tuple[str, ...] = ()
    adoption: tuple[str, ...] = ()
    launcher: str | None = None


_HANDLE = re.compile(r"@[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


def is_handle(text: str) -> bool:
    """Whether it is the handle of a user or a team of a forge, as CODEOWNERS writes it: no address, role or list."""
    return _HANDLE.fullmatch(text) is not None
