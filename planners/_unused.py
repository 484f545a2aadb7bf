"""The change that takes away what nobody uses."""

from decimal import Decimal

from planners._opinions import against_stopping, with_idle
from planners._seen import remade
from remediator.model import (
    Action,
    Change,
    Effect,
    Layer,
    Level,
    MetricSummary,
    Observation,
    RemoveResource,
    Saving,
)


def unused(
    rule: str,
    seen: Observation,
    title: str,
    reason: str,
    *,
    saving: Saving | None,
    evidence: tuple[MetricSummary, ...] = (),
    missing: tuple[str, ...] = (),
    doubts: tuple[str, ...] = (),
    accrued: Decimal | None = None,
    action: Action | None = None,
    concern: str = "existence",
    effect: Effect = Effect.REMOVAL,
    confidence: float = 0.9,
) -> Change:
    """A removal, or another `action`; of what a controller made, or an adviser finds used, it is a question."""
    since = max((summary.start for summary in evidence), default=None)
    doubts = tuple(dict.fromkeys((*doubts, *remade(seen), *against_stopping(seen, since))))
    return Change(
        rule=rule,
        concern=concern,
        layer=Layer.USAGE,
        resource=seen.resource,
        declared=seen.declared,
        title=title,
        reason=with_idle(reason, seen),
        actions=(action or RemoveResource(),),
        evidence=evidence,
        missing=missing,
        doubts=doubts,
        saving=saving,
        accrued=accrued,
        risk=Level.HIGH if effect is Effect.DATA_LOSS else Level.MEDIUM,
        effort=Level.LOW,
        effect=effect,
        confidence=confidence if not doubts else min(confidence, 0.5),
    )
