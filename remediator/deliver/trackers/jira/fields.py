"""The fields of a new ticket, as the project's own form takes them; what it lacks is said before anything is made.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (createmeta)
"""

from datetime import date, timedelta

from remediator.config import TrackerConfig, nearest
from remediator.deliver.protocols import TicketDraft
from remediator.deliver.trackers.jira.answers import FieldMeta
from remediator.errors import ConfigError

Value = str | float | dict[str, str] | list[str] | list[dict[str, str]]

_OURS = frozenset({"project", "issuetype", "summary", "description", "labels", "components", "reporter"})
"""Fields that are set in any case, or by Jira itself."""


class Form:
    """The form of one project and issue type, and what the configuration sets in it.

    Raises ConfigError where it sets what the form does not have, or leaves out what the form asks for.
    """

    def __init__(self, config: TrackerConfig, known: tuple[FieldMeta, ...], name: str) -> None:
        self._config, self._known = config, {field.id: field for field in known}
        self._name = name
        self._set = {
            self._named(key).id: value(self._named(key), text, f"trackers.{name}.fields") for key, text in config.fields
        }
        self._check_priorities()
        given = _OURS | set(self._set) | {"priority"} | ({"duedate"} if config.due_days else set())
        missing = [f.name for f in known if f.required and not f.has_default and f.id not in given]
        if missing:
            raise ConfigError(
                f"trackers.{name}: {config.project} asks for {', '.join(missing)} in every {config.issue_type}; "
                f"set them in [trackers.{name}.fields]"
            )

    def fields(
        self, draft: TicketDraft, epic: str | None, today: date, is_cloud: bool
    ) -> tuple[dict[str, Value], tuple[str, ...]]:
        """The fields besides those that every ticket has, and sentences on what the form has no field for."""
        found: dict[str, Value] = dict(self._set)
        notes: list[str] = []
        priority = self._priority(draft)
        wanted: dict[str, Value] = {
            **({"priority": {"name": priority}} if priority else {}),
            **({"duedate": f"{today + timedelta(days=self._config.due_days)}"} if self._config.due_days else {}),
            **(self._epic(epic, is_cloud) if epic else {}),
        }
        for key, value in wanted.items():
            if key in self._known:
                found[key] = value
            else:
                notes.append(f"{draft.project} has no field {key} for a {self._config.issue_type}, so it is not set")
        return found, tuple(notes)

    def _priority(self, draft: TicketDraft) -> str | None:
        """The first whose threshold the saving reaches, highest first."""
        saving = draft.monthly_saving
        ordered = sorted(self._config.priorities, key=lambda pair: -pair[1])
        return next((name for name, least in ordered if saving is not None and saving >= least), None)

    def _epic(self, epic: str, is_cloud: bool) -> dict[str, Value]:
        if is_cloud:
            return {"parent": {"key": epic}}
        link = next((field.id for field in self._known.values() if field.name == "Epic Link"), "Epic Link")
        return {link: epic}

    def _named(self, key: str) -> FieldMeta:
        found = self._known.get(key) or next((f for f in self._known.values() if f.name == key), None)
        if found is None:
            hint = nearest(key, [name for f in self._known.values() for name in (f.id, f.name)])
            raise ConfigError(
                f"trackers.{self._name}.fields: {self._config.project} has no field {key} for a "
                f"{self._config.issue_type}{hint}"
            )
        return found

    def _check_priorities(self) -> None:
        field = self._known.get("priority")
        names = {option.name for option in field.allowed} if field else set()
        for name, _ in self._config.priorities:
            if names and name not in names:
                raise ConfigError(
                    f"trackers.{self._name}.priorities: {self._config.project} has no priority {name}; "
                    f"it has {', '.join(sorted(filter(None, names)))}"
                )


def value(field: FieldMeta, text: str, where: str) -> Value:
    """A configured text as the field takes it; raises ConfigError where it does not, with the table it stands in."""
    options = {option.value or option.name for option in field.allowed} - {None}
    if options and text not in options:
        raise ConfigError(f"{where}: {field.name} cannot be {text}; it can be {', '.join(sorted(map(str, options)))}")
    kind = field.type.items if field.type.type == "array" else field.type.type
    one: str | float | dict[str, str]
    if kind == "option":
        one = {"value": text}
    elif kind in ("string", "date", "datetime", "any"):
        one = text
    elif kind == "number":
        one = _number(field, text, where)
    elif kind in ("priority", "component", "version", "group", "securitylevel", "resolution"):
        one = {"name": text}
    else:
        raise ConfigError(f"{where}: {field.name} is a {kind}, which cannot be set by a text")
    if field.type.type != "array":
        return one
    return [one] if isinstance(one, dict) else [str(one)]


def _number(field: FieldMeta, text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigError(f"{where}: {field.name} is a number, and {text} is none") from error
