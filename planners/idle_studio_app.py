"""SageMaker Studio apps that nobody has used for a day.

AWS tells when the user of an app last did something, and a domain's idle settings can shut such apps down:
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
Always a ticket, since a kernel may go on computing while its user is away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from planners._money import accrued, whole
from planners._seen import check_within, kept
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Asks about SageMaker Studio apps that nobody has used for a day."
LAYER = Layer.USAGE
KINDS = ("aws_sagemaker_app",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Hours that nobody used an app before someone is asked."""

    hours: float = 24.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("hours", self.hours, 1, 8760)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each app on an instance of its own that has been left alone."""
    for seen in estate.of_kind("aws_sagemaker_app"):
        if seen.resource.spec.text("instance_type") not in (None, "system"):
            yield from _app(seen, context)


def _app(seen: Observation, context: Context[Settings]) -> Iterator[Change]:
    used = _time(seen.resource.spec.text("last_user_activity"))
    if used is None or kept(seen, context.of(seen).keep_tags):
        return
    alone = context.now - used
    if alone < timedelta(hours=context.of(seen).hours):
        return
    spec = seen.resource.spec
    whose = spec.text("user_profile_name") or spec.text("space_name") or "an unknown profile"
    yield unused(
        "idle_studio_app",
        seen,
        f"Shut down the {spec.text('app_type')} app of {whose}",
        f"nobody has used this {spec.text('instance_type')} app for {alone / timedelta(hours=1):,.0f} hours; the "
        "domain's idle_settings can shut such apps down by themselves",
        saving=whole(seen.price, seen),
        missing=("whether a job still runs in it",),
        doubts=("a kernel may still compute in it; ask its user",),
        accrued=accrued(seen.price, used, context.now),
        concern="running",
        effect=Effect.STOP,
        confidence=0.6,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
