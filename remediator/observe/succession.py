"""The machines that an address had before the one that it has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from remediator.model import Resource

__all__ = ["Former", "Succession", "Successions"]

_LATE = timedelta(days=1)
"""So long after it was last seen a machine is asked after: it ended before the next run, and metrics come late."""


@dataclass(frozen=True, slots=True)
class Former:
    """A machine that is no more, as it was when a run last saw it; `first` and `last` are the first and the last to."""

    resource: Resource
    first: datetime
    last: datetime

    @property
    def whole_by(self) -> float:
        """From when on nothing new is to be known of it, in epoch seconds."""
        return (self.last + _LATE).timestamp()


@dataclass(frozen=True, slots=True)
class Succession:
    """The machines that were at the address of one before it, the latest first, and which run first saw it there."""

    since: datetime
    before: tuple[Former, ...]

    def sized_since(self, now: Resource, upto: int) -> datetime | None:
        """Since when its address has machines of its size, as far as `upto` of those before it tell.

        One that was started again at its address may have had another size before.
        """
        since: datetime | None = None
        for resource, seen in self._lives(now, upto):
            if resource.created_at is None or resource.spec.get("instance_type") != now.spec.get("instance_type"):
                break
            since = min(since or resource.created_at, resource.created_at)
            if resource.created_at > seen:
                break
        return since

    def _lives(self, now: Resource, upto: int) -> Iterator[tuple[Resource, datetime]]:
        yield now, self.since
        yield from ((former.resource, former.first) for former in self.before[:upto])


Successions: TypeAlias = Mapping[str, Succession]
"""By `kind/id` of the machine that an address has; of those that are the first at theirs there is none."""
