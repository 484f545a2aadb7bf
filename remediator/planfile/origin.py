"""The part of a plan file that says where the code is and who owns it."""

from datetime import datetime

from remediator.model import Authorship, Role
from remediator.planfile.finding import PlainValue
from remediator.planfile.text import Identifier, Section, Untrusted


class CommitSeen(Section):
    """A commit, without its author's address."""

    sha: Identifier
    author: Untrusted
    committed_at: datetime
    subject: Untrusted
    pull_request: int | None
    authorship: Authorship
    tool: Untrusted | None


class OwnerEvidence(Section):
    """One reason to take somebody for the owner: its source, in words, and its weight (0 to 1)."""

    source: Identifier
    text: Untrusted
    weight: float


class OwnerCandidate(Section):
    """A team or person that may own the resource, why, and where to reach them.

    `confidence` (0 to 1) is what the evidence adds up to; it orders candidates, and is no probability.
    """

    handle: Untrusted
    confidence: float
    evidence: tuple[OwnerEvidence, ...]
    reviewers: tuple[Untrusted, ...]
    jira_assignee: Untrusted | None
    jira_component: Untrusted | None
    escalation: Untrusted | None


class OwnerPassedOver(Section):
    """Somebody whom evidence names and who owns nothing, and why."""

    handle: Untrusted
    reason: Untrusted


class Ownership(Section):
    """Owners, likeliest first; `chosen` is the first; `unattributed` says why no code could be named.

    `passed_over` are those whom evidence names and who own nothing; `launch` says what launched it, where that was not
    Terraform; `adoption` are the lines of Terraform that would take it into a state.
    """

    chosen: Untrusted | None
    candidates: tuple[OwnerCandidate, ...]
    created: CommitSeen | None
    changed: CommitSeen | None
    passed_over: tuple[OwnerPassedOver, ...]
    unattributed: Untrusted | None
    launch: tuple[Untrusted, ...] = ()
    adoption: tuple[Untrusted, ...] = ()


class Place(Section):
    """A place in code at a commit; lines count from 1 and include both ends."""

    repository: Identifier
    commit: Identifier
    path: Identifier
    blob: Identifier
    start_line: int
    end_line: int
    role: Role
    address: Identifier
    attribute: Identifier | None


class Trace(Section):
    """The way from an attribute to its literal, the conditions taken on it, and what else that literal reaches."""

    attribute: Identifier
    value: PlainValue
    places: tuple[Place, ...]
    conditions: tuple[Untrusted, ...]
    siblings: tuple[Identifier, ...]
    unresolved: Untrusted | None


class Provenance(Section):
    """The repository and commit that the plan was made from, the call chain, and the traces."""

    repository: Identifier | None
    base_sha: Identifier | None
    call_chain: tuple[Place, ...]
    traces: tuple[Trace, ...]
