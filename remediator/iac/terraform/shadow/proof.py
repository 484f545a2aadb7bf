"""Whether an edit changes exactly what it is meant to change, by Terraform's own evaluation before and after."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from remediator.iac.terraform.shadow.frozen import Frozen, Instance
from remediator.iac.terraform.shadow.reach import reached
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


def proved(before: Frozen, after: Frozen, expected: Sequence[ExpectedChange]) -> Proof:
    """Whether exactly the expected addresses come and go and exactly the expected top-level attributes differ.

    Attributes that were not in question count as not changed: ask for all of them where that is not sure. What
    Terraform cannot know counts as unchanged only where nothing that the edit touches leads there.
    """
    wanted = {change.address: change for change in expected if change.actions not in _IDLE}
    reach = reached(before.shadow, after.shadow)
    wrong: list[str] = []
    doubts = list(_left_out(before, after, reach))
    for address in sorted(before.instances.keys() | after.instances.keys() | wanted.keys()):
        old, new, change = before.instances.get(address), after.instances.get(address), wanted.get(address)
        if old is None and new is None:
            doubts.append(f"{address}: Terraform does not show it without its provider")
            continue
        wrong += _existence(address, old, new, change)
        if old is not None and new is not None:
            names = frozenset(change.attributes if change is not None else ())
            for name in sorted(old.attributes.keys() | new.attributes.keys() | names):
                found = _attribute(old, new, name, name in names, reach)
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


def _attribute(old: Instance, new: Instance, name: str, wanted: bool, reach: Set[Spot]) -> tuple[Verdict, str] | None:
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
    spots = {Spot(at.place.folder, Kind.RESOURCE, at.place.address, name) for at in (old, new)}
    if unknown and (wanted or spots & reach):
        return Verdict.UNPROVABLE, "hangs on what only the provider knows, and the edit reaches it"
    return None


def _left_out(before: Frozen, after: Frozen, reach: Set[Spot]) -> Iterator[str]:
    """Whole resources and calls that the evaluation lacks and the edit may reach."""
    lacking = {**before.shadow.left_out, **after.shadow.left_out}
    for spot, reason in sorted(lacking.items()):
        is_whole = spot.kind in (Kind.RESOURCE, Kind.CALL) and spot.attribute in ("", "count", "for_each")
        if is_whole and (spot in reach or replace(spot, attribute="") in reach):
            yield f"{spot} is left out, and the edit reaches it: {reason}"
