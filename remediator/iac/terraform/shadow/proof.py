"""Whether an edit changes exactly what it is meant to change, by Terraform's own evaluation before and after."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from remediator.iac.terraform.shadow.frozen import Frozen, Instance
from remediator.iac.terraform.shadow.reach import changed, reached
from remediator.iac.terraform.shadow.spots import Kind, Spot
from remediator.model import ExpectedChange

__all__ = ["Proof", "Verdict", "proved"]

_REMOVED, _ADDED = ("delete",), ("create",)
_IDLE = (("no-op",), ("read",))


class Verdict(StrEnum):
    """What a comparison of two evaluations comes to."""

    PROVED = "proved"
    DIFFERS = "differs"
    UNPROVABLE = "not provable"


@dataclass(frozen=True, slots=True)
class Proof:
    """A verdict with its reasons: what else differs, or what cannot be known; none where it is proved."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spread:
    """How far an edit goes: what is written differently, what hangs on that, and what refers to what."""

    changed: Set[Spot]
    reached: Set[Spot]
    uses: Mapping[Spot, Set[Spot]]
    left_out: Set[Spot]
    same_instances: bool


def proved(before: Frozen, after: Frozen, expected: Sequence[ExpectedChange]) -> Proof:
    """Whether exactly the expected addresses come and go and exactly the expected top-level attributes differ.

    Attributes that were not in question count as not changed: ask for all of them where that is not sure. What
    Terraform cannot know counts as unchanged only where nothing that the edit touches leads there.
    """
    wanted = {change.address: change for change in expected if change.actions not in _IDLE}
    spread = _Spread(
        changed(before.shadow, after.shadow),
        reached(before.shadow, after.shadow),
        after.shadow.uses,
        after.shadow.left_out.keys(),
        before.instances.keys() == after.instances.keys(),
    )
    wrong: list[str] = []
    doubts = list(_left_out(before, after, spread.reached))
    for address in sorted(before.instances.keys() | after.instances.keys() | wanted.keys()):
        old, new, change = before.instances.get(address), after.instances.get(address), wanted.get(address)
        if old is None and new is None:
            doubts.append(f"{address}: Terraform does not show it without its provider")
            continue
        if new is None and old is not None and old.place.address.startswith("data."):
            continue  # it holds nothing, and whatever read it would fail
        wrong += _existence(address, old, new, change)
        if old is not None and new is not None:
            names = frozenset(change.attributes if change is not None else ())
            for name in sorted(old.attributes.keys() | new.attributes.keys() | names):
                found = _attribute(old, new, name, name in names, spread)
                if found is not None:
                    verdict, reason = found
                    (wrong if verdict == Verdict.DIFFERS else doubts).append(f"{address}: {name} {reason}")
    if wrong:
        return Proof(Verdict.DIFFERS, tuple(wrong))
    return Proof(Verdict.UNPROVABLE, tuple(doubts)) if doubts else Proof(Verdict.PROVED)


def _existence(
    address: str, old: Instance | None, new: Instance | None, change: ExpectedChange | None
) -> Iterator[str]:
    actions = change.actions if change is not None else ("no-op",)
    if old is None and actions != _ADDED:
        yield f"{address}: the edit adds it, which was not expected"
    if new is None and actions != _REMOVED:
        yield f"{address}: the edit removes it, which was not expected"
    if old is not None and actions == _ADDED:
        yield f"{address}: it was expected to be added, but is there before the edit"
    if new is not None and actions == _REMOVED:
        yield f"{address}: it was expected to be removed, but is there after the edit"


def _attribute(old: Instance, new: Instance, name: str, wanted: bool, spread: _Spread) -> tuple[Verdict, str] | None:
    """What is wrong or in doubt with one attribute of an instance that stays."""
    before, after = old.attributes.get(name), new.attributes.get(name)
    unknown = any(seen is not None and seen.unknown is not None for seen in (before, after))
    if before != after:
        if not wanted:
            return Verdict.DIFFERS, "differs, which was not expected"
        whole = any(seen is not None and seen.unknown == "true" for seen in (before, after))
        return (Verdict.UNPROVABLE, "hangs on what only the provider knows") if whole else None
    if wanted and not unknown:
        return Verdict.DIFFERS, "was expected to differ, but does not"
    if unknown and (wanted or _may_differ(old, new, name, spread)):
        return Verdict.UNPROVABLE, "hangs on what only the provider knows, and the edit reaches it"
    return None


def _may_differ(old: Instance, new: Instance, name: str, spread: _Spread) -> bool:
    """Whether an edit can have changed a value that Terraform does not know.

    A value is made of what its expression says, of what that refers to, and of its instance's `each` and `count`.
    """
    spot = Spot(new.place.folder, Kind.RESOURCE, new.place.address, name)
    if spot not in spread.reached and old.place == new.place:
        return False
    if spot in spread.changed or spot in spread.left_out or old.place != new.place:
        return True
    if any(used in spread.reached and not _is_repeat(used, spot, spread) for used in spread.uses.get(spot, ())):
        return True
    before, after = old.reads.get(name), new.reads.get(name)
    return before != after or (after is not None and after.unknown is not None)


def _is_repeat(used: Spot, spot: Spot, spread: _Spread) -> bool:
    """Whether it only says how often a resource is there, and every resource is there as often as before."""
    if used.kind != Kind.RESOURCE or used.attribute not in ("count", "for_each"):
        return False
    return spread.same_instances or used.name == spot.name


def _left_out(before: Frozen, after: Frozen, reach: Set[Spot]) -> Iterator[str]:
    """Whole resources and calls that the evaluation lacks and the edit may reach."""
    lacking = {**before.shadow.left_out, **after.shadow.left_out}
    for spot, reason in sorted(lacking.items()):
        is_whole = spot.kind in (Kind.RESOURCE, Kind.CALL) and spot.attribute in ("", "count", "for_each")
        if is_whole and (spot in reach or replace(spot, attribute="") in reach):
            yield f"{spot} is left out, and the edit reaches it: {reason}"
