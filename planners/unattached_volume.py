"""Volumes that nothing is attached to: first a final snapshot, then, once that is live, the removal.

Two requests, because nothing that destroys data shares a request with anything else, and because
`final_snapshot = true` must be in the state before the removal is applied.
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_volume#final_snapshot

The cloud does not say since when a volume is unattached. A volume that is attached emits metrics, one that is not emits
none: no operations while other resources of the same account and region were measured is the evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from planners._money import accrued, as_month, whole
from planners._seen import LEAST_DAYS, check_within, kept, remade, where
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
    Window,
)

SUMMARY = "Removes volumes that nothing is attached to, after a final snapshot."
LAYER = Layer.USAGE
KINDS = ("aws_ebs_volume",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The least days of age, and of evidence for a removal; AWS' own checks look back 7 and 32 days."""

    days: float = 14.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 3650)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A final snapshot for each unattached volume, or its removal where the state says one will be taken."""
    measured = _measured_since(estate)
    for seen in estate.of_kind("aws_ebs_volume"):
        settings = context.of(seen)
        spec, created = seen.resource.spec, seen.resource.created_at
        if spec.text("state") != "available" or spec.texts("attached_to") or kept(seen, settings.keep_tags):
            continue
        if created is None or context.now - created < timedelta(days=settings.days):
            continue
        if seen.usage.metric("volume_ops") or seen.usage.metric("volume_bytes"):
            continue
        since = measured.get((seen.resource.account, seen.resource.region))
        yield _change(seen, max(created, since) if since else None, context)


def _measured_since(estate: Estate) -> dict[tuple[str, str], datetime]:
    """From when anything at all was measured, by account and region: before that, no metric says nothing.

    A window begins before its first point, so a metric counts for as much of its window as it has points.
    """
    since: dict[tuple[str, str], datetime] = {}
    for seen in estate.observations:
        place = (seen.resource.account, seen.resource.region)
        for summary in seen.usage.summaries:
            if summary.window is Window.LOOKBACK and summary.points:
                first = summary.end - (summary.end - summary.start) * summary.coverage
                since[place] = min(first, since.get(place, first))
    return since


def _change(seen: Observation, unused_since: datetime | None, context: Context[Settings]) -> Change:
    snapshot = replace(_snapshot(seen, context), accrued=accrued(seen.price, unused_since, context.now))
    if seen.declared is None:
        return replace(
            _removal(snapshot, unused_since, seen, context),
            title=f"Take a snapshot of unattached volume {where(seen)}, then delete it",
        )
    if seen.declared.attributes.flag("final_snapshot") is not True:
        return snapshot
    removal = _removal(snapshot, unused_since, seen, context)
    return replace(
        removal,
        title=f"Remove unattached volume {where(seen)}; a final snapshot is taken",
        after=snapshot.fingerprint,
    )


def _snapshot(seen: Observation, context: Context[Settings]) -> Change:
    """The first request; the saving that it prepares is that of the removal, less what a full snapshot costs."""
    spec, created = seen.resource.spec, seen.resource.created_at
    size = spec.number("size") or 0
    price = as_month(context.prices.price("aws_ebs_volume", "snapshot:storage", seen.resource.region), size)
    least = price.amount if price else seen.price.amount if seen.price else None
    later = whole(seen.price, seen, least) if least is not None else None
    saves = f"; its removal will save {later.monthly:,.2f} {later.currency} a month" if later else ""
    age = f"{(context.now - created).days:,} days old, " if created else ""
    return Change(
        rule="unattached_volume",
        concern="snapshot before removal",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Take a final snapshot of unattached volume {where(seen)} before its removal",
        reason=f"{size:,.0f} GiB of {spec.text('type')}, {age}attached to nothing and without an operation measured"
        f"{saves}",
        actions=(SetAttribute("final_snapshot", None, True),),
        evidence=(),
        missing=("when it was last attached",),
        doubts=remade(seen),
        saving=None,
        saves_nothing=True,
        accrued=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.9,
        prepares=later,
    )


def _removal(snapshot: Change, unused_since: datetime | None, seen: Observation, context: Context[Settings]) -> Change:
    """The second request, with a concern of its own, so that the first being done does not hide it."""
    shown = (context.now - unused_since) / timedelta(days=1) if unused_since else 0.0
    wanted = context.of(seen).days
    short = f"the evidence that nothing used it reaches back {shown:.0f} days, and {wanted:g} are wanted"
    return replace(
        snapshot,
        concern="existence",
        reason=snapshot.reason.partition("; its removal")[0],
        saving=snapshot.prepares,
        saves_nothing=False,
        prepares=None,
        actions=(RemoveResource(),),
        doubts=(*snapshot.doubts, *(() if shown >= wanted * 0.99 else (short,))),
        risk=Level.HIGH,
        effect=Effect.DATA_LOSS,
    )
