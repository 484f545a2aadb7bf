"""A price list as AWS answers it."""

import json
from collections.abc import Mapping

from tests.aws_service import Answer


def price_list(rates: Mapping[str, tuple[str, str]]) -> Answer:
    """The rates in US dollars of usage types, each with its unit, in us-east-1."""
    return {"PriceList": [_document(usage, unit, price) for usage, (unit, price) in rates.items()]}


def _document(usage: str, unit: str, price: str) -> str:
    dimension = {"unit": unit, "pricePerUnit": {"USD": price}}
    term = {"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": {"d": dimension}}
    product = {
        "sku": "".join(filter(str.isalnum, usage)),
        "attributes": {"usagetype": usage, "regionCode": "us-east-1"},
    }
    return json.dumps({"product": product, "terms": {"OnDemand": {"t": term}}})
