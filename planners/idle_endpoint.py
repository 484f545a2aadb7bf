"""SageMaker endpoints that nobody invoked for two weeks.

AWS Compute Optimizer calls an endpoint idle that had no invocation in its look-back:
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
The model and the endpoint's configuration stay, so that the same declaration brings it back. A variant without a model
runs inference components, whose invocations are counted under their own names (`InferenceComponentName`), and whose
use is in a namespace of its own (`/aws/sagemaker/InferenceComponents`), so that what the endpoint tells is not all:
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-inference-component
"""

from collections.abc import Iterator

from planners._endpoint import targets
from planners._money import accrued, whole
from planners._quiet import Settings, quiet
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import Change, Context, Estate, Layer, Observation

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Removes SageMaker endpoints that were not invoked for two weeks; model and configuration stay."
LAYER = Layer.USAGE
KINDS = ("aws_sagemaker_endpoint", "aws_appautoscaling_target")


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A removal for each endpoint in service whose every variant was measured and never invoked."""
    for seen in estate.of_kind("aws_sagemaker_endpoint"):
        settings = context.of(seen)
        spec = seen.resource.spec
        if spec.text("endpoint_status") != "InService" or kept(seen, settings.keep_tags):
            continue
        silence = quiet(seen, {"invocations": 0.0}, settings)
        if silence is None:
            continue
        queued = ("it takes work from a queue, which invocations may not show",) if spec.flag("asynchronous") else ()
        gpu = seen.usage.metric("gpu")
        at_work = (
            (f"its GPUs work (up to {gpu.maximum:.0f} %) although nothing invokes it",)
            if gpu and gpu.maximum > 1
            else ()
        )
        known = [context.catalogue.instance_type(name.removeprefix("ml.")) for name in spec.texts("instance_types")]
        unmeasured = gpu is None and any(type_ and type_.gpu_count for type_ in known)
        types = ", ".join(dict.fromkeys(spec.texts("instance_types")))
        yield unused(
            "idle_endpoint",
            seen,
            f"Remove endpoint {where(seen)}, which nothing invokes",
            f"no invocation of this {types} endpoint for {silence.days(context.now):,.0f} days",
            saving=whole(seen.price, seen),
            evidence=silence.evidence,
            missing=("what its GPUs do",) if unmeasured else (),
            doubts=(*asked(seen, settings), *queued, *at_work, *_beside(seen, estate)),
            accrued=accrued(seen.price, silence.since, context.now),
        )


def _beside(seen: Observation, estate: Estate) -> Iterator[str]:
    """What its own invocations leave out, and what would be left behind."""
    components = seen.resource.spec.texts("without_model")
    if components:
        yield f"its variants without a model ({', '.join(components)}) run inference components, counted by themselves"
    for target in estate.of_kind("aws_appautoscaling_target"):
        if targets(target, seen):
            what = target.resource.spec.text("resource_id")
            yield f"scalable target {what} would be left behind: take it away in the same request"
