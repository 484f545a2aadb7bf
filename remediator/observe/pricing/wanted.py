"""Which prices an estate needs, so that each is asked for once."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from remediator.model import Price, Resource
from remediator.observe.costs import monthly_price
from remediator.observe.pricing.listings import LISTINGS, Listing

_SOME = Price(Decimal(1), "", "USD", "", date.min)


class _Asked:
    """A price book that notes what it is asked for."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], set[str]] = {}

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """Some price, so that whoever asks goes on to the next."""
        self.items.setdefault((kind, region), set()).add(item)
        return _SOME


def wanted(resources: Iterable[Resource]) -> Mapping[str, tuple[Listing, ...]]:
    """The listings that hold what the resources cost, and what else of their kinds costs, by region."""
    asked = _Asked()
    for resource in resources:
        monthly_price(resource, asked)
    found: dict[str, list[Listing]] = {}
    for (kind, region), items in sorted(asked.items.items()):
        found.setdefault(region, []).extend(x for x in LISTINGS if x.kind == kind and x.wanted(items))
    return {region: tuple(listings) for region, listings in found.items() if listings}
