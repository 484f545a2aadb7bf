"""The Price List API, asked once for each query and region."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from remediator.config import Config
from remediator.errors import RemediatorError
from remediator.model import CallCount
from remediator.observe.calls import CallCounter
from remediator.observe.failures import explained
from remediator.observe.pricing.endpoints import Endpoint, endpoint_of
from remediator.observe.pricing.kept import Answered
from remediator.observe.pricing.listings import Listing, Query
from remediator.observe.pricing.products import Product, parse, rates_of

if TYPE_CHECKING:
    from mypy_boto3_pricing import PricingClient
    from mypy_boto3_pricing.type_defs import FilterTypeDef, GetProductsRequestTypeDef

_CALLS = 400
"""Calls of one run, 100 products each; the instance types of one region fill about ten. What is left waits."""
_PAGES = 60
"""Calls of one query; what is longer is not what was meant."""
_OF_ONE_QUERY = {"InvalidParameterException", "NotFoundException", "InvalidNextTokenException"}
_OF_ONE_QUERY |= {"ExpiredNextTokenException"}
"""Errors after which another query may well be answered."""


@dataclass(frozen=True, slots=True)
class Swept:
    """The answers to what was asked, why others have none, and what it took."""

    answers: tuple[Answered, ...]
    problems: tuple[str, ...]
    calls: tuple[CallCount, ...]


@dataclass(slots=True)
class _Desk:
    """One endpoint, as long as it answers."""

    client: "PricingClient"
    where: str
    left: "_Left"
    closed: bool = False


@dataclass(slots=True)
class _Left:
    """The calls that are left to a run."""

    calls: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Whether one more call may be made."""
        with self.lock:
            self.calls -= 1
            return self.calls >= 0


def sweep(due: Mapping[str, Iterable[Listing]], config: Config, now: datetime, most: int = _CALLS) -> Swept:
    """Ask for listings by region, side by side, in `most` calls; what cannot be had is a problem in the answer.

    An endpoint that refuses or does not answer is left alone from there on.
    """
    counter, left = CallCounter(), _Left(most)
    desks: dict[Endpoint, _Desk | str] = {}
    problems: list[str] = []
    jobs: list[partial[tuple[Answered, ...] | str]] = []
    for region, listings in due.items():
        endpoint = endpoint_of(region, config)
        if endpoint is None:
            continue
        if endpoint not in desks:
            desks[endpoint] = _opened(endpoint, counter, left)
        desk = desks[endpoint]
        if isinstance(desk, str):
            problems.append(desk)
            continue
        by_query: dict[Query, list[Listing]] = {}
        for listing in listings:
            by_query.setdefault(listing.query, []).append(listing)
        jobs += [partial(_answer, desk, query, region, asked, now) for query, asked in by_query.items()]
    with ThreadPoolExecutor(config.run.workers) as executor:
        done = [future.result() for future in [executor.submit(job) for job in jobs]]
    problems += [problem for problem in done if isinstance(problem, str) and problem]
    answers = tuple(answer for found in done if not isinstance(found, str) for answer in found)
    return Swept(answers, tuple(dict.fromkeys(problems)), counter.counts())


def _opened(endpoint: Endpoint, counter: CallCounter, left: _Left) -> _Desk | str:
    try:
        return _Desk(endpoint.open(counter), f"prices, asked in {endpoint.region}", left)
    except RemediatorError as error:
        return str(error)


def _answer(
    desk: _Desk, query: Query, region: str, listings: Sequence[Listing], now: datetime
) -> tuple[Answered, ...] | str:
    """The answers on the listings of a query, or why there are none; empty where that is said already."""
    try:
        products = _products(desk, query, region, now)
    except ClientError as error:
        desk.closed |= error.response.get("Error", {}).get("Code", "") not in _OF_ONE_QUERY
        return str(explained(desk.where, error))
    except (BotoCoreError, ResponseParserError) as error:
        desk.closed = True
        return str(explained(desk.where, error))
    if isinstance(products, str):
        return products
    return tuple(Answered(x, region, now, rates_of(x, products, region)) for x in listings)


def _products(desk: _Desk, query: Query, region: str, now: datetime) -> list[Product] | str:
    found: list[Product] = []
    request: GetProductsRequestTypeDef = {
        "ServiceCode": query.service,
        "Filters": _filters(query, region),
        "FormatVersion": "aws_v1",
        "MaxResults": 100,
    }
    for _ in range(_PAGES):
        if desk.closed:
            return ""
        if not desk.left.take():
            return f"{desk.where}: the calls of one run are made; the next goes on with the prices that are missing"
        page = desk.client.get_products(**request)
        texts: object = page.get("PriceList")
        if not isinstance(texts, list):
            desk.closed = True
            return f"{desk.where}: what answers is not the price list; check [prices] endpoint_url and the network"
        found += [product for text in texts if (product := parse(str(text), now))]
        token = page.get("NextToken")
        if not token:
            return found
        request["NextToken"] = token
    return f"{desk.where}: {query.service} in {region} has more than {_PAGES} pages, and is not read to its end"


def _filters(query: Query, region: str) -> list["FilterTypeDef"]:
    found: list[FilterTypeDef] = [
        {"Type": "TERM_MATCH", "Field": name, "Value": value}
        for name, value in (("regionCode", region), *query.attributes)
    ]
    if query.containing is not None:
        found.append({"Type": "CONTAINS", "Field": "usagetype", "Value": query.containing})
    return found
