"""What an open request was made from, and what a fresh look at it changes; pure."""

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from remediator.deliver.markers import Basis, Marker
from remediator.edit.doubts import same
from remediator.model import AS_ASKED, DOUBTED, Change, Plan, SetAttribute
from remediator.planfile import targets
from remediator.trace.people import folded


def basis(plan: Plan) -> Basis:
    """Digests of the code that a plan's edits stand on, without line numbers, and of what they come to."""
    replaced = [(edit.path, edit.old.decode("utf-8", "replace")) for edit in plan.edits]
    ways = [
        (t.attribute, repr(t.value), *t.conditions, *(f"{at.path} {at.role} {at.address}" for at in t.locations))
        for t in plan.traces
    ]
    wanted = [
        (t.root or "", t.workspace or "", t.address or t.resource_id, t.attribute or "", repr(t.value))
        for t in targets(plan)
    ]
    return Basis(_digest([*sorted(replaced), *sorted(ways)]), _digest(sorted(wanted)))


def owner_digests(plan: Plan) -> tuple[str, ...]:
    """Digests of whom a request asks, by which open ones are counted: of each of its findings the first owner."""
    first = (part.origin.owners[0].handle for part in plan.parts or (plan,) if part.origin.owners)
    return tuple(_digest([(handle,)]) for handle in dict.fromkeys(map(folded, first)))


def wants(plan: Plan, marker: Marker) -> str:
    """What a fresh plan wants of the open request of that marker: as it is, other targets, or a person's answer."""
    if not plan.edits:
        return DOUBTED
    fresh = basis(plan).target
    return AS_ASKED if marker.basis is None or marker.basis.target == fresh else fresh


def drifted(plan: Plan, marker: Marker) -> bool:
    """Whether the code under the edit, or a value on the way to it, reads otherwise than when the branch was made.

    Of a request whose findings are others now that is not told: who came and who went counts as another target.
    """
    if (plan.group or marker.group) and set(plan.fingerprints) != set(marker.fingerprints):
        return False
    return bool(plan.edits) and marker.basis is not None and marker.basis.code != basis(plan).code


def moved(told: Decimal | None, now: Decimal | None, beyond: float) -> bool:
    """Whether a saving is off what people were told by more than a share of it (0.2 is a fifth), or became known."""
    if told is None or now is None:
        return told is None and now is not None
    return abs(now - told) > abs(told) * Decimal(str(beyond))


def in_code(plan: Plan) -> bool:
    """Whether the base reads already as the plan wants it: somebody wrote it by hand."""
    return bool(plan.changes) and all(_written(plan, change) for change in plan.changes)


def _written(plan: Plan, change: Change) -> bool:
    """Whether every place that sets what a change sets says so: which of them is the change's own is not told."""
    for action in change.actions:
        if not isinstance(action, SetAttribute):
            return False
        values = [None if t.unresolved else t.value for t in plan.traces if t.attribute == action.path]
        if not values or any(value is None or not same(value, action.target) for value in values):
            return False
    return bool(change.actions)


def _digest(rows: Iterable[tuple[str, ...]]) -> str:
    text = "\0\0".join("\0".join(row) for row in rows)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
