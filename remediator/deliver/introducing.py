"""A request and a ticket about the same findings are one conversation: each names the other, and links to it once."""

from collections.abc import Callable
from dataclasses import replace

from remediator.deliver import escape
from remediator.deliver.markers import Marker
from remediator.deliver.protocols import PullRequest, Tracker
from remediator.deliver.standing import Delivered
from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger
from remediator.model import Outcome, Plan, RequestState, Route, Status


def ticket_before(known: Outcome | None, tracker: Callable[[], Tracker | None]) -> str | None:
    """The address of the ticket that asked for it before, or its key where it is a file of ours; None without one."""
    key = None if known is None else known.reference if known.route is Route.TICKET else known.beside
    place = tracker() if key is not None else None
    if key is None or place is None:
        return None
    where = place.where(key)
    return where if where.startswith(("https://", "http://")) else key


def key_of(ticket: str | None) -> str | None:
    """A ticket's key, from what a marker says of it."""
    return None if ticket is None else ticket.rpartition("/")[2]


def naming_ticket(body: str, marker: Marker) -> str:
    """A request's body that names the ticket which its marker does, where Jira and people look for it."""
    if marker.ticket is None:
        return body
    key = escape.markdown(key_of(marker.ticket) or "")
    named = key if marker.ticket == key_of(marker.ticket) else f"[{key}]({marker.ticket})"
    return f"{body.rstrip()}\n\nThe ticket that asked for this before: {named}\n"


def naming_request(description: str, request: str | None, markup: str) -> str:
    """A ticket's description, in the markup of its template, that names the request which asked before."""
    if request is None:
        return description
    plain = escape.wiki if markup.endswith(".jira") else escape.markdown
    name, is_page = plain(_short(request)), request.startswith(("https://", "http://"))
    named = name if not is_page else f"[{name}|{request}]" if markup.endswith(".jira") else f"[{name}]({request})"
    return f"{description.rstrip()}\n\nThe request that asked for this before: {named}\n"


def resumed(plan: Plan, known: Outcome, tracker: Tracker | None, ledger: Ledger) -> Outcome | None:
    """A ticket that was about to be opened when a run was killed, and whose plan is a request now; None if it is not.

    One that is there is completed, and asks for it. Raises RemediatorError.
    """
    found = tracker.find(plan.fingerprints, patient=True) if tracker is not None else None
    if found is None:
        ledger.save(replace(known, status=Status.SUPERSEDED))
    return None if found is None else known


def beside(request: PullRequest | None) -> str | None:
    """The address of the request that asked before, as a ticket names it."""
    return None if request is None or request.state is RequestState.OPEN else request.where


def introduce(done: Delivered, plan: Plan, tracker: Callable[[], Tracker | None], ledger: Ledger) -> Delivered:
    """Have the ticket link to the request where they are about the same findings, once; what fails is a note.

    A run that was killed before is made up for, since the ledger keeps whether they know each other. Which ticket it is
    a request says in its body, which people edit: only one of ours that is about a finding of the same is linked.
    """
    if done.reference is None or done.action == "failed":
        return done
    known = ledger.outcome(plan.fingerprints)
    if known is None or known.beside is None or known.linked or known.reference != done.reference:
        return done
    ticket, request = known.reference, known.beside
    if known.route is Route.PULL_REQUEST:
        ticket, request = known.beside, done.where or ""
    place = tracker()
    if place is None or not ticket.startswith(f"{place.project}-"):
        return done
    try:
        if known.route is Route.PULL_REQUEST:
            found = place.ticket(ticket)  # a search may be late in showing it
            if found is None or set(found.fingerprints).isdisjoint(plan.fingerprints):
                ledger.save(replace(known, beside=None))
                return done
        place.link(ticket, request, f"Request {_short(request)}")
    except RemediatorError as error:
        note = f"could not link {ticket} to {request}: {error}"
        return replace(done, reason="; ".join(filter(None, (done.reason, note))))
    ledger.save(replace(known, linked=True))
    return done


def _short(request: str) -> str:
    """A request's address as a title: without the host, of a file its name."""
    _, found, path = request.partition("://")
    return path.partition("/")[2] if found else request.rpartition("/")[2].removesuffix(".json")
