"""SageMaker notebook instances that have run for a week.

AWS publishes no metric of a notebook instance's use, so that only its age since the last start is known: always a
ticket. A lifecycle configuration can stop one that is idle:
https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html
A stop keeps what lies in /home/ec2-user/SageMaker and nothing else. Terraform has no attribute for it, so that none is
proposed: a removal would take the files along.
https://docs.aws.amazon.com/sagemaker/latest/dg/howitworks-create-ws.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from planners._money import accrued, whole
from planners._seen import check_within, kept, where
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

SUMMARY = "Asks about SageMaker notebook instances that have been left running for a week."
LAYER = Layer.USAGE
KINDS = ("aws_sagemaker_notebook_instance",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Days that a notebook has run before someone is asked."""

    days: float = 7.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, 1, 365)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each notebook that has been left on."""
    for seen in estate.of_kind("aws_sagemaker_notebook_instance"):
        if seen.resource.spec.text("notebook_instance_status") == "InService":
            yield from _notebook(seen, context)


def _notebook(seen: Observation, context: Context[Settings]) -> Iterator[Change]:
    started = _time(seen.resource.spec.text("last_modified_time"))
    if started is None or kept(seen, context.of(seen).keep_tags):
        return
    age = context.now - started
    if age < timedelta(days=context.of(seen).days):
        return
    spec = seen.resource.spec
    what = f"this {spec.text('instance_type')}" if spec.text("instance_type") else "it"
    stops = spec.text("lifecycle_config_name")
    how = (
        f"its lifecycle configuration {stops} did not stop it"
        if stops
        else "no lifecycle configuration stops it when it is idle"
    )
    change = unused(
        "idle_notebook",
        seen,
        f"Stop notebook {where(seen)}, or have it stop itself",
        f"{what} has run for {age / timedelta(days=1):,.0f} days without a stop, and {how}",
        saving=whole(seen.price, seen),
        missing=("its use: AWS publishes no metric of it",),
        doubts=(
            "whether anybody works on it is not measured; stop it in SageMaker, which loses what lies outside "
            "/home/ec2-user/SageMaker, or give it an auto-stop lifecycle configuration",
        ),
        accrued=accrued(seen.price, started, context.now),
        concern="running",
        effect=Effect.STOP,
        confidence=0.4,
    )
    yield replace(change, actions=())


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
