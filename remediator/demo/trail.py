"""CloudTrail's LookupEvents, which moto lacks."""

import json
from collections.abc import Mapping, Sequence

from moto.cloudtrail.responses import CloudTrailResponse

__all__ = ["Event", "serve"]

Event = Mapping[str, object]
"""The record of one call, as CloudTrail writes it."""


def serve(events: Mapping[str, Sequence[Event]]) -> None:
    """Have every moto server of this process answer with these events, by the resource that is looked up."""

    def lookup_events(self: CloudTrailResponse) -> str:
        wanted = json.loads(self.body)["LookupAttributes"][0]["AttributeValue"]
        found = [{"CloudTrailEvent": json.dumps(event)} for event in events.get(wanted, ())]
        return json.dumps({"Events": found})

    # moto finds an operation by the name of a method, and has no other way to be given one.
    CloudTrailResponse.lookup_events = lookup_events  # type: ignore[attr-defined]  # moto has no such operation
