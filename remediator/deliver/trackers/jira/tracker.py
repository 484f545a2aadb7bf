"""The tickets of one Jira project, as a tracker."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path

from jira import Issue, JIRAError

from remediator.config import TeamConfig, TrackerConfig
from remediator.deliver.markers import LABEL, read_labels, ticket_label
from remediator.deliver.protocols import Ticket, TicketDraft
from remediator.deliver.trackers.jira.answers import Keeping
from remediator.deliver.trackers.jira.api import DOCUMENTS, FAILURES, Api, MissingError
from remediator.deliver.trackers.jira.checks import check
from remediator.deliver.trackers.jira.creating import PATIENCE, Maker
from remediator.deliver.trackers.jira.people import person
from remediator.deliver.trackers.jira.steps import Steps
from remediator.deliver.trackers.jira.texts import Texts
from remediator.deliver.trackers.jira.upkeep import Upkeep, hash_of
from remediator.model import RequestState
from remediator.model.checks import Check

_AT_ONCE = 50
"""Labels in one search, whose text has a limit."""

_PAGE = 100
"""Issues on a page of a whole listing."""

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-[0-9]+")

_SHOWN = "labels,status,resolution,created,resolutiondate,statuscategorychangedate"


def today() -> date:
    """The day it is, in UTC."""
    return datetime.now(UTC).date()


class JiraTracker:
    """The tickets of one Jira project; `name` is the tracker's in the configuration."""

    def __init__(self, api: Api, config: TrackerConfig, name: str, today: Callable[[], date] = today) -> None:
        self._api, self._config = api, config
        texts = Texts(documents=config.api == DOCUMENTS)
        self._texts, self._maker = texts, Maker(api, config, name, today, texts)
        self._upkeep, self._steps = Upkeep(api, texts), Steps(api, config, name)
        self.project, self.markup = config.project, texts.template

    def where(self, reference: str) -> str:
        """The ticket's page."""
        return f"{self._api.url}/browse/{reference}"

    def find(self, fingerprints: Collection[str], patient: bool = False) -> Ticket | None:
        """The ticket that a label names, by search; an open one first, then the oldest."""
        found = self._api.ask(partial(self._search, sorted(fingerprints)))
        for seconds in PATIENCE if patient else ():
            if found:
                break
            self._api.retry.sleep(seconds)
            found = self._api.ask(partial(self._search, sorted(fingerprints)))
        return next((t for t in found if t.state is RequestState.OPEN), found[0] if found else None)

    def ticket(self, reference: str) -> Ticket | None:
        """The ticket of a key, as the database has it, not the index that is searched; None without our label.

        People may have written what is no key, which must not become another address: that is no ticket either.
        """
        if _KEY.fullmatch(reference) is None:
            return None
        try:
            issue = self._api.ask(partial(self._api.client.issue, reference, fields=_SHOWN))
        except MissingError:
            return None
        return self._ticket(issue) if LABEL in issue.fields.labels else None

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The open ticket of the draft's fingerprints, made where it is not there; then assigned, the files last.

        A ticket without its files was cut short and is completed now. What cannot be set is a note, not a failure.
        """
        there = self.find(draft.marker.fingerprints)
        is_open = there is not None and there.state is RequestState.OPEN
        key, notes = (there.reference, ()) if there and is_open else self._maker.ticket(draft, self._looking_for(draft))
        issue = self._api.ask(lambda: self._api.client.issue(key, fields=f"{_SHOWN},attachment,summary,description"))
        names = {attachment.filename for attachment in issue.fields.attachment}
        missing = [path for path in draft.attachments if path.name not in names]
        if missing or not draft.attachments:
            kept = Keeping(plan=draft.marker.plan_id, rule=draft.marker.rule, repository=draft.repository)
            sent, shown = (
                hash_of(draft.summary, draft.description),
                self._texts.shown(issue.raw["fields"].get("description")),
            )
            self._upkeep.remember(key, kept, issue.fields.summary, shown, sent)
        failed = [self._assign(issue, draft.assignee)] if missing and draft.assignee else []
        failed += [self._api.try_to(f"attach {p.name}", partial(self._attach, key, p)) for p in missing]
        return replace(self._ticket(issue), notes=(*notes, *(note for note in failed if note)))

    def _looking_for(self, draft: TicketDraft) -> Callable[[bool], str | None]:
        def look(patient: bool) -> str | None:
            there = self.find(draft.marker.fingerprints, patient)
            return there.reference if there and there.state is RequestState.OPEN else None

        return look

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What became of tickets: one search for many; one by one where one of them is missing, or was moved."""
        found: dict[str, RequestState] = {}
        for some in batched(sorted(references), _AT_ONCE):
            keys = ", ".join(f'"{key}"' for key in some)
            try:
                issues = self._api.retry.read(partial(self._keyed, f"key in ({keys})"))
            except FAILURES as error:
                if not isinstance(error, JIRAError) or error.status_code != HTTPStatus.BAD_REQUEST:
                    raise self._api.sentence(error) from error
                found |= self._one_by_one(some)
            else:
                shown = {issue.key: self._state(issue) for issue in issues}
                found |= shown
                if not shown.keys() <= set(some):  # moved to another project: shown by its new key, answers to both
                    found |= self._one_by_one([key for key in some if key not in shown])
        return found

    def ours(self) -> tuple[Ticket, ...]:
        """Every ticket with our label in the project, oldest first, by pages: Cloud's have no totals."""
        jql = f'project = "{self.project}" AND labels = "{LABEL}" ORDER BY created ASC'
        properties = LABEL if self._api.worded(lambda: self._api.is_cloud) else None

        def send() -> list[Issue]:
            # maxResults of False has the library follow nextPageToken, on Data Center startAt.
            return list(self._api.client.search_issues(jql, maxResults=False, fields=_SHOWN, properties=properties))

        return tuple(self._ticket(issue) for issue in self._api.ask(send))

    def rewrite(self, reference: str, summary: str, description: str) -> bool:
        """Set what the ticket says, unless people changed it."""
        return self._upkeep.rewrite(reference, summary, description)

    def say(self, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so."""
        return self._upkeep.say(reference, topic, text)

    def end(self, reference: str) -> bool:
        """Close it as done, unless a person opened it again after we did."""
        return self._steps.end(reference)

    def reopen(self, reference: str) -> bool:
        """Open it again."""
        return self._steps.reopen(reference)

    def link(self, reference: str, url: str, title: str) -> bool:
        """Make sure that the ticket links to a page."""
        return self._upkeep.link(reference, url, title)

    def check(self, unit: str, teams: Sequence[TeamConfig]) -> Iterator[Check]:
        """Whether the user may do there what a run does, and the project has what the configuration names."""
        return check(self._api, self._maker, self._config, unit, teams)

    def _keyed(self, jql: str) -> list[Issue]:
        return list(self._api.client.search_issues(jql, maxResults=_AT_ONCE, fields="status,resolution"))

    def _one_by_one(self, references: Sequence[str]) -> dict[str, RequestState]:
        found: dict[str, RequestState] = {}
        for reference in references:
            with suppress(MissingError):
                issue = self._api.ask(partial(self._api.client.issue, reference, fields="status,resolution"))
                found[reference] = self._state(issue)
        return found

    def _search(self, fingerprints: list[str]) -> list[Ticket]:
        found: list[Ticket] = []
        for some in batched(fingerprints, _AT_ONCE):
            labels = ", ".join(f'"{ticket_label(f)}"' for f in some)
            jql = f'project = "{self.project}" AND labels in ({labels}) ORDER BY created ASC'
            found += map(self._ticket, self._api.client.search_issues(jql, maxResults=_PAGE, fields=_SHOWN))
        return found

    def _assign(self, issue: Issue, assignee: str) -> str | None:
        found = self._api.ask(partial(person, self._api, assignee))
        if found is None:
            return f"could not assign it: no one account in Jira is exactly {assignee}"
        send = partial(issue.update, fields={"assignee": found})
        return self._api.try_to("assign it", lambda: self._api.retry.read(send))

    def _attach(self, key: str, path: Path) -> None:
        client = self._api.client

        def look() -> bool | None:
            there = client.issue(key, fields="attachment").fields.attachment
            return any(attachment.filename == path.name for attachment in there) or None

        self._api.retry.create(lambda: bool(client.add_attachment(key, str(path))), look)

    def _ticket(self, issue: Issue) -> Ticket:
        labels = issue.fields.labels
        kept = Keeping.model_validate((issue.raw.get("properties") or {}).get(LABEL) or {})
        rule = next((label for label in labels if label != LABEL and not read_labels((label,))), None)
        fingerprints = read_labels(labels)
        return Ticket(
            issue.key,
            self.where(issue.key),
            self._state(issue),
            fingerprints,
            plan_id=kept.plan,
            rule=kept.rule or rule,
            opened_at=_time(getattr(issue.fields, "created", None)),
            closed_at=self._closed(issue),
            repository=kept.repository,
        )

    def _closed(self, issue: Issue) -> datetime | None:
        """When it was closed; a project without resolutions tells when its status last became another kind."""
        if issue.fields.status.statusCategory.key != "done":
            return None
        fields = issue.raw["fields"]
        return _time(fields.get("resolutiondate") or fields.get("statuscategorychangedate"))

    def _state(self, issue: Issue) -> RequestState:
        status = issue.fields.status
        if status.statusCategory.key != "done":
            return RequestState.OPEN
        resolution = issue.fields.resolution
        names = {status.name.casefold(), "" if resolution is None else resolution.name.casefold()}
        refusals = {name.casefold() for name in self._config.declined}
        return RequestState.CLOSED if names & refusals else RequestState.MERGED


def batched(values: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """The values in groups of at most that size."""
    rest = iter(values)
    while group := tuple(islice(rest, size)):
        yield group


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).astimezone(UTC) if value else None
