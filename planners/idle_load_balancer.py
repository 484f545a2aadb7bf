"""Load balancers that nobody connected to for two weeks, and classic ones without instances.

AWS Trusted Advisor asks for less than 100 requests a day over 7 days, or no healthy target; here nothing at all:
https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html
A connection may be older than the look-back (a WebSocket, a message broker's clients), so that no new one is not
enough: an application's has to have carried no byte, which counts those over WebSockets and leaves out health checks
(https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html), a
network's to have no flow. Gateway ones are not judged.
"""

from collections.abc import Iterator, Mapping

from planners._money import accrued, whole
from planners._quiet import Settings, quiet
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import Change, Context, Estate, Layer, Observation

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Removes load balancers that nobody connected to for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_lb", "aws_elb")

_LIMITS: Mapping[str | None, Mapping[str, float]] = {
    "application": {"new_connections": 0.0, "traffic": 0.0},
    "network": {"new_connections": 0.0, "flows": 0.0},
}
_NOTHING = {"application": "no connection and no byte", "network": "no flow"}


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A removal for each load balancer without a connection; of a classic one, a question where it is empty."""
    for seen in estate.of_kind("aws_lb"):
        settings, type_ = context.of(seen), seen.resource.spec.text("load_balancer_type")
        silence = quiet(seen, _LIMITS.get(type_, {}), settings)
        if silence is not None and not kept(seen, settings.keep_tags):
            yield unused(
                "idle_load_balancer",
                seen,
                f"Remove load balancer {where(seen)}, which nobody connects to",
                f"{_NOTHING[type_ or '']} for {silence.days(context.now):,.0f} days",
                saving=whole(seen.price, seen),
                evidence=silence.evidence,
                missing=("DNS records and endpoint services that name it",),
                doubts=(*asked(seen, settings), *_protected(seen)),
                accrued=accrued(seen.price, silence.since, context.now),
            )
    for seen in estate.of_kind("aws_elb"):
        settings = context.of(seen)
        if seen.resource.spec.get("instances") == () and not kept(seen, settings.keep_tags):
            yield unused(
                "idle_load_balancer",
                seen,
                f"Remove load balancer {where(seen)}, which has nothing behind it",
                "no instance is registered with it",
                saving=whole(seen.price, seen),
                missing=("since when nothing is registered", "DNS records that name it"),
                doubts=("since when it has nothing behind it is not known; a deployment may be under way",),
                confidence=0.5,
            )


def _protected(seen: Observation) -> Iterator[str]:
    if seen.declared is not None and seen.declared.attributes.flag("enable_deletion_protection"):
        yield "its code has enable_deletion_protection, with which AWS refuses its removal: take that away first"
