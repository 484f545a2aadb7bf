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
class Plan:
    """Changes that come down to the same bytes, with everything needed to deliver and to check them.

    `doubts` are sentences saying why there is no pull request; `file_hashes` pairs each edited path with
    its SHA-256 before the edit; `proofs` are sentences saying what shows that the edit does just this.
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

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The fingerprints of all its changes, sorted."""
        return tuple(sorted({c.fingerprint for c in self.changes}))

    @property
    def id(self) -> str:
        """The plan's name in branches, files and labels: its first fingerprint."""
        return self.fingerprints[0]

    @property
    def monthly_saving(self) -> Decimal | None:
        """The sum of the known savings, or None where none is known."""
        known = [c.saving.monthly for c in self.changes if c.saving is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def currency(self) -> str:
        """What its savings are in: all are of one account, whose prices have one currency."""
        return next((c.saving.currency for c in self.changes if c.saving is not None), "USD")
