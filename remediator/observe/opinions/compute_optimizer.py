"""What AWS Compute Optimizer thinks of the resources of an account and region."""

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, cast

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from remediator.model import Finding, Opinion, Resource
from remediator.observe.failures import REFUSALS, Refusal, explained
from remediator.observe.opinions import Opinions
from remediator.observe.opinions.questions import QUESTIONS, Question
from remediator.observe.sessions import Clients
from remediator.observe.walking import path

__all__ = ["read_opinions"]

_ADVISER = "AWS Compute Optimizer"
_PAGES = 200
"""Pages of up to 1,000 resources, more than a region of any account holds."""
_DENIED = {"AccessDeniedException", "AccessDenied", "UnauthorizedOperation"}
"""After which another question may well be answered."""

Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(allow_inf_nan=False)]


class _Saving(BaseModel):
    currency: str = ""
    value: Amount = Decimal(0)


class _Option(BaseModel):
    best: str | None = Field(alias="Best", default=None)
    rank: int | None = Field(alias="Rank", default=None)
    risk: Share | None = Field(alias="Risk", default=None)
    saving: _Saving | None = Field(alias="Saving", default=None)
    net: _Saving | None = Field(alias="Net", default=None)


class _Said(BaseModel):
    id: str
    finding: str
    type: str
    current: str | None
    idle: str | None
    reasons: tuple[str, ...] | None
    options: tuple[_Option, ...] | None
    days: Share | None
    refreshed_at: AwareDatetime | None


def read_opinions(clients: Clients, account: str, resources: Collection[Resource]) -> Opinions:
    """Every opinion on the kinds of resources that there are, a thousand a call.

    Never raises: an account that has not opted in and a refusal are notes. Nothing is asked in a region that has no
    such service.
    """
    where = f"{account}/{clients.region}"
    kinds = {resource.kind for resource in resources}
    if clients.endpoint_url is None and clients.region not in _regions(clients):
        return Opinions()
    found: list[Opinion] = []
    notes: list[str] = []
    for question in QUESTIONS:
        if not kinds & {kind for _, kind in question.kinds}:
            continue
        try:
            for item in _items(clients, question):
                if (opinion := _opinion(question, item, account, clients.region)) is not None:
                    found.append(opinion)
        except REFUSALS as error:
            code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
            if clients.endpoint_url is None or not (code.isdecimal() or isinstance(error, ResponseParserError)):
                notes.append(_note(where, code, error))
            if code not in _DENIED:
                break
    return Opinions(tuple(found), tuple(notes))


def _regions(clients: Clients) -> list[str]:
    partition = clients.session.get_partition_for_region(clients.region)
    return clients.session.get_available_regions("compute-optimizer", partition)


def _items(clients: Clients, question: Question) -> Iterator[object]:
    call = cast(Callable[..., Mapping[str, object]], getattr(clients.client("compute-optimizer"), question.operation))
    ask = partial(call, maxResults=1000)
    for _ in range(_PAGES):
        page = ask()
        found = page.get(question.items)
        yield from found if isinstance(found, list) else ()
        token = page.get("nextToken")
        if not token:
            return
        ask = partial(call, maxResults=1000, nextToken=token)


def _note(where: str, code: str, error: Refusal) -> str:
    if code == "OptInRequiredException":
        return f"{where}: {_ADVISER} gives no second opinion; opt the account in to it, which is free."
    return f"{explained(where, error, 'compute-optimizer')}. {_ADVISER} gives no second opinion there."


def _opinion(question: Question, item: object, account: str, region: str) -> Opinion | None:
    """What an item says; None for what is not about a kind that is known here, and for what cannot be understood."""

    def at(expression: str | None) -> object:
        return path(expression)(item) if expression else None

    try:
        said = _Said.model_validate(
            {
                "id": at(question.id),
                "finding": at(question.finding) or "",
                "type": at(question.type) or "",
                "current": at(question.current),
                "idle": at(question.idle) or None,
                "reasons": at(question.reasons),
                "options": at(question.options),
                "days": at(question.days),
                "refreshed_at": at("lastRefreshTimestamp"),
            }
        )
    except ValidationError:
        return None
    kind = dict(question.kinds).get(said.type)
    if kind is None:
        return None
    options = said.options or ()
    best = min(options, key=lambda option: option.rank or len(options), default=None)
    return Opinion(
        account=account,
        region=region,
        kind=kind,
        resource=said.id.rpartition(question.mark)[2] if question.mark else said.id,
        adviser=_ADVISER,
        finding=_finding(said.finding),
        idle={"true": True, "false": False}.get((said.idle or "").lower()),
        reasons=said.reasons or (),
        current=said.current,
        best=best.best if best else None,
        risk=best.risk if best else None,
        saving=best.saving.value if best and best.saving else None,
        net=best.net.value if best and best.net else None,
        currency=best.saving.currency or None if best and best.saving else None,
        days=said.days,
        refreshed_at=said.refreshed_at,
    )


def _finding(word: str) -> Finding:
    """The API's model says `Overprovisioned`, the API itself `OVER_PROVISIONED`."""
    plain = word.replace("_", "").lower()
    return next((finding for finding in Finding if finding.value == plain), Finding.UNKNOWN)
