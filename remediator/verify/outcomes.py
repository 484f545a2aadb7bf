"""What this run saw of a delivered plan; only what was completely observed counts as seen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import isclose
from typing import Self, TypeAlias

from remediator.model import (
    PROVIDER,
    Attributes,
    Facts,
    Observation,
    Outcome,
    RequestState,
    StateResource,
    Target,
    Value,
)

_GONE = frozenset({"terminated", "shutting-down", "deleting", "deleted"})
"""States in which EC2 still lists a resource that is gone or going, without a way back."""


Listed: TypeAlias = tuple[str, str, str]
"""Account, region and kind: what one paginated listing answers for."""

Root: TypeAlias = tuple[str, str, str]
"""Repository, root path, workspace."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The observations of what this run listed completely, by account, region and kind.

    `roots` are those whose state was read and `held` the addresses in them, whether or not they were seen live.
    """

    listed: frozenset[Listed]
    roots: frozenset[Root]
    held: Mapping[tuple[Root, str], str] = field(repr=False)
    by_id: Mapping[tuple[str, str, str], tuple[Observation, ...]] = field(repr=False)
    by_address: Mapping[tuple[Root, str], tuple[Observation, ...]] = field(repr=False)

    @classmethod
    def of(
        cls,
        listed: Collection[Listed],
        observations: Iterable[Observation],
        roots: Collection[Root] = (),
        states: Iterable[StateResource] = (),
    ) -> Self:
        """An index of observations; those that are not of what was `listed` are left out."""
        by_id: dict[tuple[str, str, str], tuple[Observation, ...]] = {}
        by_address: dict[tuple[Root, str], tuple[Observation, ...]] = {}
        for observation in observations:
            resource, declared = observation.resource, observation.declared
            unit = (resource.account, resource.region)
            if (*unit, resource.kind) not in listed or _is_gone(observation):
                continue
            by_id[(*unit, resource.id)] = (*by_id.get((*unit, resource.id), ()), observation)
            if declared is not None:
                place = (_root(declared), declared.at.address)
                by_address[place] = (*by_address.get(place, ()), observation)
        held = {(_root(state), state.at.address): state.id for state in states}
        return cls(frozenset(listed), frozenset(roots), held, by_id, by_address)

    def of_target(self, target: Target, repository: str | None) -> tuple[Observation, ...]:
        """What a target speaks of: the resource of that id, else what now stands at its address."""
        unit = (target.account, target.region)
        same_id = self.by_id.get((*unit, target.resource_id), ())
        found = tuple(o for o in same_id if target.kind in (None, o.resource.kind))
        root = root_of(target, repository)
        if found or target.address is None or root is None:
            return found
        there = self.by_address.get((root, target.address), ())
        return tuple(o for o in there if (o.resource.account, o.resource.region) == unit)


def root_of(target: Target, repository: str | None) -> Root | None:
    """The root whose state holds a target's address, where it is known."""
    if repository is None or target.root is None or target.workspace is None:
        return None
    return repository, target.root, target.workspace


def _root(state: StateResource) -> Root:
    return state.at.repository, state.at.root, state.at.workspace


def facts(outcome: Outcome, seen: Seen, request: RequestState | None, now: datetime) -> Facts:
    """What this run saw of one plan; `request` is what its forge, tracker or base branch says, None if not asked.

    It is live at target when every target is; it is not as soon as one is seen not to be; else that is not known.
    """
    answers = {_at_target(target, seen, outcome.repository) for target in outcome.targets}
    live = False if False in answers else None if None in answers or not answers else True
    return Facts(now=now, request=request, live_at_target=live)


def vanished(outcome: Outcome, seen: Seen) -> bool:
    """Whether everything that an outcome speaks of is neither live nor in its state, as far as all of that was seen."""
    return bool(outcome.targets) and all(_is_nowhere(target, seen, outcome.repository) for target in outcome.targets)


def wholly_seen(outcome: Outcome, seen: Seen) -> bool:
    """Whether every kind that an outcome speaks of was listed whole where it is, and every state of it was read."""
    return bool(outcome.targets) and all(
        target.kind is not None
        and (target.account, target.region, target.kind) in seen.listed
        and (target.root is None or root_of(target, outcome.repository) in seen.roots)
        for target in outcome.targets
    )


def _is_nowhere(target: Target, seen: Seen, repository: str | None) -> bool:
    root = root_of(target, repository)
    if target.kind is None or (target.account, target.region, target.kind) not in seen.listed:
        return False
    if root is None or root not in seen.roots or (root, target.address or "") in seen.held:
        return False
    return not seen.of_target(target, repository)


def same_value(live: Value, target: Value) -> bool:
    """Whether two values mean the same: `"3000"` and 3000, `"true"` and true, lists in any order."""
    if isinstance(live, tuple) or isinstance(target, tuple):
        return isinstance(live, tuple) and isinstance(target, tuple) and sorted(live) == sorted(target)
    if isinstance(live, str) and isinstance(target, str):
        return live == target
    first, second = _number(live), _number(target)
    if first is not None and second is not None:
        return isclose(first, second, rel_tol=1e-9)
    return _word(live) == _word(target)


def _at_target(target: Target, seen: Seen, repository: str | None) -> bool | None:
    if target.kind == PROVIDER:
        return _provides(target, seen, repository)
    found = seen.of_target(target, repository)
    kind = target.kind or next((o.resource.kind for o in found), None)
    if kind is None or (target.account, target.region, kind) not in seen.listed:
        return None
    if target.attribute is None:
        return False if found else _is_undeclared(target, seen, repository)
    if len(found) != 1:
        return None  # gone or ambiguous: it cannot be said to show anything
    shown = found[0].resource.spec
    stated = found[0].declared.attributes if found[0].declared else Attributes()
    # what no API shows, such as final_snapshot, is live once the state holds it
    place = shown if target.attribute in shown else stated
    live = place.get(target.attribute)
    if target.attribute not in place or (live is None and target.value is not None):
        return None
    return same_value(live, target.value)


def _provides(target: Target, seen: Seen, repository: str | None) -> bool | None:
    """Whether all that a provider configuration made has a tag, live or in its state; None where nothing of it is seen.

    A resource's own value of the tag counts as well, since it replaces the default.
    """
    root, tag = root_of(target, repository), (target.attribute or "").removeprefix("default_tags.tags.")
    made = [
        (one.resource.tags, one.declared.tag_keys)
        for (place, _), found in seen.by_address.items()
        for one in (found if place == root else ())
        if one.declared is not None and one.declared.configured_by == target.address
    ]
    answers = [tag in tags or tag in keys for tags, keys in made if keys is not None]
    return all(answers) if answers else None


def _is_undeclared(target: Target, seen: Seen, repository: str | None) -> bool | None:
    """Whether what is no longer live is gone from its state as well; None where that state was not read.

    A resource that was replaced has another id, and only its state says that it is still there; a state that still
    holds the old id is only behind.
    """
    root = root_of(target, repository)
    if target.address is None or root is None:
        return True
    if root not in seen.roots:
        return None
    return seen.held.get((root, target.address), target.resource_id) == target.resource_id


def _is_gone(observation: Observation) -> bool:
    spec = observation.resource.spec
    return spec.text("instance_state") in _GONE or spec.text("state") in _GONE


def _number(value: Value) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _word(value: Value) -> Value:
    return str(value).lower() if isinstance(value, bool) else value
