"""Which machines were at the address of a live one before it, by what states said in this run and those before."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from types import MappingProxyType
from typing import TypeAlias

from remediator.config import RunConfig
from remediator.iac.terraform.moved import moved_address
from remediator.model import Attributes, Resource, Standing, StateAddress, StateResource
from remediator.observe.listing import Listing
from remediator.observe.succession import Former, Succession, Successions
from remediator.run.codebase import Codebase
from remediator.run.holdings import Held, Holding, HoldingsFile, at_place, held_at, place_of, root_of
from remediator.trace.addresses import Key, claims, key_of, kind_of

__all__ = ["History", "Place", "followed", "moved", "successions"]

KIND = "aws_instance"
"""Only machines are pooled by their address: other kinds go by names that their successors have too, or hold data."""
_MOST = 64
"""Machines of one address that are counted before the one it has: one that is replaced every five hours."""
_VACANT = 10_000
"""Places that are held no more of which moves are followed: a quarter of a millisecond each in a large root."""

Place: TypeAlias = tuple[str, str]
"""A root and a place in its state."""


def successions(
    listings: Sequence[Listing],
    codebases: Sequence[Codebase],
    elsewhere: Sequence[StateResource],
    run: RunConfig,
    now: datetime,
) -> Mapping[str, Successions]:
    """By unit, what was at the addresses of its machines before them, within the look-back; keeps what they have now.

    Where a unit's machines could not all be listed, it is not known which of the others are no more, so that there
    nothing is.
    """
    states = [state for codebase in codebases for state in codebase.states]
    entries = [s for s in (*states, *elsewhere) if kind_of(s) == KIND and s.standing is not Standing.DEPOSED]
    machines = [resource for one in listings for resource in one.resources if resource.kind == KIND]
    live = {key_of(machine): machine for machine in machines}
    claimed = claims([m for m in machines if m.member_of is None], entries)
    held = [(held_at(entry.at, live[key]), len(own)) for key, own in claimed.items() for entry in own]
    file = HoldingsFile(run.state_dir / "cache" / "holdings.sqlite")
    kept = [one for one, _ in held if one is not None]
    file.keep(kept, now)
    history = History.of(file.changed(now - timedelta(days=run.lookback_days), now))
    moves = moved(history, {(one.root, one.place) for one in kept}, codebases)
    whole = {(one.unit.account.name, one.unit.region) for one in listings if KIND in one.whole}
    found: dict[str, dict[str, Succession]] = defaultdict(dict)
    for one, many in held:
        if one is None or many > 1 or (one.machine.account, one.machine.region) not in whole:
            continue
        before = followed(one, history, live, moves)
        if before is not None:
            found[f"{one.machine.account}/{one.machine.region}"][f"{KIND}/{one.machine.id}"] = before
    return found


@dataclass(frozen=True, slots=True)
class History:
    """What was where: by place, and by machine in the order of time."""

    at: Mapping[Place, Sequence[Holding]]
    by_machine: Mapping[Key, Sequence[Holding]]

    @classmethod
    def of(cls, holdings: Iterable[Holding]) -> "History":
        """The same by place and by machine."""
        at: dict[Place, list[Holding]] = defaultdict(list)
        by_machine: dict[Key, list[Holding]] = defaultdict(list)
        for one in sorted(holdings, key=lambda holding: (holding.first, holding.last, holding.id)):
            at[one.root, one.place].append(one)
            by_machine[_key(one)].append(one)
        return cls(at, by_machine)

    def path(self, key: Key) -> Sequence[Holding] | None:
        """The places of a machine, one after the other; None of one that was at two at once, which is nobody's."""
        found = self.by_machine.get(key, ())
        return None if any(one.last >= after.first for one, after in pairwise(found)) else found


def followed(
    held: Held, history: History, live: Container[Key], moves: Mapping[Place, Place] = MappingProxyType({})
) -> Succession | None:
    """The machines that were at the address of one before it, the latest first; None where none is known.

    The address of a machine that was moved is where it was before, and with it whatever was there. Where the one before
    was moved away, is still live, or was in another account or region, it ends. `moves` are the former places of places
    by `moved` blocks, for what was replaced as it moved.
    """
    path = history.path(key_of(held.machine)) or ()
    if not path or (path[-1].root, path[-1].place) != (held.root, held.place):
        return None
    before = tuple(islice(_before(path, history, live, moves), _MOST))
    return Succession(path[-1].first, tuple(_former(held.machine, one) for one in before)) if before else None


def _before(
    path: Sequence[Holding], history: History, live: Container[Key], moves: Mapping[Place, Place]
) -> Iterator[Holding]:
    known = {path[0].id}
    while True:
        origin = path[0]
        place = origin.root, origin.place
        found = [one for one in history.at.get(place, ()) if one.last < origin.last and one.id not in known]
        if not found and place in moves:
            found = [one for one in history.at.get(moves[place], ()) if one.last < origin.first and one.id not in known]
        latest = max(found, key=lambda one: (one.last, one.first), default=None)
        if latest is None or _key(latest) in live or _key(latest)[:2] != _key(origin)[:2]:
            return
        own = history.path(_key(latest))
        if not own or own[-1] != latest:
            return
        yield latest
        path = own
        known.add(latest.id)


def _former(now: Resource, one: Holding) -> Former:
    spec = Attributes({"instance_type": one.type, "instance_state": "terminated"})
    gone = replace(now, id=one.id, arn=None, spec=spec, tags=Attributes(), created_at=one.started, launched_by=None)
    return Former(gone, one.first, one.last)


def _key(one: Holding) -> Key:
    return one.account, one.region, f"{KIND}/{one.id}"


def moved(history: History, held: Container[Place], codebases: Iterable[Codebase]) -> Mapping[Place, Place]:
    """The places that `moved` blocks make of those that are `held` no more, each with the one that it was.

    What blocks say of modules with keys is not told apart, nor are two that become one. Of those that are held no more
    only the latest are followed, where there are very many.
    """
    vacant = [place for place in history.at if place not in held]
    vacant = sorted(vacant, key=lambda place: history.at[place][-1].last, reverse=True)[:_VACANT]
    states = {_state(state.at): (codebase, state.at) for codebase in codebases for state in codebase.states if vacant}
    roots = {root_of(at): (codebase, at) for codebase, at in states.values()}
    found: dict[Place, list[Place]] = defaultdict(list)
    for root, place in (one for one in vacant if one[0] in roots):
        codebase, at = roots[root]
        of = codebase.root(at)
        after = moved_address(codebase.index, of.path, at_place(at, place)) if of is not None else None
        if after is not None:
            found[root, place_of(after)].append((root, place))
    return {place: former[0] for place, former in found.items() if len(former) == 1}


def _state(at: StateAddress) -> tuple[str, ...]:
    return at.repository, at.root, at.backend, at.workspace, at.lineage
