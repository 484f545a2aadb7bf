"""Snapshots of volumes that are gone, kept by nobody's policy; those of machine images are not looked at.

There is no published age; ninety days is what backup policies commonly keep. Always a ticket, since what a snapshot
holds is nowhere else.

What it costs is what it adds to the others of its volume, and AWS tells at most how much it holds in all: snapshots of
one volume share that among them, and where AWS does not say it, it is the size of the volume.
https://docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from planners._money import whole
from planners._seen import LEAST_DAYS, check_within, kept, where
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Asks about old snapshots of volumes that no longer exist."
LAYER = Layer.USAGE
KINDS = ("aws_ebs_snapshot", "aws_ebs_volume")

_POLICIES = ("aws:backup:source-resource", "aws:dlm:lifecycle-policy-id", "dlm:managed")

_OF_A_COPY = "vol-ffffffff"
"""What stands for the volume of a copied snapshot: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html"""


@dataclass(frozen=True, slots=True)
class Settings:
    """How old a snapshot is, in days, before someone is asked."""

    days: float = 90.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 3650)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each old snapshot whose volume is gone, and that belongs to no policy."""
    of_volume = Counter(map(_source, estate.of_kind("aws_ebs_snapshot")))
    volumes = {(o.resource.account, o.resource.region, o.resource.id) for o in estate.of_kind("aws_ebs_volume")}
    for seen in estate.of_kind("aws_ebs_snapshot"):
        resource = seen.resource
        if resource.created_at is None or context.now - resource.created_at < timedelta(days=context.of(seen).days):
            continue
        if _source(seen) in volumes:
            continue
        if not _belongs(seen) and not kept(seen, context.of(seen).keep_tags):
            yield _change(seen, of_volume[_source(seen)] - 1, context)


def _source(snapshot: Observation) -> tuple[str, str, str]:
    """The volume that a snapshot is of; a copy is of none, and by itself."""
    resource = snapshot.resource
    volume = resource.spec.text("volume_id")
    return resource.account, resource.region, resource.id if volume in (None, _OF_A_COPY) else volume


def _belongs(seen: Observation) -> bool:
    return any(tag in seen.resource.tags for tag in _POLICIES)


def _change(seen: Observation, others: int, context: Context[Settings]) -> Change:
    resource = seen.resource
    age = (context.now - resource.created_at).days if resource.created_at else 0
    exact = resource.spec.number("full_snapshot_size_in_bytes") is not None
    copied = resource.spec.text("volume_id") == _OF_A_COPY
    price = None if seen.price is None else replace(seen.price, amount=seen.price.amount / (others + 1))
    saving = whole(price, seen, Decimal(0) if price is None or (exact and not others) else price.amount)
    return unused(
        "old_snapshot",
        seen,
        f"Delete snapshot {where(seen)}, {'an old copy' if copied else 'whose volume is gone'}",
        f"a copy of another snapshot, {age:,} days old, and no backup policy made it"
        if copied
        else f"{age:,} days old, of {resource.spec.text('volume_id')}, which no longer exists, and no backup policy "
        "made it",
        missing=(
            *(() if exact else ("how much it holds: its price is that of a full volume",)),
            *(("whether what it is a copy of, or the volume of that, is still there",) if copied else ()),
            *((f"what it holds that the {others} other snapshots of its volume do not",) if others else ()),
        ),
        doubts=("what it holds is nowhere else; whether it is still wanted is for a person to say",),
        saving=saving,
        effect=Effect.DATA_LOSS,
        confidence=0.5,
    )
