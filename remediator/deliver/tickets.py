"""One plan as a ticket: look, open it, remember it."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from remediator import files
from remediator.config import Config, LimitsConfig, RepositoryConfig
from remediator.deliver import escape, ticket_upkeep
from remediator.deliver.contacts import jira_assignee, jira_component
from remediator.deliver.disclosure import Audience, Shown, discreet, shown_to
from remediator.deliver.folding import disclosed
from remediator.deliver.introducing import naming_request
from remediator.deliver.limits import is_destructive, reason_to_hold_ticket
from remediator.deliver.markers import LABEL, Marker, ticket_label
from remediator.deliver.protocols import Group, Ticket, TicketDraft, Tracker
from remediator.deliver.render import TITLE, pull_request_title, ticket_body
from remediator.deliver.standing import Delivered, Hold, answer, is_over, outcome, remembered
from remediator.ledger.ledger import Ledger
from remediator.model import Outcome, Plan, RequestState, Route, Status
from remediator.planfile import dump, load

MAX_LABELS = 50
"""Fingerprints that a ticket names in labels; they share one cause, so that any of them finds it."""


def deliver_ticket(
    plan: Plan,
    path: Path,
    known: Outcome | None,
    repository: RepositoryConfig | None,
    tracker: Tracker | None,
    config: Config,
    ledger: Ledger,
    now: datetime,
    asked: bool = False,
    request: str | None = None,
) -> Delivered:
    """Make sure that a plan has its one ticket, with the plan file at `path`; `known` is what the ledger has on it.

    `asked` is that a person asked for it on the dashboard; `request` is the address of the request that asked for the
    same before. Without a tracker the plan stands in the report alone.
    """
    if tracker is None:
        return Delivered(plan.id, "held", where=str(path), reason="no tracker is configured, so it is only reported")
    shown, limits = shown_to(Audience.TRACKER, config.disclosure), config.limits
    draft = partial(_draft, plan, path, repository, tracker, shown)
    where = tracker.where(known.reference) if known and known.reference and known.route is Route.TICKET else None
    if known is not None and where is not None and known.is_open:
        told = discreet(plan, shown).monthly_saving == plan.monthly_saving
        return ticket_upkeep.attend(plan, known, draft(known.beside), tracker, limits, ledger, now, told)
    if (stands := remembered(plan, known, where)) is not None:
        return stands

    request = request or (known.beside if known and known.route is Route.TICKET else None)
    # What the ledger calls proposed was cut short: its ticket may be there, and a search be late in showing it.
    found = tracker.find(plan.fingerprints, patient=known is not None and known.status is Status.PROPOSED)
    if found is not None and found.state is not RequestState.OPEN and not is_over(known):
        ledger.save(outcome(plan, Route.TICKET, found.state, found.reference, now))
        return answer(plan, found.state, found.reference, found.where)
    is_open = found is not None and found.state is RequestState.OPEN
    if not is_open and (known is None or known.status is not Status.PROPOSED):
        wait = _reason_to_wait(plan, limits, ledger, now, asked)
        if wait is not None:
            return Delivered(plan.id, "held", where=str(path), reason=wait, hold=Hold.LIMITED)
    if found is not None and not is_open and _comes_back(found, known, asked) and tracker.reopen(found.reference):
        return _reopened(plan, found, draft(request), tracker, ledger, now)
    if not is_open:
        ledger.save(outcome(plan, Route.TICKET, None, None, now, request))
    ticket = tracker.ensure_ticket(draft(request))
    ledger.save(outcome(plan, Route.TICKET, ticket.state, ticket.reference, now, request))
    return Delivered(plan.id, "kept" if is_open else "opened", ticket.reference, ticket.where, _notes(ticket))


def _comes_back(found: Ticket, known: Outcome | None, asked: bool) -> bool:
    """Whether a closed ticket is the one to ask again: it was done and that came undone, or a person wants it so."""
    undone = known is not None and known.status in (Status.REGRESSED, Status.LIVE)
    return asked if found.state is RequestState.CLOSED else undone or asked


def _reopened(
    plan: Plan, found: Ticket, draft: TicketDraft, tracker: Tracker, ledger: Ledger, now: datetime
) -> Delivered:
    tracker.rewrite(found.reference, draft.summary, draft.description)
    tracker.say(found.reference, "back", ticket_upkeep.BACK)
    ledger.save(outcome(plan, Route.TICKET, RequestState.OPEN, found.reference, now))
    return Delivered(plan.id, "opened", found.reference, found.where)


def _reason_to_wait(plan: Plan, limits: LimitsConfig, ledger: Ledger, now: datetime, asked: bool) -> str | None:
    rule = plan.changes[0].rule
    declined = ledger.declined_in_a_row(rule, plan.repository) if plan.repository else 0
    recent = ledger.tickets_since(now - timedelta(hours=1))
    return reason_to_hold_ticket(rule, declined, ledger.open_tickets(), recent, limits, now, asked)


def _draft(
    plan: Plan,
    path: Path,
    repository: RepositoryConfig | None,
    tracker: Tracker,
    shown: Shown,
    request: str | None,
) -> TicketDraft:
    rule = plan.changes[0].rule
    marker = Marker(plan.id, rule, is_destructive(plan), plan.fingerprints)
    return TicketDraft(
        project=tracker.project,
        summary=pull_request_title(plan, shown),
        description=naming_request(ticket_body(plan, marker, tracker.markup, shown), request, tracker.markup),
        marker=marker,
        assignee=jira_assignee(plan),
        labels=(LABEL, rule, *map(ticket_label, plan.fingerprints[:MAX_LABELS])),
        components=_components(plan, repository),
        attachments=(_shown_file(plan, path, shown),),
        monthly_saving=plan.monthly_saving,
        group=_group(plan, shown),
        repository=plan.repository,
    )


def _group(plan: Plan, shown: Shown) -> Group | None:
    """The experiment that a plan is a part of settling; the tickets of its steps belong together."""
    whole = plan.changes[0].whole
    if whole is None:
        return None
    digest = hashlib.sha256("\0".join(whole.identity).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Group(f"{LABEL}-epic-{digest}", escape.plain(f"Abandoned experiment: {whole}", TITLE, shown.of(plan)))


def _shown_file(plan: Plan, path: Path, shown: Shown) -> Path:
    """The plan file itself, or a copy of the same name without what the tracker's readers are not shown."""
    whole = path.read_bytes()
    kept = dump(disclosed(replace(plan, created_at=load(whole, str(path)).created_at), shown))
    if kept == whole:
        return path
    copy = path.parent.parent / "attachments" / path.name
    files.write(copy, kept)
    return copy


def _components(plan: Plan, repository: RepositoryConfig | None) -> tuple[str, ...]:
    """The owning team's component where it has one, else the repository's."""
    own = jira_component(plan)
    return (own,) if own else (repository.name,) if repository else ()


def _notes(ticket: Ticket) -> str | None:
    return "; ".join(ticket.notes) or None
