"""The frame of every rule that proposes another size: its settings, its evidence, its candidates and its change."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar

from planners._opinions import with_less
from planners._resize import moves
from planners._seen import check_within
from planners._settings import Evidence, check_environments
from planners._sizing import Demand, enough, fits
from remediator.model import (
    Catalogue,
    Change,
    Effect,
    InstanceType,
    Layer,
    Level,
    MetricSummary,
    Observation,
    Saving,
    SetAttribute,
)


@dataclass(frozen=True, slots=True)
class Settings(Evidence):
    """How much evidence is enough, how much headroom is kept, and the largest step down.

    In `month_end_in`, and where no environment is known, a person is asked unless the evidence holds the turn of a
    month, at which accounts are closed: AWS Compute Optimizer's look-back of 32 days holds one, its default of 14 days
    often none.
    """

    headroom: float = 0.20
    largest_step: float = 2.0
    month_end_in: tuple[str, ...] = ("prod",)

    MOST_STEP: ClassVar[float] = 2.0
    """One halving a step, save where a rule's sizes lie further apart."""

    def __post_init__(self) -> None:
        Evidence.__post_init__(self)
        check_within("headroom", self.headroom, 0, 10)
        check_within("largest_step", self.largest_step, 1, self.MOST_STEP)
        check_environments("month_end_in", self.month_end_in)


def measured(
    seen: Observation, names: Iterable[str], settings: Settings, shares: Mapping[str, float] = MappingProxyType({})
) -> dict[str, MetricSummary]:
    """The metrics that are long and complete enough to size by; `shares` are how complete single ones have to be."""
    found = {n: enough(seen.usage, n, settings.days, shares.get(n, settings.coverage)) for n in names}
    return {name: summary for name, summary in found.items() if summary is not None}


def candidates(
    current: InstanceType,
    needs: Demand,
    step: float,
    catalogue: Catalogue,
    families: Collection[str] = (),
    disks: bool = True,
) -> Iterator[InstanceType]:
    """The other types that hold the demand and are no further down than one step: of its family, then of others."""
    for family in dict.fromkeys((current.family, *families)):
        for candidate in catalogue.family(family):
            reached = candidate.name != current.name and moves(candidate, current, step)
            if reached and fits(candidate, current, needs, disks):
                yield candidate


def best(changes: Iterable[Change]) -> Iterator[Change]:
    """The change that saves most, the others in its `instead`; what no doubt stands against comes first."""
    ordered = sorted(changes, key=lambda change: (bool(change.doubts), -change.saving.monthly if change.saving else 0))
    if ordered:
        yield replace(ordered[0], instead=tuple(ordered[1:]))


def resized(
    rule: str,
    seen: Observation,
    what: str,
    attribute: SetAttribute,
    reason: str,
    *,
    evidence: Iterable[MetricSummary],
    missing: Iterable[str],
    doubts: Iterable[str],
    saving: Saving | None,
    effort: Level = Level.LOW,
    confidence: float = 0.9,
) -> Change:
    """Another value of the attribute that says the size, applied by a restart."""
    asked = tuple(doubts)
    return Change(
        rule=rule,
        concern="size",
        layer=Layer.CONFIGURATION,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize {what} from {attribute.live} to {attribute.target}",
        reason=with_less(reason, seen, f"{attribute.live}"),
        actions=(attribute,),
        evidence=tuple(evidence),
        missing=tuple(missing),
        doubts=asked,
        saving=saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=effort,
        effect=Effect.RESTART,
        confidence=min(confidence, 0.5) if asked else confidence,
    )
