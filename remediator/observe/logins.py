"""Who is, or was within the last day, logged in on machines: Session Manager's sessions, two listings a region.

Their owners are nobody's business here; what counts is that somebody was there. Sessions over plain SSH are not seen.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeSessions.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from remediator.model import LAST_SESSION, NO_SESSION, Attributes, Resource
from remediator.observe.failures import REFUSALS, explained, is_no_answer
from remediator.observe.parsing import DeepAnswerError, left_out
from remediator.observe.sessions import Clients
from remediator.observe.walking import Paginator

_RECENT = timedelta(hours=24)
_LONGEST = timedelta(hours=24)
"""The most that a session may last, by its preferences: what ended within a day began within two.
https://docs.aws.amazon.com/systems-manager/latest/userguide/session-preferences-max-timeout.html"""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The resources, the machines among them with their last session; `notes` say why that is not known."""

    resources: tuple[Resource, ...]
    notes: tuple[str, ...] = ()


def with_logins(clients: Clients, resources: Sequence[Resource], now: datetime, where: str) -> LoggedIn:
    """Tell of each machine that runs when somebody last had a session on it, as LAST_SESSION of its spec.

    That is a time in ISO 8601, NO_SESSION where there was none within the last day, and absent where that is not known.
    Nothing is asked where no machine runs. Never raises.
    """
    if not any(_runs(resource) for resource in resources):
        return LoggedIn(tuple(resources))
    try:
        last = _last(clients, now)
    except REFUSALS as error:
        if clients.endpoint_url is not None and is_no_answer(error):
            return LoggedIn(tuple(resources))
        said = str(explained(where, error, "ssm")).rstrip(".")
        return LoggedIn(tuple(resources), (f"{said}. Whether somebody is logged in on a machine is not known.",))
    return LoggedIn(tuple(_told(resource, last) if _runs(resource) else resource for resource in resources))


def _runs(resource: Resource) -> bool:
    return resource.kind == "aws_instance" and resource.spec.text("instance_state") == "running"


def _told(machine: Resource, last: Mapping[str, datetime]) -> Resource:
    at = last.get(machine.id)
    said = NO_SESSION if at is None else at.isoformat(timespec="seconds")
    return replace(machine, spec=Attributes({**machine.spec, LAST_SESSION: said}))


def _last(clients: Clients, now: datetime) -> Mapping[str, datetime]:
    """When each target had its last session, of those that are open or ended within the last day."""
    last: dict[str, datetime] = {}
    for target, ended in (*_sessions(clients, "Active", now), *_sessions(clients, "History", now)):
        if ended > now - _RECENT:
            last[target] = max(last.get(target, ended), ended)
    return last


def _sessions(clients: Clients, state: str, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Targets, and when their sessions ended; one that is open ends now."""
    asked: dict[str, object] = {"State": state}
    if state == "History":
        since = (now - _RECENT - _LONGEST).astimezone(UTC)
        asked["Filters"] = [{"key": "InvokedAfter", "value": since.strftime("%Y-%m-%dT%H:%M:%SZ")}]
    for page in cast(Paginator, clients.client("ssm").get_paginator("describe_sessions")).paginate(**asked):
        if left_out(page):
            raise DeepAnswerError("a session nests deeper than is read")
        found = page.get("Sessions")
        for one in found if isinstance(found, list) else []:
            ended = one.get("EndDate") if state == "History" else now
            # One that is over and does not say since when counts from where it began.
            ended = ended or one.get("StartDate")
            if isinstance(one.get("Target"), str) and isinstance(ended, datetime):
                yield one["Target"], ended.astimezone(UTC)
