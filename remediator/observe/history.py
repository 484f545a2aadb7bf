"""CloudTrail's event history of one account and region."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from remediator.observe.parsing import understood
from remediator.observe.trail import Call, is_readable, parse_event

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

__all__ = ["KEPT", "Calls", "History"]

KEPT = timedelta(days=90)
"""How far back events can be looked up.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""

_PAGES = 20
"""Pages of 50 events that are read of one question: a start and a stop on each of 90 days fill 4."""

_Window = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Calls:
    """What a question was answered with, newest first; `cut` where there are older calls that were not read.

    `unreadable` where one that was is no JSON that can be read.
    """

    found: tuple[Call, ...]
    cut: bool
    unreadable: bool = False


class History:
    """The calls that were made; a question that was asked before is answered from memory.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """

    def __init__(self, client: "CloudTrailClient", now: datetime) -> None:
        """Nothing is asked yet."""
        self._client, self._all = client, (now - KEPT, now)
        self._answers: dict[tuple[str, _Window], Calls] = {}

    def of_resource(self, name: str) -> Calls:
        """The calls that CloudTrail keeps under the name of a resource. Raises botocore's errors."""
        return self._asked("ResourceName", name, self._all)

    def of_event(self, name: str, since: datetime | None, until: datetime | None) -> Calls:
        """The calls of an operation in a stretch of time, or in all that is kept. Raises botocore's errors."""
        first, last = self._all
        window = max(since or first, first), min(until or last, last)
        if (name, window) not in self._answers:
            self._answers[name, window] = self._asked("EventName", name, window)
        return self._answers[name, window]

    def _asked(self, key: Literal["ResourceName", "EventName"], value: str, window: _Window) -> Calls:
        pages = self._client.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}],
            PaginationConfig={"MaxItems": _PAGES * 50, "PageSize": 50},
            StartTime=window[0],
            EndTime=window[1],
        )
        with understood():
            texts = [item.get("CloudTrailEvent", "") for page in pages for item in page["Events"]]
        calls = [(text, parse_event(text)) for text in texts]
        return Calls(
            tuple(call for _, call in calls if call is not None),
            cut=pages.resume_token is not None,
            unreadable=any(call is None and text and not is_readable(text) for text, call in calls),
        )
