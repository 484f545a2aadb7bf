"""Lists the resources of one account and region: one paginated operation a kind, no call a resource."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import jmespath

from remediator.model import Attributes, Resource, Value
from remediator.observe.kinds import Kind
from remediator.observe.sessions import Clients

if TYPE_CHECKING:
    from botocore.client import BaseClient

Search: TypeAlias = Callable[[object], object]


class Paginator(Protocol):
    """What botocore gives for a paginated operation."""

    def paginate(self, **arguments: object) -> Iterator[Mapping[str, object]]:
        """The pages of the answer."""


@cache
def path(expression: str) -> Search:
    """A compiled JMESPath as a function."""
    compiled = jmespath.compile(expression)
    return lambda item: cast(object, compiled.search(item))


def list_kind(kind: Kind, clients: Clients, account: str) -> Iterator[Resource]:
    """Every resource of a kind; raises what botocore raises."""
    client: BaseClient = clients.client(kind.service)
    paginator = cast(Paginator, client.get_paginator(kind.operation))
    for page in paginator.paginate():
        for item in _items(page, kind):
            if not path(kind.gone)(item):
                yield resource(kind, item, account, clients.region)


def _items(page: Mapping[str, object], kind: Kind) -> list[object]:
    found = path(kind.items)(page)
    return found if isinstance(found, list) else []


def resource(kind: Kind, item: object, account: str, region: str) -> Resource:
    """The value of one item of an answer."""
    arn, parent, created = (path(expression)(item) for expression in (kind.arn, kind.parent, kind.created_at))
    tags = path(kind.tags)(item)
    spec = {name: _value(path(expression)(item)) for name, expression in kind.spec}
    return Resource(
        provider="aws",
        account=account,
        region=region,
        kind=kind.name,
        id=str(path(kind.id)(item)),
        arn=arn if isinstance(arn, str) else None,
        spec=Attributes({name: value for name, value in spec.items() if value is not None}),
        tags=Attributes([(str(key), str(value)) for key, value in tags] if isinstance(tags, list) else ()),
        created_at=created.astimezone(UTC) if isinstance(created, datetime) else None,
        member_of=parent if isinstance(parent, str) else None,
    )


def _value(found: object) -> Value:
    if isinstance(found, datetime):
        return found.astimezone(UTC).isoformat()
    if isinstance(found, list):
        return tuple(str(part) for part in found if part is not None)
    return found if isinstance(found, str | int | float | bool) and found != "" else None
