"""Outcomes to rows and back."""

from decimal import Decimal

from remediator.ledger.tables import FingerprintRow, OutcomeRow, OwnerRow, TargetRow
from remediator.model import Outcome, Route, Status, Target


def to_row(outcome: Outcome) -> OutcomeRow:
    """The rows that hold an outcome."""
    return OutcomeRow(
        plan_id=outcome.plan_id,
        rule=outcome.rule,
        repository=outcome.repository,
        route=outcome.route.value,
        status=outcome.status.value,
        reference=outcome.reference,
        addresses=outcome.addresses,
        opened_at=outcome.opened_at,
        merged_at=outcome.merged_at,
        applied_at=outcome.applied_at,
        live_at=outcome.live_at,
        closed_at=outcome.closed_at,
        pending=outcome.pending,
        held=outcome.held,
        snoozed_until=outcome.snoozed_until,
        monthly=None if outcome.monthly is None else str(outcome.monthly),
        beside=outcome.beside,
        linked=int(outcome.linked),
        fingerprints=[
            FingerprintRow(plan_id=outcome.plan_id, position=position, fingerprint=fingerprint)
            for position, fingerprint in enumerate(outcome.fingerprints)
        ],
        owners=[
            OwnerRow(plan_id=outcome.plan_id, position=position, owner=owner)
            for position, owner in enumerate(outcome.owners)
        ],
        targets=[
            TargetRow(
                plan_id=outcome.plan_id,
                position=position,
                account=target.account,
                region=target.region,
                resource_id=target.resource_id,
                address=target.address,
                attribute=target.attribute,
                value=target.value,
                root=target.root,
                workspace=target.workspace,
                kind=target.kind,
            )
            for position, target in enumerate(outcome.targets)
        ],
    )


def to_outcome(row: OutcomeRow) -> Outcome:
    """The outcome that rows hold."""
    return Outcome(
        plan_id=row.plan_id,
        fingerprints=tuple(f.fingerprint for f in row.fingerprints),
        rule=row.rule,
        repository=row.repository,
        addresses=row.addresses if isinstance(row.addresses, tuple) else (),
        targets=tuple(map(_to_target, row.targets)),
        route=Route(row.route),
        status=Status(row.status),
        reference=row.reference,
        opened_at=row.opened_at,
        merged_at=row.merged_at,
        applied_at=row.applied_at,
        live_at=row.live_at,
        closed_at=row.closed_at,
        pending=row.pending,
        held=row.held,
        snoozed_until=row.snoozed_until,
        owners=tuple(o.owner for o in row.owners),
        monthly=None if row.monthly is None else Decimal(row.monthly),
        beside=row.beside,
        linked=bool(row.linked),
    )


def _to_target(row: TargetRow) -> Target:
    return Target(
        row.account,
        row.region,
        row.resource_id,
        row.address,
        row.attribute,
        row.value,
        row.root,
        row.workspace,
        row.kind,
    )
