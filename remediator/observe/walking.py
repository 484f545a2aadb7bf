"""Follows the operations that lead to the items of a kind, page by page."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

import jmespath
from botocore.exceptions import ClientError

from remediator.observe.kinds import Kind, Step
from remediator.observe.kinds.kind import Input
from remediator.observe.parsing import DeepAnswerError, left_out, understood
from remediator.observe.sessions import Clients

if TYPE_CHECKING:
    from botocore.client import BaseClient

Search: TypeAlias = Callable[[object], object]


class Paginator(Protocol):
    """What botocore gives for a paginated operation."""

    def paginate(self, **arguments: object) -> Iterator[Mapping[str, object]]:
        """The pages of the answer."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Stands for an item that nests deeper than is read; `name` is what is known of it."""

    name: str


_STEPS = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)*")
_VANISHED = re.compile(r"NotFound|DoesNotExist")
_COULD_NOT_FIND = re.compile(r"could not find|does not exist|not found", re.IGNORECASE)
"""SageMaker answers ValidationException for what is not there, and only its message says so."""


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


def walk(kind: Kind, clients: Clients) -> Iterator[object]:
    """Every item of a kind, or a LeftOut; raises what botocore raises, save for what vanished after it was listed."""
    return _after(kind.steps, clients.client(kind.service), None)


def _after(steps: Sequence[Step], client: "BaseClient", parent: object) -> Iterator[object]:
    """The items of the last step, from one item of the step before the first."""
    step, *rest = steps
    items = _items(client, step, parent)
    if not rest:
        yield from items
        return
    for given in _together(items, rest[0].many):
        yield from (given,) if isinstance(given, LeftOut) else _after(rest, client, given)


def _together(items: Iterator[object], many: int) -> Iterator[object]:
    """The items as the next step takes them: one by one, or so many at once under `Each`."""
    if many == 1:
        yield from items
        return
    while some := list(islice(items, many)):
        yield from (item for item in some if isinstance(item, LeftOut))
        if each := [item for item in some if not isinstance(item, LeftOut)]:
            yield {"Each": each}


def _items(client: "BaseClient", step: Step, parent: object) -> Iterator[object]:
    within = {} if parent is None else {"Within": parent}
    with understood():
        arguments = _arguments(step, parent, client.meta.region_name)
    try:
        for page in _pages(client, step, arguments):
            yield from map(LeftOut, left_out(page))
            with understood():
                found = path(step.items)(page)
            for item in found if isinstance(found, list) else []:
                yield {**item, **within} if isinstance(item, dict) else {"Value": item, **within}
    except ClientError as error:
        if parent is None or not _vanished(error):
            raise
    except DeepAnswerError:
        if parent is None:
            raise
        yield LeftOut(", ".join(str(arguments[name]) for name, _ in step.given if name in arguments)[:200])


def _arguments(step: Step, parent: object, region: str) -> Mapping[str, object]:
    arguments: dict[str, object] = {name: _input(value) for name, value in step.fixed}
    arguments |= {step.region: region} if step.region else {}
    arguments |= {name: path(expression)(parent) for name, expression in step.given}
    return {name: value for name, value in arguments.items() if value is not None}


def _input(value: Input) -> str | bool | list[str]:
    return list(value) if isinstance(value, tuple) else value


def _pages(client: "BaseClient", step: Step, arguments: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if client.can_paginate(step.operation):
        paginator = cast(Paginator, client.get_paginator(step.operation))
        return paginator.paginate(**arguments, PaginationConfig={"PageSize": step.page})
    call = cast(Callable[..., Mapping[str, object]], getattr(client, step.operation))
    return iter((call(**arguments),))


def _vanished(error: ClientError) -> bool:
    told = error.response.get("Error", {})
    code = told.get("Code", "")
    return bool(_VANISHED.search(code)) or (
        code == "ValidationException" and bool(_COULD_NOT_FIND.search(told.get("Message", "")))
    )
