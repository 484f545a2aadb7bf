"""SageMaker endpoints larger than two weeks of their demand: a smaller type, or fewer instances of it.

What fits, by which figures, stands in planners/_endpoint_sizes.py.

A configuration cannot be changed. A new one replaces it, and the endpoint moves over to new instances while the old
ones answer (the API's UpdateEndpoint), which Terraform does only where the new one has another name, is made before
the old one goes, and the endpoint refers to it: of what a fixed name is, Terraform deletes the configuration that the
endpoint runs on, and the endpoint keeps its instances.
"""

from collections.abc import Iterator
from dataclasses import replace

from planners._endpoint import instances, left_behind, runs_on, scales
from planners._endpoint_moves import known_since, resets
from planners._endpoint_sizes import VARIANT, Option, Settings, fewer_instances, smaller_types
from planners._month import without_turn
from planners._seen import kept, where
from planners._sizing import enough
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    InstanceType,
    Layer,
    Level,
    MetricSummary,
    Observation,
    SetAttribute,
)

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Moves SageMaker endpoints to a smaller type, or to fewer instances, that hold two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_sagemaker_endpoint_configuration", "aws_sagemaker_endpoint", "aws_appautoscaling_target")

_MEASURED = ("cpu", "memory", "invocations")
_GPU = ("gpu", "gpu_memory")


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller size for each configuration of one variant whose endpoint was invoked and measured."""
    for seen in estate.of_kind("aws_sagemaker_endpoint_configuration"):
        spec = seen.resource.spec
        same = estate.having("aws_sagemaker_endpoint", "endpoint_config_name", seen.resource.id)
        endpoints = [one for one in same if runs_on(one, seen)]
        name = (spec.text(f"{VARIANT}.instance_type") or "").removeprefix("ml.")
        current = context.catalogue.instance_type(name)
        # Two endpoints of one configuration have a use each; that is rare, and left to people.
        if len(endpoints) != 1 or current is None or not spec.text(f"{VARIANT}.model_name"):
            continue
        keep = context.of(seen).keep_tags
        if spec.flag("shadowed") or current.burstable is not False or kept(seen, keep) or kept(endpoints[0], keep):
            continue
        if endpoints[0].resource.spec.text("endpoint_status") == "InService":
            yield from _smaller(seen, endpoints[0], current, estate, context)


def _smaller(
    seen: Observation, endpoint: Observation, current: InstanceType, estate: Estate, context: Context[Settings]
) -> Iterator[Change]:
    settings = context.of(endpoint)
    names = (*_MEASURED, "disk", *(_GPU if current.gpu_count else ()))
    found = {n: s for n in names if (s := enough(endpoint.usage, n, settings.days, settings.coverage)) is not None}
    needed = {*_MEASURED, *(_GPU if current.gpu_count else ())}
    # What nobody invokes did no work, and shows nothing of the size it needs.
    if not needed <= found.keys() or found["invocations"].maximum <= 0 or not current.vcpu:
        return
    initial = seen.resource.spec.number(f"{VARIANT}.initial_instance_count")
    scaled = any(scales(target, endpoint) for target in estate.of_kind("aws_appautoscaling_target"))
    if not known_since(seen, endpoint, scaled, found["cpu"].start):
        return
    anew = tuple(resets(initial, scaled, instances(endpoint)))
    options = [replace(one, doubts=(*one.doubts, *anew)) for one in smaller_types(endpoint, current, found, context)]
    options = options or ([] if anew else list(fewer_instances(seen, endpoint, current, found, context)))
    options.sort(key=lambda option: -option.saving.monthly if option.saving else 0)
    changes = [_change(seen, endpoint, current, option, found, context) for option in options]
    if changes:
        yield replace(changes[0], instead=tuple(changes[1:]))


def _change(
    seen: Observation,
    endpoint: Observation,
    current: InstanceType,
    option: Option,
    found: dict[str, MetricSummary],
    context: Context[Settings],
) -> Change:
    settings = context.of(endpoint)
    kept_behind = tuple(left_behind(seen, endpoint))
    doubts = (*option.doubts, *kept_behind, *without_turn(endpoint, settings.month_end_in))
    attribute = option.attribute
    what = "type" if attribute.path.endswith("instance_type") else "number of instances"
    cores = found["cpu"].maximum / 100
    gpu = f", {found['gpu'].maximum / current.gpu_count:.0f} % of its GPUs" if current.gpu_count else ""
    anew = ((endpoint.declared.at.address, "endpoint_config_name"),) if endpoint.declared and not kept_behind else ()
    return Change(
        rule="endpoint_size",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize endpoint {where(endpoint)} from {attribute.live} to {attribute.target} ({what})",
        reason=f"its busiest ml.{current.name} needed at most {cores:.1f} of {current.vcpu} vCPU, "
        f"{found['memory'].maximum:.0f} % of its memory{gpu}. Its configuration is replaced by a new one, and the "
        "endpoint moves over to new instances while the old ones answer",
        actions=(attribute, SetAttribute("lifecycle.create_before_destroy", None, True)),
        evidence=tuple(found.values()),
        missing=(
            *(() if option.saving else ("list prices of what it has and of what would do",)),
            "latency under its load, of which users may expect what the larger size gives",
            "the account's quota of endpoint instances of that type",
            "the size of its storage volume, which may follow from the type",
            "whether a SageMaker savings plan pays for it",
        ),
        doubts=doubts,
        saving=option.saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.REPLACEMENT,
        confidence=0.5 if doubts else 0.85,
        updates=anew,
    )
