"""Lists the resources of one account and region, without a call a resource wherever AWS lets several be asked for."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from botocore.parsers import ResponseParserError

from remediator.model import Attributes, Resource, Value
from remediator.observe.kinds import Kind
from remediator.observe.launchers import launcher
from remediator.observe.parsing import understood
from remediator.observe.sessions import Clients
from remediator.observe.tagging import Tags
from remediator.observe.walking import LeftOut, path, walk

_NAMELESS = "one without an id"


def list_kind(
    kind: Kind, clients: Clients, account: str, items: Iterable[object] | None = None, left: list[str] | None = None
) -> Iterator[Resource]:
    """Every resource of a kind, of the items that its steps lead to; raises what botocore raises.

    The names of those that cannot be read go to `left`.
    """
    left = [] if left is None else left
    tags: Tags | None = None
    known: set[str] = set()
    for item in walk(kind, clients) if items is None else items:
        if isinstance(item, LeftOut):
            left.append(item.name)
            continue
        if kind.tagged and tags is None:
            tags = Tags.of(clients, kind.tagged)
        try:
            if _is_gone(kind, item):
                continue
            found = resource(kind, item, account, clients.region, tags)
        except ResponseParserError:
            left.append(_name(kind, item))
            continue
        if tags and not tags.are_known(found.arn, found.id):
            left.append(found.id)
        elif found.id not in known:  # one configuration may be that of several endpoints
            known.add(found.id)
            yield found


def _name(kind: Kind, item: object) -> str:
    """What is known of which one it is."""
    try:
        with understood():
            return str(path(kind.id)(item) or _NAMELESS)[:200]
    except ResponseParserError:
        return _NAMELESS


@understood()
def _is_gone(kind: Kind, item: object) -> bool:
    return kind.gone is not None and bool(path(kind.gone)(item))


@understood()
def resource(kind: Kind, item: object, account: str, region: str, tagged: Tags | None = None) -> Resource:
    """The value of one item of an answer; `tagged` are the tags of its kind where the item has none.

    Raises ResponseParserError where it is not as the API gives it.
    """
    arn, parent = (path(expression)(item) if expression else None for expression in (kind.arn, kind.parent))
    arn = arn.removesuffix(":*") if isinstance(arn, str) else None  # CloudWatch Logs means the streams of a group
    spec = {name: _value(path(expression)(item)) for name, expression in kind.spec}
    id_ = path(kind.id)(item)
    if not isinstance(id_, str):
        raise TypeError("no id")
    tags = tagged.of_one(arn, id_) if tagged else _tags(path(kind.tags)(item) if kind.tags else None)
    return Resource(
        provider="aws",
        account=account,
        region=region,
        kind=kind.name,
        id=id_,
        arn=arn,
        spec=Attributes({name: value for name, value in spec.items() if value is not None}),
        tags=Attributes(tags),
        created_at=_time(path(kind.created_at)(item)) if kind.created_at else None,
        member_of=parent if isinstance(parent, str) else None,
        launched_by=launcher(id_, tags),
    )


def _tags(found: object) -> Mapping[str, str]:
    if isinstance(found, dict):
        return {str(key): str(value) for key, value in found.items()}
    pairs = [(t["Key"], t.get("Value")) for t in found] if isinstance(found, list) else []
    if any(key is None for key, _ in pairs):
        raise TypeError("a tag without a key")
    return {str(key): "" if value is None else str(value) for key, value in pairs}


def _time(found: object) -> datetime | None:
    if isinstance(found, int):
        return datetime.fromtimestamp(found / 1000, UTC)  # CloudWatch Logs counts milliseconds
    return found.astimezone(UTC) if isinstance(found, datetime) else None


def _value(found: object) -> Value:
    if isinstance(found, datetime):
        return found.astimezone(UTC).isoformat()
    if isinstance(found, list):
        return tuple(str(part) for part in found if part is not None)
    return found if isinstance(found, str | int | float | bool) and found != "" else None
