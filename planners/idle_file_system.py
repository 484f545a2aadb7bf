"""FSx for Lustre file systems that nobody read or wrote for two weeks.

Always a ticket: what a file system holds may be nowhere else, save where it is linked to a bucket.
"""

from collections.abc import Iterator

from planners._money import accrued, whole
from planners._quiet import Settings, quiet
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, Observation

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Asks about Lustre file systems that nobody read or wrote for two weeks."
LAYER = Layer.USAGE
KINDS = ("aws_fsx_lustre_file_system",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A question for each file system without an operation."""
    for seen in estate.of_kind("aws_fsx_lustre_file_system"):
        silence = quiet(seen, {"file_operations": 0.0}, context.of(seen))
        if silence is None or kept(seen, context.of(seen).keep_tags):
            continue
        spec = seen.resource.spec
        linked = spec.text("data_repository")
        held = (
            f"it is linked to {linked}; what was not exported there is lost with it"
            if linked
            else "what it holds is lost with it; copy or back it up first"
        )
        yield unused(
            "idle_file_system",
            seen,
            f"Remove file system {where(seen)}, which nobody reads or writes",
            f"no operation on {_told(seen)} for {silence.days(context.now):,.0f} days",
            saving=whole(seen.price, seen),
            evidence=silence.evidence,
            doubts=(*asked(seen, context.of(seen)), held),
            accrued=accrued(seen.price, silence.since, context.now),
            effect=Effect.DATA_LOSS,
        )


def _told(seen: Observation) -> str:
    """Its size and what kind of one it is, as far as they are known."""
    size, deployed = seen.resource.spec.number("storage_capacity"), seen.resource.spec.text("deployment_type")
    return (f"its {size:,.0f} GiB" if size else "it") + (f" ({deployed})" if deployed else "")
