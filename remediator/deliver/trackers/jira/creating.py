"""Making tickets and epics in one Jira project: once, however often it is asked, with the fields its form takes."""

from collections.abc import Callable
from datetime import date
from functools import cached_property

from remediator.config import TrackerConfig
from remediator.deliver.protocols import Group, TicketDraft
from remediator.deliver.trackers.jira.answers import FieldMeta, Fields, IssueTypes
from remediator.deliver.trackers.jira.api import FAILURES, Api, judge
from remediator.deliver.trackers.jira.fields import Form
from remediator.deliver.trackers.jira.texts import Texts
from remediator.errors import ConfigError, RemediatorError

PATIENCE = (1.0, 2.0, 4.0, 8.0)
"""Seconds between looks for an issue that Cloud's search may not show yet: it is behind by some seconds."""

_META = 200
"""Fields on a page of a form; Data Center gives up to 200, Cloud 50 or more."""

EPIC_NAME = "Epic Name"
"""Data Center's field for an epic's own name, which it asks for in every epic."""


class Maker:
    """Makes issues in one project; `name` is the tracker's in the configuration."""

    def __init__(self, api: Api, config: TrackerConfig, name: str, today: Callable[[], date], texts: Texts) -> None:
        self._api, self._config, self._name, self._today, self._texts = api, config, name, today, texts
        self._epics: dict[str, str] = {}

    def ticket(self, draft: TicketDraft, look: Callable[[bool], str | None]) -> tuple[str, tuple[str, ...]]:
        """The key of a new ticket, and sentences on what could not be set.

        `look` gives the key of the one that is there, where a lost answer made it; with True it waits for a
        late search.
        """
        form = self.form
        known = self._api.ask(lambda: {c.name for c in self._api.client.project_components(draft.project)})
        epic, notes = self._epic(draft)
        more, unset = form.fields(draft, epic, self._today(), self._api.is_cloud)
        components = [{"name": name} for name in draft.components if name in known]
        fields: dict[str, object] = {
            "project": {"key": draft.project},
            "issuetype": {"name": self._config.issue_type},
            "summary": draft.summary,
            "description": self._texts.sent(draft.description),
            "labels": list(draft.labels),
            **({"components": components} if components else {}),
            **more,
        }
        return self._create(fields, look), (*notes, *unset)

    @cached_property
    def form(self) -> Form:
        """The project's form, read once, before the first ticket is made; raises ConfigError for what it lacks."""
        return Form(self._config, self._fields_of("issue_type", self._config.issue_type), self._name)

    def has_type(self, name: str) -> bool:
        """Whether the project has an issue type of that name."""
        return name in self._types

    @cached_property
    def _types(self) -> dict[str, str]:
        """The ids of the project's issue types, by name."""
        path = "issue/createmeta/{0}/issuetypes?maxResults=200"
        types = self._api.ask(lambda: self._api.get(path, IssueTypes, self._config.project))
        return {kind.name: kind.id for kind in (*types.types, *types.values)}

    def _fields_of(self, key: str, issue_type: str) -> tuple[FieldMeta, ...]:
        project, found = self._config.project, self._types
        if issue_type not in found:
            raise ConfigError(
                f"trackers.{self._name}.{key}: {project} has no {issue_type}; it has {', '.join(sorted(found))}"
            )
        known: list[FieldMeta] = []
        while True:
            page = self._page(found[issue_type], len(known))
            rows = (*page.fields, *page.values)
            known += rows
            if not rows or len(known) >= page.total:
                return tuple(known)

    def _page(self, issue_type: str, start: int) -> Fields:
        path = "issue/createmeta/{0}/issuetypes/{1}" + f"?startAt={start}&maxResults={_META}"
        return self._api.ask(lambda: self._api.get(path, Fields, self._config.project, issue_type))

    def _epic(self, draft: TicketDraft) -> tuple[str | None, tuple[str, ...]]:
        """The key of a ticket's epic: its own, else that of what it is a part of, else its campaign's."""
        if draft.epic is not None:
            return draft.epic, ()
        if draft.group is not None and self._config.experiment_epics:
            try:
                return self._ensure_epic(draft.group), ()
            except RemediatorError as error:
                return None, (f"it has no epic: {error}",)
        campaigns = dict(self._config.epics)
        return campaigns.get(draft.marker.rule, campaigns.get("*")), ()

    def _ensure_epic(self, group: Group) -> str:
        """The key of the one epic of a group, known by its label."""

        def look(patient: bool) -> str | None:
            jql = f'project = "{self._config.project}" AND labels = "{group.label}" ORDER BY created ASC'
            for seconds in (0.0, *(PATIENCE if patient else ())):
                self._api.retry.sleep(seconds) if seconds else None
                found = self._api.ask(lambda: self._api.client.search_issues(jql, maxResults=1, fields="labels"))
                if found:
                    return str(found[0].key)
            return None

        if group.label not in self._epics:
            self._epics[group.label] = look(False) or self._create(self._epic_fields(group), look)
        return self._epics[group.label]

    def _epic_fields(self, group: Group) -> dict[str, object]:
        known = self._fields_of("epic_type", self._config.epic_type)
        named = next((field.id for field in known if field.name == EPIC_NAME), None)
        return {
            "project": {"key": self._config.project},
            "issuetype": {"name": self._config.epic_type},
            "summary": group.title,
            "labels": [group.label],
            **({named: group.title} if named else {}),
        }

    def _create(self, fields: dict[str, object], look: Callable[[bool], str | None]) -> str:
        def send() -> str:
            return str(self._api.client.create_issue(fields=fields, prefetch=False).key)

        try:
            return self._api.retry.create(send, lambda: look(False), blindly=False)
        except FAILURES as error:
            answer = judge(error)
            if answer is not None and answer.unclear and (there := look(True)) is not None:
                return there
            raise self._api.sentence(error) from error
