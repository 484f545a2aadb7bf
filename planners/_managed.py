"""A smaller size for what a service runs."""

from planners import _sized
from planners._sized import Settings
from remediator.model import Change, MetricSummary, Observation, Saving, SetAttribute

__all__ = ["Settings", "resized"]


def resized(
    rule: str,
    seen: Observation,
    what: str,
    attribute: SetAttribute,
    reason: str,
    *,
    evidence: tuple[MetricSummary, ...],
    missing: tuple[str, ...],
    doubts: tuple[str, ...],
    saving: Saving | None,
) -> Change:
    """Another value of the attribute that says the size, applied at once or in the maintenance window."""
    prices = f"list prices of {attribute.live} and {attribute.target}, and whether the smaller is offered"
    return _sized.resized(
        rule,
        seen,
        what,
        attribute,
        f"{reason}. Without apply_immediately it waits for the maintenance window",
        evidence=evidence,
        missing=(*(() if saving else (prices,)), *missing),
        doubts=doubts,
        saving=saving,
        confidence=0.85,
    )
