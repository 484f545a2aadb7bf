"""Which instance types each zone of a region offers an account: one listing, kept for a week.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ValidationError

from remediator.model import Resource
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.parsing import understood
from remediator.observe.sessions import Clients
from remediator.observe.walking import Paginator

_FRESH = timedelta(days=7)
"""A zone gains types a few times a year."""


@dataclass(frozen=True, slots=True)
class Offers:
    """The types that each zone has, by zone, and sentences on why they are not known."""

    by_zone: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class _Kept(BaseModel):
    at: datetime
    zones: dict[str, frozenset[str]]


def read_offers(clients: Clients, resources: Sequence[Resource], kept: Path, now: datetime, where: str) -> Offers:
    """What zones offer, where a machine runs at all: some five pages, unless they are known since less than a week.

    What cannot be read is a note, since a size is then proposed with this as missing evidence. Never raises.
    """
    if not any(r.kind == "aws_instance" and r.spec.text("instance_state") == "running" for r in resources):
        return Offers()
    known = _load(kept)
    if known is not None and timedelta(0) <= now - known.at < _FRESH:
        return Offers(known.zones)
    try:
        found = _asked(clients)
    except REFUSALS as error:
        if known is not None:
            return Offers(known.zones)
        said = str(explained(where, error, "ec2")).rstrip(".")
        return Offers(notes=(f"{said}. Which types its zones offer is not known.",))
    _save(kept, _Kept(at=now, zones=found))
    return Offers(found)


def _asked(clients: Clients) -> dict[str, frozenset[str]]:
    zones: dict[str, set[str]] = defaultdict(set)
    paginator = cast(Paginator, clients.client("ec2").get_paginator("describe_instance_type_offerings"))
    for page in paginator.paginate(LocationType="availability-zone"):
        offered = page.get("InstanceTypeOfferings")
        with understood():
            for one in offered if isinstance(offered, list) else []:
                zones[str(one["Location"])].add(str(one["InstanceType"]))
    return {zone: frozenset(types) for zone, types in zones.items()}


def _load(kept: Path) -> _Kept | None:
    try:
        return _Kept.model_validate_json(kept.read_bytes())
    except (OSError, ValidationError):
        return None


def _save(kept: Path, found: _Kept) -> None:
    """Keep it for later runs; where that cannot be written, they ask again."""
    partial = kept.with_suffix(".partial")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(found.model_dump_json(), "utf-8")
        partial.replace(kept)
    except OSError:
        partial.unlink(missing_ok=True)
