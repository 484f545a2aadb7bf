"""Jira Cloud and Data Center, through the `jira` library with its own retries off."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import TypeVar

from jira import JIRA, Issue, JIRAError
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ConnectTimeout, RequestException, Timeout

from remediator.deliver.markers import read_labels, ticket_label
from remediator.deliver.protocols import Ticket, TicketDraft
from remediator.deliver.retry import Answer, Retry
from remediator.errors import RemediatorError
from remediator.model import RequestState

T = TypeVar("T")

SECONDS = 30
"""How long an answer may take."""

PATIENCE = (1.0, 2.0, 4.0, 8.0)
"""Seconds between looks for a ticket that Cloud's search may not show yet: it is behind by some seconds."""

_AT_ONCE = 50
"""Labels in one search, whose text has a limit."""


def batched(values: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """The values in groups of at most that size."""
    rest = iter(values)
    while group := tuple(islice(rest, size)):
        yield group


_REFUSALS = frozenset(
    {"won't do", "won't fix", "wont do", "wont fix", "declined", "rejected", "cancelled", "canceled", "duplicate"}
)
"""Resolutions and statuses, in small letters, that say no; any other end says that it was done."""


def judge(error: BaseException) -> Answer | None:
    """What Jira answered, from what its library raised."""
    if isinstance(error, JIRAError):
        headers = {} if error.response is None else error.response.headers
        return Answer(error.status_code or None, headers, str(error.text))
    if isinstance(error, RequestsConnectionError | Timeout):
        refused = isinstance(error, ConnectTimeout) or "NewConnectionError" in repr(error)
        return Answer(None, {}, str(error), sent=not refused)
    return None


class JiraTracker:
    """The tickets of one Jira project; the connection is made when first needed."""

    markup = "ticket.jira"

    def __init__(self, url: str, project: str, issue_type: str, user: str | None, token: str, retry: Retry) -> None:
        self._url, self.project, self._issue_type = url.rstrip("/"), project, issue_type
        self._user, self._token, self._retry = user, token, retry

    def where(self, reference: str) -> str:
        """The ticket's page."""
        return f"{self._url}/browse/{reference}"

    def find(self, fingerprints: Collection[str], patient: bool = False) -> Ticket | None:
        """The ticket that a label names, by search; an open one first, then the oldest."""
        found = self._asked(partial(self._search, sorted(fingerprints)))
        for seconds in PATIENCE if patient else ():
            if found:
                break
            self._retry.sleep(seconds)
            found = self._asked(partial(self._search, sorted(fingerprints)))
        return next((t for t in found if t.state is RequestState.OPEN), found[0] if found else None)

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The open ticket of the draft's fingerprints, made where it is not there; then assigned, the files last.

        A ticket without its files was cut short and is completed now. What cannot be set is a note, not a failure.
        """
        there = self.find(draft.marker.fingerprints)
        key = there.reference if there and there.state is RequestState.OPEN else self._create(draft)
        issue = self._asked(lambda: self._client.issue(key, fields="labels,status,resolution,attachment"))
        names = {attachment.filename for attachment in issue.fields.attachment}
        missing = [path for path in draft.attachments if path.name not in names]
        notes = [self._assign(issue, draft.assignee)] if missing and draft.assignee else []
        notes += [self._try(f"attach {path.name}", partial(self._attach, key, path)) for path in missing]
        ticket = self._ticket(issue)
        return Ticket(key, ticket.where, ticket.state, ticket.fingerprints, tuple(n for n in notes if n))

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What became of tickets: one search for many, and one by one those of a search that names a missing one."""
        found: dict[str, RequestState] = {}
        for some in batched(sorted(references), _AT_ONCE):
            keys = ", ".join(f'"{key}"' for key in some)
            try:
                issues = self._retry.read(partial(self._keyed, f"key in ({keys})"))
            except JIRAError as error:
                if error.status_code != HTTPStatus.BAD_REQUEST:
                    raise self._worded(error) from error
                found |= self._one_by_one(some)
            except RequestException as error:
                raise self._worded(error) from error
            else:
                found |= {issue.key: _state(issue) for issue in issues}
        return found

    def _keyed(self, jql: str) -> list[Issue]:
        return list(self._client.search_issues(jql, maxResults=_AT_ONCE, fields="status,resolution"))

    def _one_by_one(self, references: Sequence[str]) -> dict[str, RequestState]:
        found: dict[str, RequestState] = {}
        for reference in references:
            with suppress(_MissingError):
                issue = self._asked(partial(self._client.issue, reference, fields="status,resolution"))
                found[reference] = _state(issue)
        return found

    @cached_property
    def _client(self) -> JIRA:
        # get_server_info tells the library whether this is Cloud, which decides how it searches.
        auth = {"basic_auth": (self._user, self._token)} if self._user else {"token_auth": self._token}
        return JIRA(self._url, max_retries=0, timeout=SECONDS, get_server_info=True, **auth)

    def _search(self, fingerprints: list[str]) -> list[Ticket]:
        found: list[Ticket] = []
        for start in range(0, len(fingerprints), _AT_ONCE):
            labels = ", ".join(f'"{ticket_label(f)}"' for f in fingerprints[start : start + _AT_ONCE])
            jql = f'project = "{self.project}" AND labels in ({labels}) ORDER BY created ASC'
            found += map(
                self._ticket, self._client.search_issues(jql, maxResults=50, fields="labels,status,resolution")
            )
        return found

    def _create(self, draft: TicketDraft) -> str:
        fields: dict[str, object] = {
            "project": {"key": draft.project},
            "issuetype": {"name": self._issue_type},
            "summary": draft.summary,
            "description": draft.description,
            "labels": list(draft.labels),
        }
        known = self._asked(lambda: {c.name for c in self._client.project_components(draft.project)})
        components = [{"name": name} for name in draft.components if name in known]
        if components:
            fields["components"] = components

        def send() -> str:
            return str(self._client.create_issue(fields=fields, prefetch=False).key)

        def look() -> str | None:
            there = self.find(draft.marker.fingerprints)
            return there.reference if there and there.state is RequestState.OPEN else None

        try:
            return self._retry.create(send, look, blindly=False)
        except (JIRAError, RequestException) as error:
            answer = judge(error)
            if answer is not None and answer.unclear:
                there = self.find(draft.marker.fingerprints, patient=True)
                if there is not None and there.state is RequestState.OPEN:
                    return there.reference
            raise self._worded(error) from error

    def _assign(self, issue: Issue, assignee: str) -> str | None:
        # By account id (name on Data Center), never by the library's search, which takes the first hit for a name.
        person = {"accountId": assignee} if self._client.deploymentType == "Cloud" else {"name": assignee}
        return self._try("assign it", lambda: self._retry.read(partial(issue.update, fields={"assignee": person})))

    def _attach(self, key: str, path: Path) -> None:
        def look() -> bool | None:
            there = self._client.issue(key, fields="attachment").fields.attachment
            return any(attachment.filename == path.name for attachment in there) or None

        self._retry.create(lambda: bool(self._client.add_attachment(key, str(path))), look)

    def _ticket(self, issue: Issue) -> Ticket:
        return Ticket(issue.key, self.where(issue.key), _state(issue), read_labels(issue.fields.labels))

    def _try(self, what: str, send: Callable[[], object]) -> str | None:
        """None where it worked, else a sentence."""
        try:
            send()
        except (JIRAError, RequestException) as error:
            answer = judge(error)
            return f"could not {what} (Jira answered {answer.status if answer else 'nothing'})"
        return None

    def _asked(self, send: Callable[[], T]) -> T:
        try:
            return self._retry.read(send)
        except (JIRAError, RequestException) as error:
            raise self._worded(error) from error

    def _worded(self, error: JIRAError | RequestException) -> RemediatorError:
        answer = judge(error)
        if answer is None or answer.status is None:
            return RemediatorError(
                f"{self._url} did not answer; check the tracker's url and the network, and run again"
            )
        if answer.limited:
            return RemediatorError(f"{self._url}: Jira's rate limit is reached; what is left is done by the next run")
        if answer.status in (401, 403):
            return RemediatorError(f"{self._url}: Jira refuses access; check the tracker's user_env and token_env")
        if answer.status == 404:
            return _MissingError(f"{self._url}: there is no such thing in Jira; check the tracker's url and project")
        return RemediatorError(f"{self._url}: Jira answered {answer.status}, {answer.message[:300]}; run again")


class _MissingError(RemediatorError):
    """There is no such thing in the tracker, or the user may not see it."""


def _state(issue: Issue) -> RequestState:
    status = issue.fields.status
    if status.statusCategory.key != "done":
        return RequestState.OPEN
    resolution = issue.fields.resolution
    names = {status.name.lower(), "" if resolution is None else resolution.name.lower()}
    return RequestState.CLOSED if names & _REFUSALS else RequestState.MERGED
