"""How far an edit reaches through a configuration, by what refers to what."""

from collections.abc import Iterable, Mapping, Set

from remediator.iac.terraform.shadow.shadow import Shadow
from remediator.iac.terraform.shadow.spots import Spot

__all__ = ["changed", "closure", "reached"]


def changed(before: Shadow, after: Shadow) -> frozenset[Spot]:
    """The expressions that are written differently, or only in one of the two."""
    spots = before.originals.keys() | after.originals.keys()
    return frozenset(spot for spot in spots if before.originals.get(spot) != after.originals.get(spot))


def reached(before: Shadow, after: Shadow) -> frozenset[Spot]:
    """Every expression whose value may differ: those changed and all that hang on them."""
    users: dict[Spot, set[Spot]] = {}
    for shadow in (before, after):
        for user, used in shadow.uses.items():
            for spot in used:
                users.setdefault(spot, set()).add(user)
    return closure(changed(before, after), users)


def closure(start: Iterable[Spot], edges: Mapping[Spot, Set[Spot]]) -> frozenset[Spot]:
    """Whatever can be come to from the start, itself included."""
    found: set[Spot] = set()
    waiting = list(start)
    while waiting:
        spot = waiting.pop()
        if spot not in found:
            found.add(spot)
            waiting += edges.get(spot, ())
    return frozenset(found)
