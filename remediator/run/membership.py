"""Which types the machines of a group had, those that are no more included, by what runs saw of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

from remediator.config import RunConfig
from remediator.model import Attributes, Resource
from remediator.observe.listing import Listing
from remediator.run.holdings import Held, Holding, HoldingsFile

__all__ = ["RECENT_MACHINES", "RECENT_TYPES", "with_recent_types"]

RECENT_TYPES, RECENT_MACHINES = "recent_types", "recent_machines"
"""What of a group's spec says which types its machines had in the look-back, and how many machines it had one after the
other; absent where runs did not see it all."""
_APART = timedelta(hours=30)
"""So far apart runs may be, a day and some hours, to have seen a group all the time: what a group launched between two
of them is what it launched before and after."""
_STEADY = ("aws_autoscaling_group", "steady", "yes")
_MACHINE = "aws_instance"

Place: TypeAlias = tuple[str, str, str]
"""Account, region and the name of a group."""


def with_recent_types(listings: Sequence[Listing], run: RunConfig, now: datetime) -> tuple[Listing, ...]:
    """The listings, in which each group that stays at its least size says which types its machines had.

    What they have now is kept for later runs. A group no machine of which has ended needs no history.
    """
    groups = {_place(resource) for one in listings for resource in one.resources if _is_steady(resource)}
    held = [
        Held(_root(place), place[2], resource)
        for one in listings
        for resource in one.resources
        if resource.kind == _MACHINE
        and (place := (resource.account, resource.region, resource.member_of or "")) in groups
    ]
    file = HoldingsFile(run.state_dir / "cache" / "members.sqlite")
    file.keep(held, now)
    since = now - timedelta(days=run.lookback_days)
    known = _had(file.changed(since, now), since, now)
    return tuple(
        replace(one, resources=tuple(_with(resource, known) for resource in one.resources)) for one in listings
    )


def _with(resource: Resource, known: Mapping[str, Attributes]) -> Resource:
    had = known.get(_root(_place(resource))) if _is_steady(resource) else None
    return resource if had is None else replace(resource, spec=Attributes({**resource.spec, **had}))


def _had(holdings: Iterable[Holding], since: datetime, now: datetime) -> Mapping[str, Attributes]:
    """By group what it had, where runs saw it from the beginning and never too far apart."""
    by_group: dict[str, list[Holding]] = defaultdict(list)
    for one in holdings:
        by_group[one.root].append(one)
    return {root: _spec(own) for root, own in by_group.items() if _all_along(own, since, now)}


def _spec(own: Iterable[Holding]) -> Attributes:
    types = sorted({one.type for one in own if one.type is not None})
    return Attributes(((RECENT_TYPES, tuple(types)), (RECENT_MACHINES, len({one.id for one in own}))))


def _all_along(own: Sequence[Holding], since: datetime, now: datetime) -> bool:
    seen = since
    for one in sorted(own, key=lambda holding: holding.first):
        if one.first - seen > _APART:
            return False
        seen = max(seen, one.last)
    return now - seen <= _APART and all(one.type is not None for one in own)


def _is_steady(resource: Resource) -> bool:
    kind, attribute, value = _STEADY
    return resource.kind == kind and resource.spec.text(attribute) == value


def _place(resource: Resource) -> Place:
    return resource.account, resource.region, resource.id


def _root(place: Place) -> str:
    return "\0".join(place)
