"""What a body shows of a plan: rows of plain text, in the order of the plan, bounded; escaping comes later."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from remediator.deliver.wording import ASKED, EFFECTS, effect, figure, money, rollback, setting, sparkline
from remediator.model import (
    Change,
    Commit,
    ExpectedChange,
    MetricSummary,
    Origin,
    Owner,
    PassedOver,
    Plan,
    SourceLocation,
    Unattributed,
    ValueTrace,
)

ROWS = 60
"""Rows of a table that are shown at most; the plan file holds them all."""

NOT_KNOWN = "not known"
NOT_SHOWN = "not shown here"
"""What stands for a saving of which there is no price, or that readers are not shown."""


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One resource: its name in code or live, what becomes of it, dollars a month."""

    name: str
    settings: tuple[str, ...]
    monthly: str
    live_id: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One metric over one window, as text."""

    resource: str
    metric: str
    window: str
    coverage: str
    figures: tuple[str, ...]
    chart: str
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in code and what stands there."""

    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Clue:
    """What speaks for an owner: a text, and each source that says it with its weight."""

    text: str
    weights: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One owner and the evidence for it, which says the same thing once."""

    handle: str
    suggested: bool
    confidence: str
    escalation: str | None
    clues: tuple[Clue, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All that a pull request or a ticket says, as text that is not escaped yet.

    `asks` is that people are asked for something, and nothing is to be set, added or removed.
    """

    title: str
    reasons: tuple[str, ...]
    monthly: str | None
    saves_nothing: bool
    asks: bool
    accrued: str | None
    currency: str
    bases: tuple[str, ...]
    unshown: bool
    resources: tuple[ResourceRow, ...]
    more_resources: int
    evidence: tuple[EvidenceRow, ...]
    more_evidence: int
    missing: tuple[str, ...]
    doubts: tuple[str, ...]
    effect: str
    risk: str
    effort: str
    confidence: str
    rollback: str
    places: tuple[Place, ...]
    conditions: tuple[str, ...]
    siblings: tuple[str, ...]
    history: tuple[str, ...]
    unattributed: str | None
    launch: tuple[str, ...]
    adoption: tuple[str, ...]
    owners: tuple[OwnerRow, ...]
    passed_over: tuple[PassedOver, ...]
    expected: tuple[ExpectedChange, ...]
    proofs: tuple[str, ...]
    after: str | None
    plan_id: str
    rule: str

    @property
    def has_charts(self) -> bool:
        """Whether any evidence has a chart."""
        return any(row.chart for row in self.evidence)


def page(plan: Plan, rows: int = ROWS, unshown: Collection[str] = ()) -> Page:
    """What is to be shown of a plan, with so many rows of a table or list at most.

    `unshown` are the fingerprints of changes whose saving it is without because its readers are not shown it.
    """
    head = plan.changes[0]
    origin = plan.origin
    evidence = [_evidence(c, m) for c in plan.changes for m in c.evidence]
    accrued = [c.accrued for c in plan.changes if c.accrued is not None]
    live = _is_live(plan)
    worst = max(plan.changes, key=lambda c: list(EFFECTS).index(c.effect))
    return Page(
        title=title(plan),
        reasons=_unique(c.reason.removesuffix(".") for c in plan.changes)[:3],
        monthly=money(plan.monthly_saving),
        saves_nothing=all(change.saves_nothing for change in plan.changes),
        asks=_asks(plan),
        accrued=money(sum(accrued[1:], accrued[0])) if accrued else None,
        currency=next((c.saving.currency for c in plan.changes if c.saving), "USD"),
        bases=_unique(f"{s.basis}, {s.source} of {s.as_of}" for c in plan.changes if (s := c.saving))[:3],
        unshown=any(c.fingerprint in unshown for c in plan.changes),
        resources=tuple(_resource(c, rows, c.fingerprint in unshown, live) for c in plan.changes[:rows]),
        more_resources=max(0, len(plan.changes) - rows),
        evidence=tuple(evidence[:rows]),
        more_evidence=max(0, len(evidence) - rows),
        missing=_unique(m for c in plan.changes for m in c.missing)[:rows],
        doubts=plan.doubts[:rows],
        effect=ASKED if _asks(plan) else effect(worst, live),
        risk=head.risk.value,
        effort=head.effort.value,
        confidence=f"{head.confidence:.0%}",
        rollback="" if _asks(plan) else rollback(head, live),
        places=tuple(_places(plan))[:rows],
        conditions=_unique(c for t in plan.traces for c in t.conditions)[:rows],
        siblings=_unique(s for t in plan.traces for s in t.siblings)[:rows],
        history=_history(origin) if isinstance(origin, Origin) else (),
        unattributed=None if isinstance(origin, Origin) else origin.reason,
        launch=origin.launch[:rows],
        adoption=() if isinstance(origin, Origin) else origin.adoption,
        owners=tuple(_owner(owner, rows) for owner in origin.owners[: min(3, rows)]),
        passed_over=origin.passed_over[: min(5, rows)],
        expected=plan.expected[:rows],
        proofs=plan.proofs[:rows],
        after=head.after,
        plan_id=plan.id,
        rule=head.rule,
    )


