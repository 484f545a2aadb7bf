"""Snapshots of volumes that are gone, and those that a machine image left behind, kept by nobody's policy.

There is no published age; ninety days is what backup policies commonly keep. Always a ticket, since what a snapshot
holds is nowhere else. What an image is made of stays, since AWS refuses to delete it; that an image is deregistered
leaves its snapshots behind: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html

What it costs is what it adds to the others of its volume, and AWS tells at most how much it holds in all: snapshots of
one volume share that among them, and where AWS does not say it, it is the size of the volume. The archive bills ninety
days at least, and fast restore by the hour: https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
https://docs.aws.amazon.com/ebs/latest/userguide/how_snapshots_work.html
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from planners._money import whole
from planners._seen import LEAST_DAYS, check_within, kept, where
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Asks about old snapshots of volumes and images that no longer exist."
LAYER = Layer.USAGE
KINDS = ("aws_ebs_snapshot", "aws_ebs_volume", "aws_ami")

_POLICIES = ("aws:backup:source-resource", "aws:dlm:lifecycle-policy-id", "dlm:managed")

_OF_A_COPY = "vol-ffffffff"
"""What stands for the volume of a copied snapshot: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Snapshot.html"""

_FOR_IMAGE = re.compile(r"(?:CreateImage\(|DestinationAmi |snapshot for AMI ).{0,80}?(ami-[0-9a-f]{8,17})")
"""What EC2 writes into the description of what it makes for an image."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How old a snapshot is, in days, before someone is asked."""

    days: float = 90.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 3650)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each old snapshot whose volume or image is gone, and that belongs to no policy."""
    of_volume = Counter(map(_source, estate.of_kind("aws_ebs_snapshot")))
    volumes = {(o.resource.account, o.resource.region, o.resource.id) for o in estate.of_kind("aws_ebs_volume")}
    imaged = {
        (image.resource.account, image.resource.region, snapshot)
        for image in estate.of_kind("aws_ami")
        for snapshot in image.resource.spec.texts("snapshot_ids")
    }
    for seen in estate.of_kind("aws_ebs_snapshot"):
        resource = seen.resource
        if resource.created_at is None or context.now - resource.created_at < timedelta(days=context.of(seen).days):
            continue
        if (resource.account, resource.region, resource.id) in imaged:
            continue
        if _image(seen) is None and _source(seen) in volumes:
            continue
        if not _belongs(seen) and not kept(seen, context.of(seen).keep_tags):
            yield _change(seen, of_volume[_source(seen)] - 1, context)


def _source(snapshot: Observation) -> tuple[str, str, str]:
    """The volume that a snapshot is of; a copy is of none, and by itself."""
    resource = snapshot.resource
    volume = resource.spec.text("volume_id")
    return resource.account, resource.region, resource.id if volume in (None, _OF_A_COPY) else volume


def _image(snapshot: Observation) -> str | None:
    """The image that it was made for, as far as its description tells."""
    found = _FOR_IMAGE.search(snapshot.resource.spec.text("description") or "")
    return found[1] if found else None


def _belongs(seen: Observation) -> bool:
    return any(tag in seen.resource.tags for tag in _POLICIES)


def _change(seen: Observation, others: int, context: Context[Settings]) -> Change:
    resource = seen.resource
    age = (context.now - resource.created_at).days if resource.created_at else 0
    exact = resource.spec.number("full_snapshot_size_in_bytes") is not None
    copied = resource.spec.text("volume_id") == _OF_A_COPY
    price = None if seen.price is None else replace(seen.price, amount=seen.price.amount / (others + 1))
    saving = whole(price, seen, Decimal(0) if price is None or (exact and not others) else price.amount)
    image, volume = _image(seen), resource.spec.text("volume_id")
    gone = "whose image is gone" if image else "an old copy" if copied else "whose volume is gone"
    of = (
        f"{age:,} days old, made for image {image}, which no longer exists"
        if image
        else f"a copy of another snapshot, {age:,} days old"
        if copied
        else f"{age:,} days old, of {volume}, which no longer exists"
    )
    archived = resource.spec.text("storage_tier") == "archive"
    return unused(
        "old_snapshot",
        seen,
        f"Delete snapshot {where(seen)}, {gone}",
        f"{of}, and no backup policy made it",
        missing=(
            *(() if exact else ("how much it holds: its price is that of a full volume",)),
            *((f"whether image {image} waits in the Recycle Bin",) if image else ()),
            *(("whether what it is a copy of, or the volume of that, is still there",) if copied and not image else ()),
            *((f"what it holds that the {others} other snapshots of its volume do not",) if others else ()),
            *(("since when it is archived: the archive bills 90 days at least",) if archived else ()),
            "whether it is shared with other accounts, or kept ready for fast restore, which is paid by the hour",
        ),
        doubts=("what it holds is nowhere else; whether it is still wanted is for a person to say",),
        saving=saving,
        effect=Effect.DATA_LOSS,
        confidence=0.5,
    )
