"""What is read of CloudWatch at a time: so many series as may be in memory at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import TypeAlias

from remediator.model import Resource
from remediator.observe.queries import Listed, Query, queries
from remediator.observe.succession import Successions

__all__ = ["HELD_POINTS", "Portion", "ends", "families", "own_key", "portions"]

HELD_POINTS = 6_000_000
"""Points of series in memory at once, 24 MB a copy: 1,488 series of 14 days of 5-minute periods. There are three copies
(as kept, as answered, as combined) beside four answers of at most 100,800 points, whatever the size of the account."""

Portion: TypeAlias = list[tuple[Resource, Sequence[Query]]]
"""Resources, each with its series."""


def own_key(resource: Resource) -> str:
    """What it is known by among others, whose names may be the same."""
    return f"{resource.kind}/{resource.id}"


def portions(
    running: Sequence[Resource], known: Listed, points: int, successions: Successions = MappingProxyType({})
) -> Iterator[Portion]:
    """Resources with their series, as many as may be in memory at once.

    An instance is with its volumes, and with those before it as far back as there is room for.
    """
    portion: Portion = []
    held = 0
    for family in families(running):
        asked = [(resource, tuple(queries(resource, known))) for resource in family]
        size = points * sum(len(own) for _, own in asked)
        succession = successions.get(own_key(family[0]))
        for former in succession.before if succession else ():
            own = tuple(queries(former.resource, known))
            if size + points * len(own) > HELD_POINTS:
                break
            asked.append((former.resource, own))
            size += points * len(own)
        if portion and held + size > HELD_POINTS:
            yield portion
            portion, held = [], 0
        portion += asked
        held += size
    if portion:
        yield portion


def families(running: Sequence[Resource]) -> Iterator[list[Resource]]:
    """An instance with its volumes, and everything else alone."""
    attached: dict[str, list[Resource]] = defaultdict(list)
    instances = {r.id for r in running if r.kind == "aws_instance"}
    for volume in (r for r in running if r.kind != "aws_instance"):
        home = next((id_ for id_ in volume.spec.texts("attached_to") if id_ in instances), "")
        attached[home].append(volume)
    yield from ([r, *attached[r.id]] for r in running if r.kind == "aws_instance")
    yield from ([volume] for volume in attached[""])


def ends(some: Portion, successions: Successions) -> dict[str, float]:
    """From when on nothing new is to be known of the series of machines that are no more."""
    asked = {own_key(resource): own for resource, own in some}
    return {
        query.key: former.whole_by
        for key in asked.keys() & successions.keys()
        for former in successions[key].before
        for query in asked.get(own_key(former.resource), ())
    }
