"""Buckets that keep the parts of uploads that were never completed: give them a rule that drops these.

Parts are paid for like objects and stand in no listing. AWS recommends such a rule for every bucket, with 7 days in
its example: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
It touches no object: whoever uploads after that starts again.

A bucket has one lifecycle configuration, and a second resource for it would replace the first. So the rule is added
only where there is none; where there is one, a person adds the rule to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from planners._lifecycle import configurations, existing, with_rule
from planners._seen import check_within, kept, where
from planners._settings import asked, check_environments
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    SetAttribute,
)

SUMMARY = "Gives buckets that hold old incomplete uploads a lifecycle rule that drops these."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_s3_bucket",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Days after which an upload that is not complete is dropped, and from how many uploads on a bucket is looked at.

    Seven days are those of AWS' own example (see above). A program that resumes uploads for longer needs more.
    """

    days: int = 7
    least_uploads: int = 1
    ask_in: tuple[str, ...] = ()
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, 1, 365)
        check_within("least_uploads", self.least_uploads, 1, 1000)
        check_environments("ask_in", self.ask_in)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A rule for each bucket that was looked at, has none of the kind, and holds an upload older than that."""
    addresses = configurations(estate)
    for seen in estate.of_kind("aws_s3_bucket"):
        spec, settings = seen.resource.spec, context.of(seen)
        rules, uploads = spec.number("lifecycle.rules"), spec.number("incomplete_uploads")
        oldest = _time(spec.text("oldest_incomplete_upload"))
        if rules is None or uploads is None or oldest is None or spec.number("lifecycle.abort_days") is not None:
            continue
        if uploads < settings.least_uploads or kept(seen, settings.keep_tags):
            continue
        if context.now - oldest > timedelta(days=settings.days):
            yield _change(seen, rules, addresses.get(seen.resource.id), oldest, context)


def _change(
    seen: Observation, rules: float, configuration: str | None, oldest: datetime, context: Context[Settings]
) -> Change:
    spec, settings = seen.resource.spec, context.of(seen)
    more = " or more" if spec.flag("incomplete_uploads_truncated") else ""
    doubts = (*asked(seen, settings), *existing(rules, configuration))
    return Change(
        rule="incomplete_uploads",
        concern="incomplete uploads",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Drop uploads to {where(seen)} that are not complete after {settings.days} days",
        reason=f"it holds {spec.number('incomplete_uploads') or 0:,.0f}{more} uploads that were never completed, the "
        f"oldest since {oldest:%Y-%m-%d}; their parts are paid for and stand in no listing",
        actions=(
            with_rule(
                "abort-incomplete-uploads",
                "",
                "abort_incomplete_multipart_upload.days_after_initiation",
                settings.days,
                SetAttribute("lifecycle.abort_days", None, settings.days),
            ),
        ),
        evidence=(),
        missing=(
            "how large the parts are, which no listing tells, so that no saving is claimed",
            f"whether a program resumes uploads after more than {settings.days} days",
        ),
        doubts=doubts,
        saving=None,
        accrued=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.5 if doubts else 0.9,
    )


def _time(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
