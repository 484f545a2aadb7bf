"""Who launched a resource, by the audit trail: asked once in a resource's life, and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from remediator.config import AccountConfig
from remediator.files import write
from remediator.model import LaunchRecord, Resource
from remediator.observe.calls import CallCounter
from remediator.observe.failures import explained
from remediator.observe.sessions import open_clients
from remediator.observe.trail import parse_event

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

__all__ = ["Known", "known_launches", "read_launches"]

_EVENTS = {
    "aws_instance": frozenset({"RunInstances", "CreateFleet", "RequestSpotInstances"}),
    "aws_ebs_volume": frozenset({"CreateVolume", "RunInstances"}),
    "aws_autoscaling_group": frozenset({"CreateAutoScalingGroup"}),
}
"""The calls that make a resource of each kind."""
_NAMED = frozenset({"aws_autoscaling_group"})
"""Kinds whose id is a name, which the next resource may have again."""

_KEPT = timedelta(days=90)
"""How far back events can be looked up.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
"""
_LATE = timedelta(hours=1)
"""After which an event that is not there never comes; most come within five minutes (the same page)."""
_PAGES = 20
"""Pages of 50 events read of one resource: a start and a stop on each of 90 days fill 4."""

_Kept = TypeAdapter(dict[str, LaunchRecord | None])


@dataclass(frozen=True, slots=True)
class Known:
    """The launch records that are kept, by the id of their resource, and the resources that are yet to be asked of."""

    records: Mapping[str, LaunchRecord]
    unasked: tuple[Resource, ...]


def known_launches(
    account: AccountConfig, region: str, resources: Sequence[Resource], cache: Path, now: datetime
) -> Known:
    """What `read_launches` has kept of resources of one account and region, without a call."""
    known = _load(_file(cache, account, region))
    return Known(
        {r.id: record for r in resources if (record := known.get(_life(r))) is not None},
        tuple(r for r in resources if r.kind in _EVENTS and _life(r) not in known and not _too_old(r, now)),
    )


def read_launches(
    account: AccountConfig,
    region: str,
    resources: Sequence[Resource],
    cache: Path,
    now: datetime,
    counter: CallCounter | None = None,
) -> Mapping[str, LaunchRecord]:
    """The launch records of resources of one account and region, by id; what has none is absent.

    Events are looked up by resource, the only way that does not read an account's whole trail, and at two calls a
    second, which is all that the service takes; so give it those alone that somebody is to be told of. `cache` is the
    folder that answers are kept in, `counter` counts the calls. Raises RemediatorError where the trail cannot be read.
    """
    file = _file(cache, account, region)
    known = _load(file)
    wanted = known_launches(account, region, resources, cache, now).unasked
    if wanted:
        where = f"{account.name}/{region}"
        client = cast("CloudTrailClient", open_clients(account, region, where, counter).client("cloudtrail"))
        try:
            for resource in wanted:
                record = _find(client, resource)
                if record is not None or _settled(resource, now):
                    known[_life(resource)] = record
        except (BotoCoreError, ClientError) as error:
            raise explained(where, error) from error
        finally:
            write(file, _Kept.dump_json(known))
    return known_launches(account, region, resources, cache, now).records


def _file(cache: Path, account: AccountConfig, region: str) -> Path:
    return cache / account.name / f"{region}.json"


def _life(resource: Resource) -> str:
    """What an answer is kept under: the id, with the time where another resource may have had the id before."""
    if resource.kind not in _NAMED or resource.created_at is None:
        return resource.id
    return f"{resource.id} {resource.created_at.isoformat()}"


def _too_old(resource: Resource, now: datetime) -> bool:
    """Whether its launch is past what can be looked up; an instance's time is that of its last start, so never."""
    born = resource.created_at if resource.kind != "aws_instance" else None
    return born is not None and now - born > _KEPT


def _settled(resource: Resource, now: datetime) -> bool:
    return resource.created_at is None or now - resource.created_at > _LATE


def _find(client: "CloudTrailClient", resource: Resource) -> LaunchRecord | None:
    attributes = [{"AttributeKey": "ResourceName", "AttributeValue": resource.id}]
    pages = client.get_paginator("lookup_events").paginate(
        LookupAttributes=attributes,  # type: ignore[arg-type]  # a literal type of the stubs
        PaginationConfig={"MaxItems": _PAGES * 50, "PageSize": 50},
    )
    events = (parse_event(item.get("CloudTrailEvent", "")) for page in pages for item in page["Events"])
    made = [event for event in events if event is not None and event.event in _EVENTS[resource.kind]]
    chosen = max if resource.kind in _NAMED else min
    return chosen(made, key=lambda event: event.at, default=None)


def _load(file: Path) -> dict[str, LaunchRecord | None]:
    try:
        return _Kept.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return {}
