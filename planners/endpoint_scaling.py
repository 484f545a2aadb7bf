"""Asynchronous SageMaker endpoints that wait for work most of the time: a question about scaling them to zero.

An asynchronous endpoint keeps its requests in a queue, so that it may have no instance at all while that is empty:
https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html
It takes a scalable target whose least capacity is zero, a policy that follows the backlog, and a second one that
follows `HasBacklogWithoutCapacity`, without which nothing ever brings the first instance back. What is missing of the
three is for a person to write, with the target beside the endpoint to begin with. Other endpoints answer at once, and
may have none only where inference components run on them.

The hours in which it may be without instances are those of the week in which it did nothing in two weeks; off_hours
asks for as many before it calls a schedule worth it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from planners._endpoint import instances, scales
from planners._money import whole
from planners._quiet import Settings as Asking
from planners._seen import check_within, kept, where
from planners._sizing import enough
from remediator.model import (
    AddResource,
    Attributes,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    SetAttribute,
    Value,
)

SUMMARY = "Asks about scaling to zero for asynchronous SageMaker endpoints that wait for work most of the time."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_sagemaker_endpoint", "aws_appautoscaling_target")

_WEEK = 168


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """As for what is idle; fewer than `least_off_hours` of a week are not worth waiting for an instance to start."""

    least_off_hours: int = 60

    def __post_init__(self) -> None:
        Asking.__post_init__(self)
        check_within("least_off_hours", self.least_off_hours, 1, _WEEK - 1)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each asynchronous endpoint that nothing scales and that rests in hours of every week."""
    for seen in estate.of_kind("aws_sagemaker_endpoint"):
        spec, settings = seen.resource.spec, context.of(seen)
        if not spec.flag("asynchronous") or spec.text("endpoint_status") != "InService":
            continue
        scaled = any(scales(target, seen) for target in estate.of_kind("aws_appautoscaling_target"))
        if instances(seen) and not scaled and not kept(seen, settings.keep_tags):
            yield from _asked(seen, settings)


def _asked(seen: Observation, settings: Settings) -> Iterator[Change]:
    gpu = seen.usage.metric("gpu") is not None
    found = [enough(seen.usage, n, settings.days, settings.coverage) for n in ("invocations", "gpu" if gpu else "cpu")]
    evidence = tuple(summary for summary in found if summary is not None and summary.active_hours is not None)
    used = {hour for summary in evidence for hour in summary.active_hours or ()}
    off = _WEEK - len(used)
    if len(evidence) < len(found) or not used or off < settings.least_off_hours:
        return
    [variant] = seen.resource.spec.texts("variant_names") or ("",)
    count = instances(seen)
    price = seen.price and replace(seen.price, amount=seen.price.amount * off / _WEEK)
    target: dict[str, Value] = {
        "service_namespace": "sagemaker",
        "scalable_dimension": "sagemaker:variant:DesiredInstanceCount",
        "resource_id": f"endpoint/{seen.resource.id}/variant/{variant}",
        "min_capacity": 0,
        "max_capacity": count,
    }
    yield Change(
        rule="endpoint_scaling",
        concern="scaling",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Scale endpoint {where(seen)} to zero while its queue is empty",
        reason=f"it keeps {count} instances for a queue, and did nothing in {off} of the {_WEEK} hours of a week in "
        f"{evidence[0].hours / 24:,.0f} days; nothing scales it",
        actions=(
            AddResource(
                "aws_appautoscaling_target",
                Attributes(target),
                (),
                shows=SetAttribute("min_capacity", None, 0),
            ),
        ),
        evidence=evidence,
        missing=("how long its requests may wait for an instance to start and to load the model",),
        doubts=(
            "a policy on its backlog and one on HasBacklogWithoutCapacity have to be written beside the target, "
            "without which no instance comes back",
        ),
        saving=whole(price, seen, least=Decimal(0) if price is None else price.amount),
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.MEDIUM,
        effect=Effect.IN_PLACE,
        confidence=0.5,
    )
