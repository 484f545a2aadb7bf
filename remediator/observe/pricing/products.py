"""What one item of the AWS price list says, and the prices that a listing finds among products."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from remediator.observe.pricing.listings import Listing

_UNITS = {
    "hrs": ("hour", 1),
    "hours": ("hour", 1),
    "hour": ("hour", 1),
    "gb": ("GB", 1),
    "gb-mo": ("GB-month", 1),
    "gb-month": ("GB-month", 1),
    "iops-mo": ("IOPS-month", 1),
    "mibps-mo": ("MB/s-month", 1),
    "gibps-mo": ("MB/s-month", 1024),
}
"""Our unit for one of the price list's in lower case, and how many of ours it holds."""

Sku = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,32}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class _Dimension(_Part):
    unit: str
    price_per_unit: dict[Currency, Amount]


class _Term(_Part):
    effective_date: AwareDatetime
    price_dimensions: dict[str, _Dimension]


class _Terms(_Part):
    on_demand: dict[str, _Term] = Field(alias="OnDemand")


class _Described(_Part):
    sku: Sku
    attributes: dict[str, str]


class _Item(_Part):
    product: _Described
    terms: _Terms


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit costs by the price list: `effective` is since when, `sku` which product it is."""

    amount: Decimal
    unit: str
    currency: str
    sku: str
    effective: date


@dataclass(frozen=True, slots=True)
class Product:
    """A product that is sold on demand."""

    usage_type: str
    region: str
    rate: Rate


def parse(text: str, now: datetime) -> Product | None:
    """A product out of an item of `PriceList`, which is JSON in a string; None where it has no price that is charged.

    Where the price falls with volume it is the lowest that is charged, so that no saving is overstated. The layout:
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api-samples.html
    """
    try:
        item = _Item.model_validate_json(text)
    except ValidationError:
        return None
    terms = sorted(item.terms.on_demand.values(), key=lambda term: term.effective_date)
    if not terms:
        return None
    current = next((term for term in reversed(terms) if term.effective_date <= now), terms[0])
    rates = [rate for d in current.price_dimensions.values() if (rate := _rate(d, item.product.sku, current))]
    if not rates or len({(rate.unit, rate.currency) for rate in rates}) != 1:
        return None
    about = item.product.attributes
    return Product(about.get("usagetype", ""), about.get("regionCode", ""), min(rates, key=lambda rate: rate.amount))


def rates_of(listing: Listing, products: Iterable[Product], region: str) -> Mapping[str, Rate]:
    """The rates of a listing by item; what two products give two prices for is left out."""
    found: dict[str, Rate] = {}
    contested: set[str] = set()
    for product in products:
        item = listing.names(product.usage_type)
        rate = product.rate
        if item is None or product.region != region or rate.unit != listing.unit:
            continue
        known = found.setdefault(item, rate)
        if (known.amount, known.currency) != (rate.amount, rate.currency):
            contested.add(item)
    return {item: rate for item, rate in found.items() if item not in contested}


def _rate(dimension: _Dimension, sku: str, term: _Term) -> Rate | None:
    unit, per = _UNITS.get(dimension.unit.lower(), ("", 1))
    prices = dimension.price_per_unit
    currency = "USD" if "USD" in prices else next(iter(prices), "")
    if not unit or not currency or not prices[currency] or (currency != "USD" and len(prices) > 1):
        return None
    return Rate(prices[currency] / per, unit, currency, sku, term.effective_date.date())
