"""What launched a live resource that no code declares."""

from dataclasses import dataclass
from datetime import datetime


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
