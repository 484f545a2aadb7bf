"""One account in one region, listed: every resource of the kinds that are looked at."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain

from botocore.exceptions import ConnectionError as NetworkError
from botocore.exceptions import HTTPClientError, NoCredentialsError

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.model import Failure, Resource
from remediator.observe.failures import REFUSALS, Refusal, explained, is_no_answer, unreadable
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import ALWAYS, KINDS, Kind, Step
from remediator.observe.launchers import with_disks
from remediator.observe.sessions import Clients, open_clients
from remediator.observe.walking import walk

_IN_FLIGHT = 4
"""Kinds listed at once."""
_FEW = 3
"""Tries of a call."""
_UNREACHABLE = (NetworkError, HTTPClientError, NoCredentialsError)
"""After which nothing else of the unit is asked for either."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of observation: one account in one region."""

    account: AccountConfig
    region: str

    def __str__(self) -> str:
        return f"{self.account.name}/{self.region}"


@dataclass(frozen=True, slots=True)
class Listing:
    """What was listed of a unit, and with whose clients, which count their calls.

    `whole` are the kinds that could be listed; `notes` are sentences on what was not looked at.
    """

    unit: Unit
    clients: Clients
    resources: tuple[Resource, ...]
    whole: frozenset[str]
    failures: tuple[Failure, ...]
    notes: tuple[str, ...]


def list_unit(unit: Unit, kinds: Sequence[Kind] = KINDS) -> Listing:
    """List every resource of the kinds; one that cannot be listed is a failure in the answer.

    Raises RemediatorError when nothing of the unit can be read.
    """
    clients = open_clients(unit.account, unit.region, str(unit))
    first = _list(kinds[0], clients, unit=unit)
    if first.unreachable:
        raise RemediatorError(first.failure or "")
    with ThreadPoolExecutor(_IN_FLIGHT) as executor:
        # An endpoint of one's own may answer an API that it does not have with an error, however often it is asked.
        hasty = Clients(clients.session, clients.region, clients.endpoint_url, clients.counter, _FEW)
        own = unit.account.endpoint_url is not None
        alike = _alike(kinds[1:])
        others = (hasty if own and some[0].name not in ALWAYS else clients for some in alike)
        answers = [first, *chain.from_iterable(executor.map(partial(_list_alike, unit=unit), alike, others))]
    if not any(answer.whole for answer in answers):
        raise RemediatorError(next((a.failure for a in answers if a.failure), None) or f"{unit}: nothing can be listed")
    return Listing(
        unit=unit,
        clients=clients,
        resources=with_disks([resource for answer in answers for resource in answer.resources]),
        whole=frozenset(answer.kind for answer in answers if answer.whole),
        failures=tuple(Failure(f"{unit} {answer.kind}", answer.failure) for answer in answers if answer.failure),
        notes=tuple(_unoffered(unit, [answer.kind for answer in answers if answer.unoffered])),
    )


@dataclass(frozen=True, slots=True)
class _Answer:
    """What listing one kind gave; `unoffered` where the endpoint has no such API."""

    kind: str
    resources: tuple[Resource, ...] = ()
    failure: str | None = None
    unreachable: bool = False
    unoffered: bool = False

    @property
    def whole(self) -> bool:
        return self.failure is None and not self.unoffered


def _alike(kinds: Sequence[Kind]) -> list[tuple[Kind, ...]]:
    """The kinds, those together that the same operations lead to."""
    found: dict[tuple[str, tuple[Step, ...], bool], list[Kind]] = {}
    for kind in kinds:
        found.setdefault((kind.service, kind.steps, kind.name in ALWAYS), []).append(kind)
    return [tuple(some) for some in found.values()]


def _list_alike(kinds: Sequence[Kind], clients: Clients, *, unit: Unit) -> list[_Answer]:
    """What listing kinds gave that are different readings of the same items, which are asked for once."""
    try:
        items = list(walk(kinds[0], clients)) if len(kinds) > 1 else None
    except REFUSALS as error:
        return [_refused(kind, error, unit) for kind in kinds]
    return [_list(kind, clients, unit=unit, items=items) for kind in kinds]


def _list(kind: Kind, clients: Clients, *, unit: Unit, items: Iterable[object] | None = None) -> _Answer:
    left: list[str] = []
    try:
        resources = tuple(list_kind(kind, clients, unit.account.name, items, left))
        return _Answer(kind.name, resources, failure=unreadable(str(unit), left) if left else None)
    except REFUSALS as error:
        return _refused(kind, error, unit)


def _refused(kind: Kind, error: Refusal, unit: Unit) -> _Answer:
    if unit.account.endpoint_url is not None and kind.name not in ALWAYS and is_no_answer(error):
        return _Answer(kind.name, unoffered=True)
    unreachable = isinstance(error, _UNREACHABLE)
    return _Answer(kind.name, failure=str(explained(str(unit), error, kind.service)), unreachable=unreachable)


def _unoffered(unit: Unit, kinds: Sequence[str]) -> Iterator[str]:
    if kinds:
        yield f"{unit}: {unit.account.endpoint_url} has no API for {', '.join(kinds)}, which were not looked at."
