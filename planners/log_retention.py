"""Log groups that keep everything for ever.

CloudWatch Logs keeps events until a retention says otherwise: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/
There is no published retention; a year covers an audit. Setting it deletes older events for good, so that it is
proposed alone, and never in production without a person; nor of what keeps an audit trail, which regulations ask to be
kept for years (PCI DSS 10.5.1 twelve months, others up to ten).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from planners._money import whole
from planners._seen import kept, where
from planners._settings import asked, check_environments
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Level, Observation, SetAttribute

SUMMARY = "Gives log groups that keep everything for ever a retention."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_cloudwatch_log_group",)

_ALLOWED = (30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""

_FIXED = "DELIVERY"
"""The class whose retention AWS sets: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""


_AUDIT = re.compile(
    r"cloudtrail|(?:(?<![a-z])|vpc[-_]?)flow-?logs?|(?<![a-z])audit(?:s|ing|-?logs?|-?trail)?(?![a-z])|^/aws/eks/.+/cluster$",
    re.I,
)
"""Names of what keeps who did what: CloudTrail, flow logs, a cluster's control plane, and what people call an audit."""
_HELD = re.compile(r"compliance|legal-?hold|retention|data-?class(?:ification)?|audit", re.I)
"""Keys of tags by which people say that events are kept for a reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Days that events are kept for; one of those that CloudWatch Logs allows, 30 and above."""

    retention_in_days: int = 365
    ask_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_environments("ask_in", self.ask_in)
        if self.retention_in_days not in _ALLOWED:
            raise ValueError(
                f"retention_in_days = {self.retention_in_days} is not one of {', '.join(map(str, _ALLOWED))}"
            )


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A retention for each group without one that holds events older than that."""
    for seen in estate.of_kind("aws_cloudwatch_log_group"):
        settings = context.of(seen)
        days = settings.retention_in_days
        spec, created = seen.resource.spec, seen.resource.created_at
        if spec.number("retention_in_days") or created is None or kept(seen, settings.keep_tags):
            continue
        if spec.text("log_group_class") == _FIXED:
            continue
        age = (context.now - created).days
        if age <= days or not spec.number("stored_bytes"):
            continue
        # What is older is in proportion to time if as much is written every day: the saving is between nothing and all.
        price = seen.price
        older = None if price is None else replace(price, amount=price.amount * Decimal(age - days) / Decimal(age))
        saving = whole(older, seen, older.amount) if older else None
        change = unused(
            "log_retention",
            seen,
            f"Keep the events of {where(seen)} for {days} days",
            f"it has kept every event since {created:%Y-%m-%d}, {(spec.number('stored_bytes') or 0) / 1e9:,.1f} GB; "
            f"those older than {days} days are deleted for good",
            missing=(
                "how old its events are",
                "how far AWS compresses them, which is what is paid",
                "whether they are exported or sent on, and so kept elsewhere",
            ),
            doubts=(*asked(seen, settings), *_nowhere(seen, settings), *_kept_by_law(seen)),
            saving=saving,
            action=SetAttribute("retention_in_days", None, days),
            concern="retention",
            effect=Effect.DATA_LOSS,
            confidence=0.7,
        )
        yield replace(change, layer=LAYER, risk=Level.MEDIUM)


def _nowhere(seen: Observation, settings: Settings) -> Iterator[str]:
    """What nothing says the environment of may be in production, and what is deleted does not come back."""
    if seen.environment is None and "prod" in settings.ask_in:
        yield "it may be in production, since nothing says not (ask_in)"


def _kept_by_law(seen: Observation) -> Iterator[str]:
    if _AUDIT.search(seen.resource.id):
        yield "its name says that it keeps an audit trail; ask for how long that has to be kept"
    for key in seen.resource.tags:
        if _HELD.fullmatch(key):
            yield f"its tag {key} says that its events may be kept for a reason"