def title(plan: Plan) -> str:
    """The plan in one line: its first change's title, and how many others there are.

    Of several findings it is their number and what they share.
    """
    if plan.group is not None and len(plan.parts) > 1:
        titles = {change.title for change in plan.changes}
        number, where = f"{len(plan.parts)} findings", plan.group.label
        return f"{plan.changes[0].title} ({number} in {where})" if len(titles) == 1 else f"{number} in {where}"
    more = len({change.title for change in plan.changes}) - 1
    return plan.changes[0].title + (f" (and {more} more)" if more else "")


def resource_name(change: Change) -> str:
    """The Terraform address, or kind and live id where no state holds the resource."""
    return change.declared.at.address if change.declared else f"{change.resource.kind} {change.resource.id}"


def unsaid_names(plan: Plan) -> str:
    """The names of a plan's first two resources, as far as its title does not say them; empty where it says all."""
    head = title(plan)
    unsaid = [resource_name(change) for change in plan.changes[:2] if _name(change) not in head]
    return ", ".join((*unsaid, *(("…",) if unsaid and len(plan.changes) > 2 else ())))


def _name(change: Change) -> str:
    return change.declared.at.address if change.declared else change.resource.id


def _is_live(plan: Plan) -> bool:
    """Whether all of it is done live, since no code declares what it is about."""
    return not plan.edits and isinstance(plan.origin, Unattributed) and all(c.declared is None for c in plan.changes)


def _asks(plan: Plan) -> bool:
    """Whether people are only asked for something, and nothing is to be set, added or removed."""
    return all(change.asks for change in plan.changes)


def _resource(change: Change, rows: int, unshown: bool, live: bool) -> ResourceRow:
    absent = "nothing" if change.saves_nothing else NOT_SHOWN if unshown else NOT_KNOWN
    monthly = (money(change.saving.monthly) if change.saving else None) or absent
    live_id = f"{change.resource.id} in {change.resource.region}"
    settings = (*(setting(action, live) for action in change.actions[:rows]), *filter(None, [change.asks]))
    return ResourceRow(resource_name(change), settings, monthly, live_id)


def _evidence(change: Change, metric: MetricSummary) -> EvidenceRow:
    return EvidenceRow(
        resource=resource_name(change),
        metric=f"{metric.name} ({metric.unit})",
        window=f"{_length(metric.hours)} to {metric.end:%Y-%m-%d %H:%M}",
        coverage=f"{metric.coverage:.1%} of {metric.expected}",
        figures=tuple(map(figure, (metric.p50, metric.p95, metric.p99_5, metric.maximum))),
        chart=sparkline(metric),
        source=metric.source,
    )


def _owner(owner: Owner, rows: int) -> OwnerRow:
    said: dict[str, tuple[tuple[str, str], ...]] = {}
    for item in owner.evidence[:rows]:
        said[item.text] = (*said.get(item.text, ()), (item.source, f"{item.weight:.2f}"))
    clues = tuple(Clue(text, weights) for text, weights in said.items())
    return OwnerRow(owner.handle, owner.suggested, f"{owner.confidence * 100:.0f} %", owner.escalation, clues)


def _length(hours: float) -> str:
    return f"{hours / 24:.0f} days" if hours >= 48 and hours % 24 == 0 else f"{hours:.0f} h"


def _places(plan: Plan) -> Iterator[Place]:
    if isinstance(plan.origin, Origin):
        for at in plan.origin.call_chain:
            yield Place(f"{at.role.value} {at.address}", _where(at))
    for trace in plan.traces:
        yield from _written(trace)


def _written(trace: ValueTrace) -> Iterator[Place]:
    for at in trace.locations:
        yield Place(f"{trace.attribute}: {at.role.value} {at.address}", _where(at))
    if trace.unresolved:
        yield Place(f"{trace.attribute}: {trace.unresolved}", "")


def _where(at: SourceLocation) -> str:
    return at.spot


def _history(origin: Origin) -> tuple[str, ...]:
    lines = [_commit("created", origin.created)] if origin.created else []
    if origin.changed and origin.changed != origin.created:
        lines.append(_commit("last changed", origin.changed))
    return tuple(lines)


def _commit(verb: str, commit: Commit) -> str:
    tool = f" ({commit.tool})" if commit.tool else ""
    request = f", pull request {commit.pull_request}" if commit.pull_request else ""
    return (
        f"{verb} by {commit.author_name} on {commit.committed_at:%Y-%m-%d} in commit {commit.sha[:10]}{request} "
        f"“{commit.subject}”, written by {commit.authorship.value}{tool}"
    )


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
