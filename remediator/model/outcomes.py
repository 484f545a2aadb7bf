"""What became of what was delivered, and how a run went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from remediator.model.attributes import Value
from remediator.model.plans import Route


class Status(StrEnum):
    """A delivered plan's life; merged and applied come in either order."""

    PROPOSED = "proposed"
    OPENED = "opened"
    MERGED = "merged"
    APPLIED = "applied"
    LIVE = "live"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    REGRESSED = "regressed"


@dataclass(frozen=True, slots=True)
class Target:
    """What a live resource must show once a plan is applied; an `attribute` of None means it must be gone.

    `address` counts in the state of `root` and `workspace`; both are None where no state holds the resource.
    `kind` is the resource's Terraform type; None in a ledger that is older than it, where the id alone must do.
    """

    account: str
    region: str
    resource_id: str
    address: str | None
    attribute: str | None
    value: Value
    root: str | None = None
    workspace: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one plan, with the time of each step that was seen.

    `rule` is the rule that wants it, or several, joined by commas. `addresses` are Terraform addresses, or live ids
    where no state holds the resource; `reference` is the request's number or the ticket's key. `pending` is what runs
    want instead of what the request says, and `held` in how many runs on end; `snoozed_until` ends a decline that is
    not for ever; `owner` is a digest of whom it asks, and `monthly` the saving that people were told of.
    `beside` is the other conversation about the same findings: of a request the ticket's key, of a ticket the
    request's address; `linked` is that each knows the other.
    """

    plan_id: str
    fingerprints: tuple[str, ...]
    rule: str
    repository: str | None
    addresses: tuple[str, ...]
    targets: tuple[Target, ...]
    route: Route
    status: Status
    reference: str | None
    opened_at: datetime | None = None
    merged_at: datetime | None = None
    applied_at: datetime | None = None
    live_at: datetime | None = None
    closed_at: datetime | None = None
    pending: str | None = None
    held: int = 0
    snoozed_until: datetime | None = None
    owners: tuple[str, ...] = ()
    monthly: Decimal | None = None
    beside: str | None = None
    linked: bool = False

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that want it."""
        return tuple(self.rule.split(","))

    @property
    def is_open(self) -> bool:
        """Whether its request or ticket still asks something of people; what regressed before its merge does."""
        ended = self.merged_at or self.closed_at or self.live_at
        waits = self.status is Status.REGRESSED and ended is None
        return self.status in (Status.OPENED, Status.APPLIED) or (waits and self.reference is not None)


class RequestState(StrEnum):
    """What the forge or tracker says of a request or ticket."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


AS_ASKED = "as asked"
"""What a run wants of an open request that says what the run would say."""

GONE = "gone"
"""That no rule wants the change any more, in a run that saw everything that the rule looks at."""

VANISHED = "vanished"
"""That the resource is neither live nor in its state any more."""

DOUBTED = "doubted"
"""That what is asked for has become a question for a person."""


EXCEPTED = "excepted"
"""That people say in the configuration that it is to be kept as it is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What this run saw of one delivered plan; None is not seen, and resolves nothing.

    `wants` is what the run wants of it: `AS_ASKED`, `GONE`, `VANISHED`, `DOUBTED`, `EXCEPTED`, or a digest of other
    targets.
    `moot`: the base holds what it asks for already. `drifted`: the code that its branch was made from reads otherwise
    now, or the two conflict. `moved`: the saving is another than people were told. `told`: a person ticked its box.
    `withdrawn`: it says of itself that we closed it. `snooze` is how long a decline lasts; None is for ever.
    """

    now: datetime
    request: RequestState | None = None
    live_at_target: bool | None = None
    wants: str | None = None
    moot: bool = False
    drifted: bool = False
    moved: bool = False
    told: bool = False
    withdrawn: bool = False
    snooze: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A unit of work that was skipped: what it was, and a sentence that says why and how to fix it."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often one API operation was called, and what the calls cost where they are charged."""

    service: str
    operation: str
    calls: int
    cost: Decimal = Decimal(0)
