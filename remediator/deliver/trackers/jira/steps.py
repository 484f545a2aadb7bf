"""Taking a ticket through its workflow, by the names that the configuration has for the steps.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ (transitions)
"""

from collections.abc import Sequence

from jira import JIRAError

from remediator.config import TrackerConfig
from remediator.deliver.trackers.jira.answers import FieldMeta, Transition, Transitions
from remediator.deliver.trackers.jira.api import Api
from remediator.deliver.trackers.jira.fields import Value, value
from remediator.deliver.trackers.jira.keeping import keep, read
from remediator.errors import RemediatorError

_DONE = ("done", "fixed", "resolved", "complete", "completed")
"""Resolutions that say that it was done, in the order in which one is taken where the configuration names none."""


class Steps:
    """Ends tickets of one Jira and opens them again; `name` is the tracker's in the configuration."""

    def __init__(self, api: Api, config: TrackerConfig, name: str) -> None:
        self._api, self._config, self._name = api, config, name

    def end(self, key: str) -> bool:
        """Close it as done, once: one that we closed and that is open again was opened by a person, and is left so.

        Raises RemediatorError where a step asks for what is not configured.
        """
        kept = read(self._api, key)
        if kept.ended or self._category(key) == "done" or not self._move(key, self._config.close_by):
            return False
        keep(self._api, key, kept.model_copy(update={"ended": True}))
        return True

    def reopen(self, key: str) -> bool:
        """Open it again; False where it is open, or no step leads there."""
        if self._category(key) != "done" or not self._move(key, self._config.reopen_by):
            return False
        kept = read(self._api, key)
        if kept.ended:
            keep(self._api, key, kept.model_copy(update={"ended": False}))
        return True

    def _category(self, key: str) -> str:
        status = self._api.ask(lambda: self._api.client.issue(key, fields="status")).fields.status
        return str(status.statusCategory.key)

    def _move(self, key: str, names: Sequence[str]) -> bool:
        """Take the first of these steps, or one to a status so named, that is open to us and asks for what we have."""
        path = "issue/{0}/transitions?expand=transitions.fields"
        steps = self._api.ask(lambda: self._api.get(path, Transitions, key)).transitions
        named = [
            step
            for name in names
            for step in steps
            if name.casefold() in (step.name.casefold(), step.to.name.casefold())
        ]
        asking: list[str] = []
        for step in named:
            fields, missing = self._filled(step)
            if not missing:
                self._take(key, step, fields)
                return True
            asking.append(f"{step.name} asks for {', '.join(missing)}")
        if asking:
            raise RemediatorError(
                f"{key} cannot be closed: the step {'; the step '.join(asking)}; set it in "
                f"[trackers.{self._name}.close_fields]"
            )
        return False

    def _filled(self, step: Transition) -> tuple[dict[str, Value], tuple[str, ...]]:
        """What a step is given, and the names of the fields that it asks for and that nothing is known for."""
        given = {key.casefold(): text for key, text in self._config.close_fields}
        fields: dict[str, Value] = {}
        missing: list[str] = []
        for key, field in step.fields.items():
            text = given.get(key.casefold()) or given.get(field.name.casefold()) or _usual(key, field)
            if text is not None:
                fields[key] = value(field, text, f"trackers.{self._name}.close_fields")
            elif field.required and not field.has_default:
                missing.append(field.name)
        return fields, tuple(missing)

    def _take(self, key: str, step: Transition, fields: dict[str, Value]) -> None:
        """Take a step; one that is refused because it was taken already, its answer having been lost, was taken."""

        def send() -> None:
            try:
                self._api.client.transition_issue(key, step.id, fields=fields or None)
            except JIRAError as error:
                now = str(self._api.client.issue(key, fields="status").fields.status.name)
                if error.status_code not in (400, 409) or now.casefold() != step.to.name.casefold():
                    raise

        self._api.ask(send)


def _usual(key: str, field: FieldMeta) -> str | None:
    """The resolution that says done, of those that the step allows."""
    if key != "resolution":
        return None
    names = {(option.name or "").casefold(): option.name for option in field.allowed}
    return next((names[name] for name in _DONE if name in names), None)
