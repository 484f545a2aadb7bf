"""What we keep at an issue ourselves, where people do not see it: an issue property.

https://developer.atlassian.com/cloud/jira/platform/jira-entity-properties/
"""

from jira import JIRAError

from remediator.deliver.markers import LABEL
from remediator.deliver.trackers.jira.answers import Keeping, Read
from remediator.deliver.trackers.jira.api import Api


class _Property(Read):
    value: Keeping


def read(api: Api, key: str) -> Keeping:
    """What is kept at an issue; empty where nothing is. Raises RemediatorError."""

    def send() -> Keeping:
        try:
            return api.get("issue/{0}/properties/{1}", _Property, key, LABEL).value
        except JIRAError as error:
            if error.status_code != 404:
                raise
            return Keeping()

    return api.ask(send)


def keep(api: Api, key: str, kept: Keeping) -> None:
    """Keep it, in place of what was kept. Raises RemediatorError."""
    api.ask(lambda: api.client.add_issue_property(key, LABEL, kept.model_dump(exclude_defaults=True)))
