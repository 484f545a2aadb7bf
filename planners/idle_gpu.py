"""GPU machines that have not worked for a day of running: propose a reversible stop.

The published rule (AWS Compute Optimizer's idle finding for G and P types) asks that the GPUs do no work for 99 % of
the look-back, GPU memory stays below 5 %, CPU peaks below 5 %. Idleness here has a window of its own, since a forgotten
trainer costs most in its first days: 24 running hours of evidence that is at least 99 % complete.
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from planners._gpu import Verdict, judge
from planners._money import accrued, whole
from remediator.model import (
    Action,
    AddResource,
    Attributes,
    Catalogue,
    Change,
    Context,
    Effect,
    Estate,
    Layer,
    Level,
    Observation,
    SetAttribute,
)

SUMMARY = "Stops GPU instances, and scales GPU groups to zero, that did no work in their last 24 running hours."
LAYER = Layer.USAGE
KINDS = ("aws_instance", "aws_autoscaling_group")


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds in percent and hours; an instance with any of the `keep_tags` is left alone."""

    running_hours: float = 24.0
    coverage: float = 0.99
    gpu_percent: float = 1.0
    cpu_percent: float = 5.0
    gpu_memory_percent: float = 5.0
    keep_tags: tuple[str, ...] = ("remediator:keep",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A stop for each idle GPU instance, bounds of zero for each idle GPU group; members belong to their group."""
    for seen in estate.of_kind("aws_instance"):
        gpu = _has_gpu(seen.resource.spec.text("instance_type"), context.catalogue)
        running = seen.resource.spec.text("instance_state") == "running"
        if gpu and running and seen.resource.member_of is None:
            stop = SetAttribute("instance_state", "running", "stopped")
            action = AddResource(
                "aws_ec2_instance_state", Attributes({"state": "stopped"}), (("instance_id", "id"),), stop
            )
            yield from _change(seen, (action,), Effect.STOP, context)
    for seen in estate.of_kind("aws_autoscaling_group"):
        spec = seen.resource.spec
        if spec.number("desired_capacity") and any(
            _has_gpu(t, context.catalogue) for t in spec.texts("instance_types")
        ):
            bounds = [n for n in ("min_size", "desired_capacity") if spec.number(n)]
            yield from _change(seen, tuple(SetAttribute(n, spec[n], 0) for n in bounds), Effect.STOP, context)


def _has_gpu(instance_type: str | None, catalogue: Catalogue) -> bool:
    known = catalogue.instance_type(instance_type) if instance_type else None
    return known is not None and known.gpu_count > 0


def _change(
    seen: Observation, actions: tuple[Action, ...], effect: Effect, context: Context[Settings]
) -> Iterator[Change]:
    settings = context.settings
    if any(tag in seen.resource.tags for tag in settings.keep_tags):
        return
    verdict = judge(
        seen.usage,
        settings.running_hours,
        settings.coverage,
        settings.gpu_percent,
        settings.cpu_percent,
        settings.gpu_memory_percent,
    )
    if verdict is None:
        return
    doubts = (*verdict.doubts, *_protections(seen))
    cost = accrued(seen.price, verdict.idle_since, context.now)
    yield Change(
        rule="idle_gpu",
        concern="running",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Stop idle GPU {'group' if seen.resource.kind == 'aws_autoscaling_group' else 'instance'} {_name(seen)}",
        reason=_reason(seen, verdict, None if cost is None else f"{cost:,.2f} USD", context),
        actions=actions,
        evidence=verdict.evidence,
        missing=verdict.missing,
        doubts=doubts,
        saving=whole(seen.price),
        accrued=cost,
        risk=Level.LOW if not doubts else Level.MEDIUM,
        effort=Level.LOW,
        effect=effect,
        confidence=0.95 if not doubts else 0.5,
    )


def _protections(seen: Observation) -> Iterator[str]:
    spec = seen.resource.spec
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')}, which is paid for either way"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which a stop may end for good"


def _name(seen: Observation) -> str:
    return seen.declared.at.address if seen.declared else seen.resource.id


def _reason(seen: Observation, verdict: Verdict, cost: str | None, context: Context[Settings]) -> str:
    what = seen.resource.spec.text("instance_type") or ", ".join(seen.resource.spec.texts("instance_types"))
    if verdict.idle_since is None:
        return f"{what} has run at an idle CPU, and nothing measures its GPUs"
    hours = (context.now - verdict.idle_since).total_seconds() / 3600
    so_far = f"; {cost} so far" if cost else ""
    return f"no GPU of this {what} has done any work for {hours:,.0f} hours{so_far}"
