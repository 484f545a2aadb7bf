"""SageMaker Studio apps that nobody has used for a day, or that have run for a week.

AWS tells when the user of an app last did something, but moves that time on with its own health checks, so that both
are one on most apps; then only an app's age is known, a week as for notebooks (planners/idle_notebook.py):
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeApp.html
A domain's idle settings can shut such apps down (`idle_settings` of `app_lifecycle_management`, from 60 minutes on):
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
Always a ticket, since a kernel may go on computing while its user is away. A space keeps its files when its app goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from planners._money import accrued, whole
from planners._seen import check_within, kept
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Asks about SageMaker Studio apps that nobody has used for a day, or that have run for a week."
LAYER = Layer.USAGE
KINDS = ("aws_sagemaker_app",)

_CHECK = timedelta(minutes=1)
"""Times of a health check and of an activity that are no further apart are one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Hours that nobody used an app before someone is asked; days that it ran, where its use is not known."""

    hours: float = 24.0
    days: float = 7.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("hours", self.hours, 1, 8760)
        check_within("days", self.days, 1, 365)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each app on an instance of its own that has been left alone, or left on."""
    for seen in estate.of_kind("aws_sagemaker_app"):
        settings = context.of(seen)
        if seen.resource.spec.text("instance_type") in (None, "system") or kept(seen, settings.keep_tags):
            continue
        used, begun = _last_used(seen), seen.resource.created_at
        if used is not None and context.now - used >= timedelta(hours=settings.hours):
            yield _app(seen, used, True, context)
        elif used is None and begun is not None and context.now - begun >= timedelta(days=settings.days):
            yield _app(seen, begun, False, context)


def _last_used(seen: Observation) -> datetime | None:
    """When its user last did something; None where what is told is the time of a health check.

    What was before the app is not told of it, but of one that its space had then.
    """
    spec = seen.resource.spec
    used, checked = (_time(spec.text(name)) for name in ("last_user_activity", "last_health_check"))
    if used is None or (checked is not None and abs(checked - used) <= _CHECK):
        return None
    return max(used, seen.resource.created_at or used)


def _app(seen: Observation, since: datetime, used: bool, context: Context[Settings]) -> Change:
    spec, alone = seen.resource.spec, context.now - since
    whose = spec.text("user_profile_name") or spec.text("space_name") or "an unknown profile"
    type_, kind = spec.text("instance_type"), spec.text("app_type")
    told = (
        f"nobody has used this {type_} app for {alone / timedelta(hours=1):,.0f} hours"
        if used
        else f"this {type_} app has run for {alone / timedelta(days=1):,.0f} days without a stop"
    )
    unseen = () if used else ("when its user last did something: AWS tells the time of its own health check",)
    return unused(
        "idle_studio_app",
        seen,
        f"Shut down the {f'{kind} app' if kind else 'app'} of {whose}",
        f"{told}; the domain's idle_settings can shut such apps down by themselves",
        saving=whole(seen.price, seen),
        missing=unseen or ("whether a job still runs in it",),
        doubts=("a kernel may still compute in it; ask its user",),
        accrued=accrued(seen.price, since, context.now) if used else None,
        concern="running",
        effect=Effect.REMOVAL,  # an app is shut down by its removal, and its space keeps the files
        confidence=0.6 if used else 0.4,
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
