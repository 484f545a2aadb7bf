"""The embedded list prices."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from remediator.model import Price
from remediator.observe.catalogue import rows

REGION = "us-east-1"
"""The one region that the embedded tables cover."""
_INSTANCES = ("AWS Price List, on-demand Linux us-east-1", date(2026, 7, 20))
_DATABASES = ("AWS Price List, on-demand us-east-1", date(2026, 10, 15))
_VOLUMES = ("AWS Price List, us-east-1, from public estimator outputs", date(2024, 7, 1))


@dataclass(frozen=True, slots=True)
class EmbeddedPrices:
    """Prices by (kind, item) for the one region that the embedded tables cover."""

    prices: Mapping[tuple[str, str], Price]

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind in a region, or None where it is not known."""
        return self.prices.get((kind, item)) if region == REGION else None


@cache
def load() -> EmbeddedPrices:
    """The prices, read once."""
    prices: dict[tuple[str, str], Price] = {}
    for row in rows():
        if row["usd_per_hour"]:
            price = Price(Decimal(row["usd_per_hour"]), "hour", "USD", *_INSTANCES)
            prices["aws_instance", row["instance_type"]] = price
    for row in _table("database_prices.csv"):
        for zones in ("single", "multi"):
            if row[zones]:
                item = f"{row['instance_class']}:{row['engine']}:{zones}"
                prices["aws_db_instance", item] = Price(Decimal(row[zones]), "hour", "USD", *_DATABASES)
    for row in _table("unit_prices.csv"):
        prices[row["kind"], row["item"]] = Price(Decimal(row["usd"]), row["unit"], "USD", *_VOLUMES)
    return EmbeddedPrices(prices)


def _table(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(files("remediator.observe.data").joinpath(name).read_text("utf-8").splitlines())
