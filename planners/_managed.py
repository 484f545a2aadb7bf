"""A smaller size for what a service runs: the settings that it is judged by, and the change."""

from dataclasses import dataclass

from planners._opinions import with_less
from planners._quiet import Settings as Asking
from planners._seen import LEAST_DAYS, check_within
from remediator.model import Change, Effect, Layer, Level, MetricSummary, Observation, Saving, SetAttribute


@dataclass(frozen=True, slots=True)
class Settings:
    """How much evidence is enough, how much headroom is kept, and the largest step down.

    In `month_end_in` a person is asked unless the evidence holds the turn of a month, at which accounts are closed.
    """

    days: float = 14.0
    coverage: float = 0.95
    headroom: float = 0.20
    largest_step: float = 2.0
    month_end_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 63)
        check_within("coverage", self.coverage, 0.9, 1)
        check_within("headroom", self.headroom, 0, 10)
        check_within("largest_step", self.largest_step, 1, 2)
        Asking(ask_in=self.month_end_in)


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
    """Another value of the attribute that says the size, applied by a restart, at once or in the maintenance window."""
    prices = f"list prices of {attribute.live} and {attribute.target}, and whether the smaller is offered"
    return Change(
        rule=rule,
        concern="size",
        layer=Layer.CONFIGURATION,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize {what} from {attribute.live} to {attribute.target}",
        reason=with_less(
            f"{reason}. Without apply_immediately it waits for the maintenance window", seen, f"{attribute.live}"
        ),
        actions=(attribute,),
        evidence=evidence,
        missing=(*(() if saving else (prices,)), *missing),
        doubts=doubts,
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.RESTART,
        confidence=0.5 if doubts else 0.85,
    )
