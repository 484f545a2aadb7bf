"""Nothing is opened for what no repository declares before an account's people have agreed to a first ticket."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from remediator.config import Config
from remediator.deliver import escape
from remediator.deliver.contacts import jira_assignee
from remediator.deliver.disclosure import Audience, shown_to
from remediator.deliver.limits import reason_to_hold_ticket
from remediator.deliver.markers import LABEL, Marker, ticket_label
from remediator.deliver.onboarding import RULE
from remediator.deliver.protocols import TicketDraft, Tracker
from remediator.deliver.render import account_body
from remediator.ledger.invitations import Invitation, Kind
from remediator.ledger.ledger import Ledger
from remediator.model import Plan, RequestState


@dataclass(frozen=True, slots=True)
class Desk:
    """Where tickets of a run go, the configuration that holds for them, the ledger, and the time."""

    tracker: Tracker
    config: Config
    ledger: Ledger
    now: datetime


def fingerprint_of(account: str) -> str:
    """What an account's ticket is known by."""
    return hashlib.sha256(f"onboarding\0account\0{account}".encode()).hexdigest()[:16]


def reason_to_wait(plan: Plan, plans: Sequence[Plan], desk: Desk) -> str | None:
    """None where a plan's account is onboarded, else a sentence; asks for it where that was not done, within limits.

    `plans` are the others of the run that no repository declares. The tracker is asked once a run and account, and
    never again once it said yes.
    """
    account = plan.changes[0].resource.account
    known = desk.ledger.invitations.of(Kind.ACCOUNT, account, fingerprint_of(account))
    if known is not None and known.state is not RequestState.MERGED and known.seen_at != desk.now:
        known = _followed(known, desk)
    if known is None or not known.reference:
        wait = _limit(desk) if known is None else None
        if wait is not None:
            return wait
        known = _ask(account, [p for p in plans if _in(p, account)] or [plan], known, desk)
    if known.state is RequestState.MERGED:
        return None
    if known.state is RequestState.CLOSED:
        return f"the account's people opted out by closing {known.reference}"
    return (
        f"waiting for {known.reference} ({desk.tracker.where(known.reference)}), which asks for the account, to be done"
    )


def _followed(known: Invitation, desk: Desk) -> Invitation | None:
    """What became of the ticket; None where it is not there any more, so that it is asked again."""
    if not known.reference:
        return known
    state = desk.tracker.states([known.reference]).get(known.reference)
    if state is None:
        return None
    seen = replace(known, state=state, seen_at=desk.now)
    desk.ledger.invitations.keep(seen)
    return seen


def _ask(account: str, plans: Sequence[Plan], known: Invitation | None, desk: Desk) -> Invitation:
    """The ticket, found or made; that it is about to be made is kept first, so that a killed run makes no second."""
    unit, invitations = fingerprint_of(account), desk.ledger.invitations
    found = desk.tracker.find((unit,), patient=known is not None)
    asked = Invitation(Kind.ACCOUNT, account, unit, "", RequestState.OPEN, desk.now, desk.now)
    if found is None:
        invitations.keep(asked)
        found = desk.tracker.ensure_ticket(_draft(account, unit, plans, desk))
    asked = replace(asked, reference=found.reference, state=found.state)
    invitations.keep(asked)
    return asked


def _limit(desk: Desk) -> str | None:
    ledger, hour = desk.ledger, timedelta(hours=1)
    open_ = ledger.open_tickets() + ledger.invitations.open(Kind.ACCOUNT)
    recent = ledger.tickets_since(desk.now - hour) + ledger.invitations.asked_within(Kind.ACCOUNT, desk.now, hour)
    return reason_to_hold_ticket(RULE, 0, open_, recent, desk.config.limits, desk.now)


def _draft(account: str, unit: str, plans: Sequence[Plan], desk: Desk) -> TicketDraft:
    shown = shown_to(Audience.TRACKER, desk.config.disclosure)
    marker = Marker(unit, RULE, False, (unit,))
    worth = sorted(plans, key=lambda p: (-(p.monthly_saving or Decimal(0)), p.id))
    return TicketDraft(
        project=desk.tracker.project,
        summary=escape.plain(f"Let remediator open tickets for the account {account}", 120, shown),
        description=account_body(worth, account, marker, desk.tracker.markup, shown),
        marker=marker,
        assignee=next((jira_assignee(p) for p in worth if _owns_account(p)), None),
        labels=(LABEL, RULE, ticket_label(unit)),
    )


def _owns_account(plan: Plan) -> bool:
    """Whether the first owner is the one that the configuration gives the account."""
    return any(item.source == "account" for owner in plan.origin.owners[:1] for item in owner.evidence)


def _in(plan: Plan, account: str) -> bool:
    return plan.repository is None and plan.changes[0].resource.account == account
