"""What launched a live resource that no code declares."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Launcher:
    """A controller that makes resources, and the part of it that decided: its node pool.

    `scales` where it chooses their sizes and numbers itself, and would make anew what somebody takes away.
    """

    controller: str
    part: str
    name: str
    scales: bool = True

    def __str__(self) -> str:
        """As it stands in a sentence: `Karpenter (node pool gpu)`."""
        return f"{self.controller} ({self.part} {self.name})" if self.name else self.controller


@dataclass(frozen=True, slots=True)
class LaunchRecord:
    """The audit trail's record of the call that made a resource.

    `principal` is the ARN that called, `person` the name it gave for somebody (an IAM user, a session named for its
    user), None where none is known; `tool` is the program, `service` the cloud's own service that called on its behalf.
    """

    event: str
    at: datetime
    principal: str
    person: str | None = None
    tool: str | None = None
    service: str | None = None


class Untold(StrEnum):
    """Why the audit trail names nobody who made a resource, worded to go on after a colon."""

    LATE = "it is so new that the record of the call may still be on its way"
    LEFT = "CloudTrail has not been asked yet, as [run] max_launch_lookups was reached"
    UNREAD = "CloudTrail could not be read"
    OLD = "it is older than the 90 days of CloudTrail's event history"
    ABSENT = "CloudTrail's event history of 90 days holds no call that made it"
    UNREADABLE = "an event in CloudTrail that may be the call that made it is no JSON that can be read"
    CUT = "the newest 1,000 such calls in CloudTrail did not make it, and older ones were not read"
    KIND = "it is of a kind that CloudTrail is not asked about"

    @property
    def passing(self) -> bool:
        """Whether a later run may know."""
        return self in (Untold.LATE, Untold.LEFT, Untold.UNREAD)


Launch: TypeAlias = LaunchRecord | Untold
"""What is known of who made a resource: the record, or why there is none."""
