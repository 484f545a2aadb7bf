"""CloudTrail's LookupEvents, which moto lacks."""

import json
from collections.abc import Mapping, Sequence

from moto.cloudtrail.responses import CloudTrailResponse

__all__ = ["Event", "serve"]

Event = Mapping[str, object]
"""The record of one call, as CloudTrail writes it."""


def serve(events: Mapping[str, Sequence[Event]]) -> None:
    """Have every moto server of this process answer with these events, by the resource that is looked up, in pages."""

    def lookup_events(self: CloudTrailResponse) -> str:
        asked = json.loads(self.body)
        start, size = int(asked.get("NextToken", 0)), int(asked.get("MaxResults", 50))
        there = events.get(asked["LookupAttributes"][0]["AttributeValue"], ())
        found = [{"CloudTrailEvent": json.dumps(event)} for event in there[start : start + size]]
        more = {"NextToken": str(start + size)} if len(there) > start + size else {}
        return json.dumps({"Events": found, **more})

    # moto finds an operation by the name of a method, and has no other way to be given one.
    CloudTrailResponse.lookup_events = lookup_events  # type: ignore[attr-defined]  # moto has no such operation
