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


class OwnerCandidate(Section):
    """A team or person that may own the resource, and why."""

    handle: Untrusted
    source: Identifier
    evidence: Untrusted
    confidence: float


class Ownership(Section):
    """Owners, likeliest first; `chosen` is the first; `unattributed` says why no code could be named."""

    chosen: Untrusted | None
    candidates: tuple[OwnerCandidate, ...]
    created: CommitSeen | None
    changed: CommitSeen | None
    passed_over: tuple[Untrusted, ...]
    unattributed: Untrusted | None


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
