"""What no tag allocates."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from remediator.model import Estate
from remediator.run.kpis.money import CENT
from remediator.run.kpis.tags import values_of


@dataclass(frozen=True, slots=True)
class Unallocated:
    """What lacks a tag that costs are allocated by, in one root and workspace: its resources and their cost a month.

    One `default_tags` block of the root's provider gives the tag to all of them. The root is None for what no state
    holds.
    """

    tag: str
    root: str | None
    resources: int
    monthly: Decimal


def unallocated(estate: Estate, required: Sequence[str]) -> tuple[Unallocated, ...]:
    """What costs money and lacks a required tag, live and in its state, by root; the dearest first."""
    found: dict[tuple[str, str | None], list[Decimal]] = {}
    for seen in estate.observations:
        if seen.price is None or seen.resource.member_of is not None:
            continue
        at = seen.declared.at if seen.declared else None
        place = f"{at.root} ({at.workspace})" if at and at.workspace != "default" else at.root if at else None
        for tag in required:
            if next(values_of(seen, (tag,)), None) is None:
                found.setdefault((tag, place), []).append(seen.price.amount)
    all_ = (
        Unallocated(tag, root, len(amounts), sum(amounts, Decimal(0)).quantize(CENT))
        for (tag, root), amounts in found.items()
    )
    return tuple(sorted(all_, key=lambda one: (-one.monthly, one.tag, one.root or "")))
