"""What AWS' own advisers think of a resource: a second opinion, independent of the rules."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum


class Finding(Enum):
    """What a resource is found to be."""

    OVER = "overprovisioned"
    UNDER = "underprovisioned"
    OPTIMIZED = "optimized"
    NOT_OPTIMIZED = "notoptimized"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one adviser thinks of one resource, over so many days, and of what would be best for it.

    `risk` is that of the best: 0 always holds what is needed, 4 most likely does not. `saving` is a month's, in
    `currency`, and `net` what is left of it after the commitments that the adviser knows to pay for it. What an adviser
    does not say is None, and is neither agreement nor disagreement.
    """

    account: str
    region: str
    kind: str
    resource: str
    adviser: str
    finding: Finding
    idle: bool | None = None
    reasons: tuple[str, ...] = ()
    current: str | None = None
    best: str | None = None
    risk: float | None = None
    saving: Decimal | None = None
    net: Decimal | None = None
    currency: str | None = None
    days: float | None = None
    refreshed_at: datetime | None = None

    @property
    def against_less(self) -> bool:
        """Whether it speaks against a smaller size: no other finding does, nor does having no opinion."""
        return self.finding is Finding.UNDER

    @property
    def against_stopping(self) -> bool:
        """Whether it speaks against a stop: it looked for idleness, and found use."""
        return self.idle is False
