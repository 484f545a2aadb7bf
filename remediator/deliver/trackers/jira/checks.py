"""What a user of ours may do in one Jira project, and whether it has what the configuration names."""

from collections.abc import Iterator, Sequence
from functools import partial

from pydantic import Field, RootModel

from remediator.config import TeamConfig, TrackerConfig
from remediator.deliver.trackers.jira.answers import Named, Read
from remediator.deliver.trackers.jira.api import Api
from remediator.deliver.trackers.jira.creating import Maker
from remediator.deliver.trackers.jira.people import person
from remediator.errors import RemediatorError
from remediator.model.checks import Check, failed, passed, warned

_NEEDED = ("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS")
_WANTED = (
    ("ASSIGN_ISSUES", "nobody is assigned"),
    ("TRANSITION_ISSUES", "tickets are not closed"),
    ("EDIT_OWN_COMMENTS", "comments are not kept up to date"),
    ("CREATE_ATTACHMENTS", "plan files are not attached"),
    ("LINK_ISSUES", "requests and tickets do not link to each other"),
)
"""Project permissions by their keys, which Cloud and Data Center share:
https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-permissions/"""


class _Permission(Read):
    have: bool = Field(default=False, alias="havePermission")


class _Permissions(Read):
    permissions: dict[str, _Permission]


class _Status(Read):
    name: str


class _OfType(Named):
    statuses: tuple[_Status, ...] = ()


class _Statuses(RootModel[tuple[_OfType, ...]]):
    """The statuses of a project by issue type."""


def check(api: Api, maker: Maker, config: TrackerConfig, unit: str, teams: Sequence[TeamConfig]) -> Iterator[Check]:
    """The user, its permissions, the form, the workflow and the teams; what fails hides nothing that can be asked."""
    try:
        me = api.worded(lambda: api.me)
    except RemediatorError as error:
        yield failed(unit, "user", str(error))
        return
    yield passed(unit, "user", f"Jira {'Cloud' if api.is_cloud else 'Data Center'} knows the user, {me}")
    for step in (_permissions, _form, _steps):
        try:
            yield from step(api, maker, config, unit)
        except RemediatorError as error:
            yield failed(unit, step.__name__.strip("_"), str(error))
    yield from _teams(api, config, unit, teams)


def _permissions(api: Api, maker: Maker, config: TrackerConfig, unit: str) -> Iterator[Check]:
    keys = ",".join((*_NEEDED, *(key for key, _ in _WANTED)))  # Data Center tells of all by itself
    path = "mypermissions?projectKey={0}" + (f"&permissions={keys}" if api.is_cloud else "")
    held = api.ask(lambda: api.get(path, _Permissions, config.project)).permissions
    missing = [key for key in _NEEDED if not held.get(key, _Permission()).have]
    if missing:
        said = f"the user lacks {', '.join(missing)} in {config.project}"
        yield failed(
            unit, "permissions", said, "grant them in the project's permission scheme; docs/jira.md lists them"
        )
    else:
        yield passed(unit, "permissions", f"the user may create, edit and comment in {config.project}")
    for key, lacking in _WANTED:
        if not held.get(key, _Permission()).have:
            yield warned(unit, "permissions", f"the user lacks {key} in {config.project}: {lacking}", f"grant {key}")


def _form(api: Api, maker: Maker, config: TrackerConfig, unit: str) -> Iterator[Check]:
    _ = maker.form
    yield passed(unit, "form", f"a {config.issue_type} in {config.project} takes all that the configuration sets")
    if config.experiment_epics and not maker.has_type(config.epic_type):
        said = f"{config.project} has no {config.epic_type}: tickets of an experiment have no epic"
        yield warned(unit, "form", said, "name its type with epic_type, or set experiment_epics = false")


def _steps(api: Api, maker: Maker, config: TrackerConfig, unit: str) -> Iterator[Check]:
    """What a step itself is called only a ticket tells; the statuses that it leads to, the project does."""
    found = api.ask(lambda: api.listed(f"project/{config.project}/statuses", _Statuses)).root
    known = [status.name for kind in found if kind.name == config.issue_type for status in kind.statuses]
    for key, names in (("close_by", config.close_by), ("reopen_by", config.reopen_by)):
        if {name.casefold() for name in names} & {name.casefold() for name in known}:
            yield passed(unit, "workflow", f"{key} names a status of {config.project}")
        else:
            yield warned(
                unit, "workflow", f"{key} names no status of a {config.issue_type}, which has {', '.join(known)}",
                f"name one of them in {key}, unless what it names are transitions",
            )  # fmt: skip


def _teams(api: Api, config: TrackerConfig, unit: str, teams: Sequence[TeamConfig]) -> Iterator[Check]:
    components = {team.jira_component for team in teams if team.jira_component}
    assignees = {team.jira_assignee for team in teams if team.jira_assignee and "@" in team.jira_assignee}
    try:
        known = (
            api.ask(lambda: {c.name for c in api.client.project_components(config.project)}) if components else set()
        )
        for name in sorted(components - known):
            yield warned(unit, "teams", f"{config.project} has no component {name}", "add it there, or name another")
        for who in sorted(assignees):
            if api.ask(partial(person, api, who)) is None:
                yield warned(
                    unit, "teams", f"no one account in Jira is exactly {who}",
                    "write the account id (on Data Center the name) into jira_assignee",
                )  # fmt: skip
    except RemediatorError as error:
        yield warned(unit, "teams", str(error))
