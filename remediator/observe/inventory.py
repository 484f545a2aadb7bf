"""Lists the resources of one account and region: one paginated operation a kind, no call a resource."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import jmespath

from remediator.model import Attributes, Resource, Value
from remediator.observe.kinds import Kind
from remediator.observe.launchers import launcher
from remediator.observe.sessions import Clients

if TYPE_CHECKING:
    from botocore.client import BaseClient

Search: TypeAlias = Callable[[object], object]


class Paginator(Protocol):
    """What botocore gives for a paginated operation."""

    def paginate(self, **arguments: object) -> Iterator[Mapping[str, object]]:
        """The pages of the answer."""


_STEPS = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)*")


@cache
def path(expression: str) -> Search:
    """A compiled JMESPath as a function; one that only steps down by names is followed without an interpreter."""
    if _STEPS.fullmatch(expression):
        return partial(_step, names=tuple(expression.split(".")))
    compiled = jmespath.compile(expression)
    return lambda item: cast(object, compiled.search(item))


def _step(item: object, names: tuple[str, ...]) -> object:
    for name in names:
        item = item.get(name) if isinstance(item, dict) else None
    return item


def list_kind(kind: Kind, clients: Clients, account: str) -> Iterator[Resource]:
    """Every resource of a kind; raises what botocore raises."""
    client: BaseClient = clients.client(kind.service)
    paginator = cast(Paginator, client.get_paginator(kind.operation))
    for page in paginator.paginate():
        for item in _items(page, kind):
            if kind.gone is None or not path(kind.gone)(item):
                yield resource(kind, item, account, clients.region)


def _items(page: Mapping[str, object], kind: Kind) -> list[object]:
    found = path(kind.items)(page)
    return found if isinstance(found, list) else []


def resource(kind: Kind, item: object, account: str, region: str) -> Resource:
    """The value of one item of an answer."""
    arn, parent = (path(expression)(item) if expression else None for expression in (kind.arn, kind.parent))
    created, pairs = path(kind.created_at)(item), path(kind.tags)(item)
    tags = {str(t["Key"]): str(t["Value"]) for t in pairs} if isinstance(pairs, list) else {}
    spec = {name: _value(path(expression)(item)) for name, expression in kind.spec}
    id_ = str(path(kind.id)(item))
    return Resource(
        provider="aws",
        account=account,
        region=region,
        kind=kind.name,
        id=id_,
        arn=arn if isinstance(arn, str) else None,
        spec=Attributes({name: value for name, value in spec.items() if value is not None}),
        tags=Attributes(tags),
        created_at=created.astimezone(UTC) if isinstance(created, datetime) else None,
        member_of=parent if isinstance(parent, str) else None,
        launched_by=launcher(id_, tags),
    )


def _value(found: object) -> Value:
    if isinstance(found, datetime):
        return found.astimezone(UTC).isoformat()
    if isinstance(found, list):
        return tuple(str(part) for part in found if part is not None)
    return found if isinstance(found, str | int | float | bool) and found != "" else None
