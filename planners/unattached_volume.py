"""Volumes that nothing is attached to: first a final snapshot, then, once that is live, the removal.

Two requests, because nothing that destroys data shares a request with anything else, and because
`final_snapshot = true` must be in the state before the removal is applied.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_volume#final_snapshot
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from planners._money import accrued, as_month, whole
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    RemoveResource,
    SetAttribute,
)

SUMMARY = "Removes volumes that nothing is attached to, after a final snapshot."
LAYER = Layer.USAGE
KINDS = ("aws_ebs_volume",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The least age in days; AWS' own advice on unattached volumes looks back 32 days, its check 7."""

    days: float = 14.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A final snapshot for each unattached volume, or its removal where the state says one will be taken."""
    for seen in estate.of_kind("aws_ebs_volume"):
        spec = seen.resource.spec
        created = seen.resource.created_at
        young = created is None or context.now - created < timedelta(days=context.settings.days)
        kept = any(tag in seen.resource.tags for tag in context.settings.keep_tags)
        used = seen.usage.metric("volume_ops") is not None
        if spec.text("state") == "available" and not spec.texts("attached_to") and not young and not kept and not used:
            yield _change(seen, context)


def _change(seen: Observation, context: Context[Settings]) -> Change:
    size = seen.resource.spec.number("size") or 0
    snapshot = as_month(context.prices.price("aws_ebs_volume", "snapshot:storage", seen.resource.region), size)
    days = (context.now - seen.resource.created_at).days if seen.resource.created_at else 0
    where = seen.declared.at.address if seen.declared else seen.resource.id
    first = Change(
        rule="unattached_volume",
        concern="snapshot before removal",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Take a final snapshot of unattached volume {where} before its removal",
        reason=f"{size:,.0f} GiB {seen.resource.spec.text('type')}, {days} days old, attached to nothing and unused",
        actions=(SetAttribute("final_snapshot", None, True),),
        evidence=(),
        missing=("when it was last attached",),
        doubts=(),
        saving=whole(seen.price, snapshot.amount if snapshot else Decimal(0)),
        accrued=accrued(seen.price, seen.resource.created_at, context.now),
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.9,
    )
    if seen.declared is None or seen.declared.attributes.flag("final_snapshot") is not True:
        return first
    return replace(
        first,
        concern="existence",
        title=f"Remove unattached volume {where}; a final snapshot is taken",
        actions=(RemoveResource(),),
        risk=Level.HIGH,
        effect=Effect.DATA_LOSS,
        after=first.fingerprint,
    )
