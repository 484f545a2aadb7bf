"""What is to be delivered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from remediator.model.changes import Change
from remediator.model.people import Origin, Unattributed
from remediator.model.sources import ValueTrace


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes `start` to `end` of a blob, which must read `old`, with `new`."""

    path: str
    blob: str
    start: int
    end: int
    old: bytes
    new: bytes


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """What `terraform plan` must show for one address: its actions, and the attributes that differ."""

    address: str
    actions: tuple[str, ...]
    attributes: tuple[str, ...]


class Route(StrEnum):
    """How a plan reaches people."""

    PULL_REQUEST = "pull request"
    TICKET = "ticket"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Group:
    """What findings share that are asked for in one request: `key` is a digest of it, `label` says it in words.

    `id` names the request for as long as it is open, whoever of its members comes and goes.
    """

    id: str
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that come down to the same bytes, with everything needed to deliver and to check them.

    `doubts` are sentences saying why there is no pull request; `file_hashes` pairs each edited path with
    its SHA-256 before the edit; `proofs` are sentences saying what shows that the edit does just this.
    `proved` is that a Terraform showed the same in every root. A plan with a `group` holds what its `parts`, plans of
    their own, hold together.
    """

    changes: tuple[Change, ...]
    repository: str | None
    base: str | None
    origin: Origin | Unattributed
    traces: tuple[ValueTrace, ...]
    edits: tuple[Edit, ...]
    file_hashes: tuple[tuple[str, str], ...]
    diff: str
    expected: tuple[ExpectedChange, ...]
    route: Route
    doubts: tuple[str, ...]
    created_at: datetime
    proofs: tuple[str, ...] = ()
    group: Group | None = None
    parts: tuple["Plan", ...] = ()
    proved: bool = False

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of all its changes, sorted."""
        return tuple(sorted({c.fingerprint for c in self.changes}))

    @property
    def id(self) -> str:
        """The plan's name in branches, files and labels: its group's, else its first fingerprint."""
        return self.group.id if self.group else self.fingerprints[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own name, and those of its parts."""
        return (self.id, *(part.id for part in self.parts))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that want its changes, in their order."""
        return tuple(dict.fromkeys(change.rule for change in self.changes))

    @property
    def monthly_saving(self) -> Decimal | None:
        """The sum of the known savings, or None where none is known."""
        known = [c.saving.monthly for c in self.changes if c.saving is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def currency(self) -> str:
        """What its savings are in: all are of one account, whose prices have one currency."""
        return next((c.saving.currency for c in self.changes if c.saving is not None), "USD")
