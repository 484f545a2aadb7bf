"""Who launched a resource, by the audit trail: asked once in a resource's life, and kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from pydantic import TypeAdapter, ValidationError

from remediator.config import AccountConfig
from remediator.files import write
from remediator.model import Launch, LaunchRecord, Resource, Untold
from remediator.observe.calls import CallCounter
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.history import KEPT, Calls, History
from remediator.observe.makings import MAKINGS, Making
from remediator.observe.sessions import open_clients
from remediator.observe.trail import Call

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

__all__ = ["Known", "known_launches", "read_launches"]

_LATE = timedelta(hours=1)
"""After which an event that is not there never comes; most come within five minutes.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""
_BEFORE, _AFTER = timedelta(hours=6), timedelta(minutes=15)
"""How long before the time that a service gives for its beginning a resource may have been asked for, and how long
after that, since clocks differ: a training job waits for machines, a cache for its nodes."""


@dataclass(frozen=True, slots=True)
class _Unfound:
    """That no call was found that made it; `cut` where there were more than are read, `unreadable` where one was odd.

    `asked` is when, of what does not tell how old it is, so that its record may have been on its way.
    """

    cut: bool
    asked: datetime | None = None
    unreadable: bool = False


_Answer: TypeAlias = LaunchRecord | _Unfound

_Kept = TypeAdapter(dict[str, _Answer])


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who launched resources, and those that are yet to be asked of."""

    launches: Mapping[Resource, Launch]
    unasked: tuple[Resource, ...]


def known_launches(
    account: AccountConfig, region: str, resources: Sequence[Resource], cache: Path, now: datetime
) -> Known:
    """What `read_launches` has kept of resources of one account and region, and what it would not ask; no call."""
    kept = _load(_file(cache, account, region))
    launches: dict[Resource, Launch] = {}
    unasked: list[Resource] = []
    for resource in resources:
        if resource.kind not in MAKINGS:
            launches[resource] = Untold.KIND
        elif (life := _life(resource)) in kept and not _again(kept[life], now):
            answer = kept[life]
            launches[resource] = answer if isinstance(answer, LaunchRecord) else _why(answer)
        elif (begun := _begun(resource)) is not None and now - begun > KEPT:
            launches[resource] = Untold.OLD
        else:
            unasked.append(resource)
    return Known(launches, tuple(unasked))


def read_launches(
    account: AccountConfig,
    region: str,
    resources: Sequence[Resource],
    cache: Path,
    now: datetime,
    counter: CallCounter | None = None,
) -> Known:
    """What is known once CloudTrail was asked; what is still unasked is so new that its event may be on its way.

    Events are looked up by resource, or by operation about the time when the resource began: all else would read an
    account's whole trail. It takes two calls a second, which is all that the service answers; so give it those alone
    that somebody is to be told of. `cache` is the folder that answers are kept in, `counter` counts the calls. Raises
    RemediatorError where the trail cannot be read.
    """
    file = _file(cache, account, region)
    kept = _load(file)
    wanted = known_launches(account, region, resources, cache, now).unasked
    if wanted:
        where = f"{account.name}/{region}"
        client = cast("CloudTrailClient", open_clients(account, region, where, counter).client("cloudtrail"))
        history = History(client, now)
        try:
            for resource in wanted:
                life, answer = _life(resource), _find(history, resource)
                if isinstance(answer, _Unfound) and resource.created_at is None and life not in kept:
                    kept[life] = replace(answer, asked=now)
                elif isinstance(answer, LaunchRecord) or _settled(resource, now):
                    kept[life] = answer
        except REFUSALS as error:
            raise explained(where, error) from error
        finally:
            write(file, _Kept.dump_json(kept))
    return known_launches(account, region, resources, cache, now)


def _file(cache: Path, account: AccountConfig, region: str) -> Path:
    return cache / account.name / f"{region}.json"


def _life(resource: Resource) -> str:
    """What an answer is kept under: kind and id, with the time where another resource may have had the id before."""
    name = f"{resource.kind}/{resource.id}"
    if not MAKINGS[resource.kind].reused or resource.created_at is None:
        return name
    return f"{name} {resource.created_at.isoformat()}"


def _begun(resource: Resource) -> datetime | None:
    """When it was made, as far as its service tells."""
    return resource.created_at if MAKINGS[resource.kind].dated else None


def _again(answer: _Answer, now: datetime) -> bool:
    """Whether to ask once more: of what may have been new, whose record has come by now if it ever does."""
    return isinstance(answer, _Unfound) and answer.asked is not None and now - answer.asked > _LATE


def _why(answer: _Unfound) -> Untold:
    if answer.unreadable:
        return Untold.UNREADABLE
    return Untold.CUT if answer.cut else Untold.ABSENT


def _settled(resource: Resource, now: datetime) -> bool:
    return resource.created_at is None or now - resource.created_at > _LATE


def _find(history: History, resource: Resource) -> _Answer:
    """The call that made it, as far as the history was read."""
    making = MAKINGS[resource.kind]
    answers = tuple(_asked(history, making, resource))
    calls = (call for answer in answers for call in _making(answer.found, making, resource))
    made = [call.record for call in calls if call.source == making.source]
    begun = _begun(resource)
    if making.reused and begun is not None:
        made = [record for record in made if record.at <= begun + _AFTER]
    chosen = max if making.reused else min
    if not made:
        return _Unfound(any(a.cut for a in answers), unreadable=any(a.unreadable for a in answers))
    return chosen(made, key=lambda record: record.at)


def _asked(history: History, making: Making, resource: Resource) -> Iterator[Calls]:
    """The calls among which the one is that made it."""
    if making.indexed:
        yield history.of_resource(resource.id)
        return
    begun = _begun(resource)
    since, until = (begun - _BEFORE, begun + _AFTER) if begun else (None, None)
    for event in making.events:
        yield history.of_event(event, since, until)


def _making(calls: Sequence[Call], making: Making, resource: Resource) -> Iterator[Call]:
    """Those of some calls that may have made it."""
    names = frozenset(resource.id.split(":")) if not resource.id.startswith("arn:") else frozenset({resource.id})
    for call in calls:
        if making.indexed:
            if call.record.event in making.events:
                yield call
        elif names <= call.texts or resource.arn in call.texts:
            yield call


def _load(file: Path) -> dict[str, _Answer]:
    try:
        return _Kept.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return {}
