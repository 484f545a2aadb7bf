"""Folders of checkpoints and runs in buckets that keep everything: ask how long they are wanted.

Training writes checkpoints as it goes, and resumes from the last. S3 keeps all of them until somebody deletes them or
a lifecycle rule does: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
There is no published age; 90 days leave a quarter to come back to a run.

Always a ticket: what expires is deleted for good, and only its owner knows which checkpoint is the released model.
Which folders are looked for is in remediator/observe/buckets.py. What they hold is not listed, so that no saving is
claimed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._lifecycle import configurations, existing, with_rule
from planners._seen import check_within, kept, where
from remediator.model import Change, Context, Effect, Estate, Layer, Level, Observation, SetAttribute

SUMMARY = "Asks how long the checkpoints are wanted that a bucket keeps for ever."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_s3_bucket",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Days that checkpoints are kept for, and the GB of a bucket below which nobody is asked.

    500 GB of S3 Standard cost about the least saving that [run] asks for by default: some $12 a month.
    """

    days: int = 90
    least_gb: float = 500.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, 7, 3650)
        check_within("least_gb", self.least_gb, 0, 1e9)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each large bucket that was looked at and whose checkpoints no rule expires."""
    addresses = configurations(estate)
    for seen in estate.of_kind("aws_s3_bucket"):
        spec, settings = seen.resource.spec, context.of(seen)
        held, rules = spec.number("standard_bytes"), spec.number("lifecycle.rules")
        # A rule that is about a tag or a size as well, which has a mark behind its prefix, leaves some of them.
        expiring = spec.texts("lifecycle.expiring_prefixes")
        kept_for_ever = tuple(p for p in spec.texts("checkpoint_prefixes") if not p.startswith(_whole(expiring)))
        if held is None or rules is None or not kept_for_ever or kept(seen, settings.keep_tags):
            continue
        if held >= settings.least_gb * 1e9:
            yield _change(seen, kept_for_ever, held, rules, addresses.get(seen.resource.id), settings)


def _whole(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(prefix for prefix in prefixes if not prefix.endswith("*"))


def _change(
    seen: Observation,
    prefixes: tuple[str, ...],
    held: float,
    rules: float,
    configuration: str | None,
    settings: Settings,
) -> Change:
    first, *others = prefixes
    named = ", ".join(prefixes)
    live = seen.resource.spec.texts("lifecycle.expiring_prefixes")
    shows = SetAttribute("lifecycle.expiring_prefixes", live, (*live, first))
    price = seen.price
    paid = f", at {price.amount:,.2f} {price.currency} a month for all of it" if price else ""
    return Change(
        rule="checkpoint_expiry",
        concern="checkpoint expiry",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Say how long {where(seen)} keeps the checkpoints in {named}",
        reason=f"no rule ever expires what is in {named}, and the bucket holds {held / 1e9:,.0f} GB{paid}",
        actions=(with_rule("expire-checkpoints", first, "expiration.days", settings.days, shows),),
        evidence=(),
        missing=(
            f"how much of it is in {named} and how old that is, so that no saving is claimed",
            *(() if price else ("the list price of its storage",)),
            "whether the bucket keeps versions, of which expiry leaves the older ones",
        ),
        doubts=(
            f"whatever in {first} is older than {settings.days} days would be deleted for good, released models too; "
            "where it may be needed, move it to a colder storage class instead",
            *((f"each prefix needs a rule of its own: {', '.join(others)} as well",) if others else ()),
            *existing(rules, configuration),
        ),
        saving=None,
        accrued=None,
        risk=Level.HIGH,
        effort=Level.MEDIUM,
        effect=Effect.DATA_LOSS,
        confidence=0.4,
    )
