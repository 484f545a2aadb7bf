"""What a run did, for people and for other programs."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from remediator.deliver.standing import Delivered
from remediator.model import CallCount, Failure, Origin, Outcome, Plan
from remediator.run.kpis import DeviceUse, Kpis
from remediator.run.weighing import Skipped


@dataclass(frozen=True, slots=True)
class Summary:
    """One run: its units and what became of each, the plans and where they went, what was skipped, what it cost."""

    started_at: datetime
    finished_at: datetime
    delivering: bool
    units: tuple[str, ...]
    failures: tuple[Failure, ...]
    resources: int
    declared: int
    plans: tuple[tuple[Plan, Delivered], ...]
    skipped: tuple[Skipped, ...]
    outcomes: tuple[Outcome, ...]
    calls: tuple[CallCount, ...]
    notes: tuple[str, ...] = ()
    kpis: Kpis = field(default_factory=Kpis)

    @property
    def monthly_saving(self) -> Decimal:
        """The known savings in USD of all plans together, a month."""
        return self.savings.get("USD", Decimal(0))

    @property
    def savings(self) -> Mapping[str, Decimal]:
        """The known savings of all plans together, a month, by currency: they are never added across."""
        found: dict[str, Decimal] = {}
        for plan, _ in self.plans:
            if plan.monthly_saving is not None:
                found[plan.currency] = found.get(plan.currency, Decimal(0)) + plan.monthly_saving
        return dict(sorted(found.items()))

    @property
    def made_by(self) -> Mapping[str, tuple[int, Decimal]]:
        """How many plans, and their known savings in USD a month, by who or what wrote the commit that made them."""
        found: dict[str, tuple[int, Decimal]] = {}
        for plan, _ in self.plans:
            created = plan.origin.created if isinstance(plan.origin, Origin) else None
            kind = created.authorship.value if created else "no known commit"
            count, saving = found.get(kind, (0, Decimal(0)))
            known = plan.monthly_saving if plan.currency == "USD" else None
            found[kind] = count + 1, saving + (known or Decimal(0))
        return dict(sorted(found.items()))

    @property
    def cost(self) -> Decimal:
        """What the run's own paid calls cost."""
        return sum((c.cost for c in self.calls), Decimal(0))

    @property
    def news(self) -> tuple[tuple[Plan, Delivered], ...]:
        """The plans that this run opened, or would have."""
        return tuple((p, d) for p, d in self.plans if d.action in ("opened", "would open"))


def write_summary(summary: Summary, state_dir: Path) -> Path:
    """Write the run's file, `runs/<UTC timestamp>.json`; whole or not at all."""
    folder = state_dir / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{summary.started_at.astimezone(UTC):%Y%m%dT%H%M%S%fZ}.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(document(summary), indent=2, sort_keys=True) + "\n", "utf-8")
    partial.replace(path)
    return path


def document(summary: Summary) -> dict[str, object]:
    """The summary as the JSON document that other programs read."""
    failed = {f.unit: f.reason for f in summary.failures}
    names = [*summary.units, *(name for name in failed if name not in summary.units)]
    of_parts = {_whole(name, summary.units): reason for name, reason in failed.items() if name not in summary.units}
    reasons = {name: failed.get(name) or of_parts.get(name) for name in names}
    counts = Counter[str](delivered.action for _, delivered in summary.plans)
    counts.update(resources=summary.resources, declared=summary.declared)
    return {
        "started_at": summary.started_at.isoformat(),
        "finished_at": summary.finished_at.isoformat(),
        "delivering": summary.delivering,
        "units": [{"unit": n, "fate": "failed" if r else "done", "reason": r} for n, r in reasons.items()],
        "counts": dict(counts),
        "monthly_saving": str(summary.monthly_saving),
        "savings": {currency: str(amount) for currency, amount in summary.savings.items()},
        "made_by": {kind: {"plans": n, "monthly_saving": str(s)} for kind, (n, s) in summary.made_by.items()},
        "plans": [
            {
                "plan_id": plan.id,
                "fingerprints": plan.fingerprints,
                "rules": sorted({c.rule for c in plan.changes}),
                "route": plan.route,
                "action": delivered.action,
                "reference": delivered.reference,
                "where": delivered.where,
                "reason": delivered.reason,
                "monthly_saving": None if plan.monthly_saving is None else str(plan.monthly_saving),
            }
            for plan, delivered in summary.plans
        ],
        "skipped": [
            {"rule": s.change.rule, "fingerprint": s.change.fingerprint, "reason": s.reason} for s in summary.skipped
        ],
        "notes": list(summary.notes),
        "outcomes": [
            {"plan_id": outcome.plan_id, "address": address, "outcome": outcome.status, "at": _latest(outcome)}
            for outcome in summary.outcomes
            for address in outcome.addresses
        ],
        "calls": [
            {"service": c.service, "operation": c.operation, "calls": c.calls, "cost": str(c.cost)}
            for c in summary.calls
        ],
        "cost_of_calls": str(summary.cost),
        "kpis": _figures(summary.kpis),
    }


def _figures(kpis: Kpis) -> dict[str, object]:
    return {
        "gpus": [{**_use(use), "gpus": use.devices} for use in kpis.gpus],
        "neuron_cores": [{**_use(use), "neuron_cores": use.devices} for use in kpis.neuron_cores],
        "experiments": [
            {"name": c.name, "resources": c.resources, "monthly": str(c.monthly), "so_far": str(c.so_far)}
            for c in kpis.experiments
        ],
        "unallocated": [
            {"tag": u.tag, "root": u.root, "resources": u.resources, "monthly": str(u.monthly)}
            for u in kpis.unallocated
        ],
        "idle_accrued": str(kpis.idle.accrued.most),
        "idle_accrued_least": str(kpis.idle.accrued.least),
        "idle_unknown": kpis.idle.accrued_unknown,
        "stopped_monthly": str(kpis.idle.stopped_monthly.most),
        "stopped_monthly_least": str(kpis.idle.stopped_monthly.least),
        "stopped_so_far": str(kpis.idle.stopped_so_far.most),
        "stopped_so_far_least": str(kpis.idle.stopped_so_far.least),
        "stopped_unknown": kpis.idle.stopped_unknown,
        "currency": kpis.currency,
        "priced_elsewhere": kpis.elsewhere,
        "hours_to_finding": None if kpis.hours_to_finding is None else round(kpis.hours_to_finding, 1),
    }


def _use(use: DeviceUse) -> dict[str, object]:
    return {
        "team": use.team,
        "environment": use.environment,
        "measured": use.measured,
        "percent": None if use.percent is None else round(use.percent, 1),
    }


def _whole(part: str, units: Sequence[str]) -> str | None:
    """The unit that a part (`dev/us-east-1 metrics`, `infra: main.tf`) belongs to."""
    found = (unit for unit in units if part.startswith((f"{unit} ", f"{unit}/", f"{unit}: ")))
    return max(found, key=len, default=None)


def _latest(outcome: Outcome) -> str | None:
    times = (outcome.opened_at, outcome.merged_at, outcome.applied_at, outcome.live_at, outcome.closed_at)
    seen = [t for t in times if t is not None]
    return max(seen).isoformat() if seen else None
