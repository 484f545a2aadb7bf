"""Live resources and what the metrics say of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from remediator.model.attributes import Attributes
from remediator.model.launches import Launcher

LAST_SESSION = "session_manager.last_session"
"""What of a machine's spec says when somebody last had a session on it; absent where that is not known."""
NO_SESSION = "none within a day"


@dataclass(frozen=True, slots=True)
class Resource:
    """A live resource as the cloud describes it; `kind` is the Terraform type that would declare it.

    `spec` uses Terraform's attribute names. `member_of` is the id of the group that made it (an Auto Scaling group),
    `launched_by` the controller that did.
    """

    provider: str
    account: str
    region: str
    kind: str
    id: str
    arn: str | None
    spec: Attributes
    tags: Attributes
    created_at: datetime | None
    member_of: str | None = None
    launched_by: Launcher | None = None

    @property
    def group(self) -> tuple[str, str] | None:
        """The kind and the id of the group that made it; None where none did.

        Groups of different kinds may have one name. That of a node group is CLUSTER:NAME, and an Auto Scaling group's
        has no colon: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html
        """
        if self.member_of is None:
            return None
        if self.kind == "aws_elasticache_cluster":
            return "aws_elasticache_replication_group", self.member_of
        return "aws_eks_node_group" if ":" in self.member_of else "aws_autoscaling_group", self.member_of


class Window(StrEnum):
    """The two time scales of evidence: idleness is judged on running hours, size on the whole look-back."""

    RECENT = "24h"
    LOOKBACK = "lookback"


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """One metric over one window: quantiles of the per-period values, and how complete they are.

    `expected` counts the completed periods in the window while the resource ran; `quiet_since` is the time from which
    no value has exceeded the metric's quiet level (None: it was active in the last period, or has no such level);
    `longest_pause` is the longest time between two periods that exceeded it (None: no two did). `active_hours` are the
    hours of the week (0 is Monday from 00:00 UTC) in which it worked in any week: in more than one period, since one
    alone is housekeeping, or unseen for most of the time that it ran; None where the window holds no two weeks. `mean`
    is that of the values as they are read, which of a gauge are the highest of each period. `peaks` is the shape of the
    window for people: the highest of each 24 hours to `end`, of each hour where the window is a day, oldest first, a
    byte each since there are millions of them, from 0 to 254 as a share of `maximum`; 255 where nothing was measured.

    Of an address that had several machines, one after the other, `ran` is the time in the window in which any of them
    did, and `quiet_for` how much of the time since `quiet_since` one of the present size did; None where it ran all of
    it.
    """

    name: str
    unit: str
    window: Window
    start: datetime
    end: datetime
    points: int
    expected: int
    minimum: float
    p50: float
    p95: float
    p99_5: float
    maximum: float
    quiet_since: datetime | None
    source: str
    longest_pause: timedelta | None = None
    active_hours: tuple[int, ...] | None = None
    mean: float | None = None
    peaks: bytes = b""
    ran: timedelta | None = None
    quiet_for: timedelta | None = None

    @property
    def coverage(self) -> float:
        """Points seen of points expected while running, 0 to 1."""
        return min(1.0, self.points / self.expected) if self.expected else 0.0

    @property
    def hours(self) -> float:
        """Running hours of the window."""
        return (self.ran or self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Usage:
    """What the metrics say of one resource; a metric that is absent here is unknown, never zero.

    `earlier` are the ids of the machines that were at its Terraform address before it and are counted with it, the
    latest first.
    """

    summaries: tuple[MetricSummary, ...] = ()
    running_since: datetime | None = None
    earlier: tuple[str, ...] = ()

    def metric(self, name: str, window: Window = Window.LOOKBACK) -> MetricSummary | None:
        """The summary of one metric over one window, or None where nothing was measured."""
        return next((s for s in self.summaries if s.name == name and s.window is window), None)
