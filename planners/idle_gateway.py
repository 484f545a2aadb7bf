"""NAT gateways that carried nothing for two weeks.

AWS Compute Optimizer looks for gateways without connections and packets, over 32 days:
https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
Here it is two weeks, as for all that is idle; `days = 32` and `lookback_days = 32` are as AWS has it.
"""

from collections.abc import Iterator

from planners._money import accrued, whole
from planners._quiet import Settings, quiet
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import Change, Context, Estate, Layer, Observation

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Removes NAT gateways that carried no traffic for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_nat_gateway",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A removal for each gateway without a connection and without a byte."""
    for seen in estate.of_kind("aws_nat_gateway"):
        if kept(seen, context.of(seen).keep_tags):
            continue
        silence = quiet(seen, {"connections": 0.0, "traffic": 0.0}, context.of(seen))
        if silence is not None:
            yield unused(
                "idle_gateway",
                seen,
                f"Remove NAT gateway {where(seen)}, which carries nothing",
                f"no connection and no byte for {silence.days(context.now):,.0f} days{_left(seen)}",
                saving=whole(seen.price, seen),
                evidence=silence.evidence,
                missing=("route tables that name it", "whether it stands by for another zone"),
                doubts=asked(seen, context.of(seen)),
                accrued=accrued(seen.price, silence.since, context.now),
            )


def _left(seen: Observation) -> str:
    """What goes on being paid: https://aws.amazon.com/vpc/pricing/ has every public address by the hour."""
    private = seen.resource.spec.text("connectivity_type") == "private"
    return "" if private else "; its Elastic IP is paid for as before, until it is released too"
