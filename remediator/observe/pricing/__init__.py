"""The prices of a run: the account's own price list where it can be asked, else the embedded tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from remediator.config import Config
from remediator.model import CallCount, Price, PriceBook, Resource
from remediator.observe import prices
from remediator.observe.pricing.endpoints import endpoint_of
from remediator.observe.pricing.kept import Answered, PriceFile
from remediator.observe.pricing.price_list import Swept, sweep
from remediator.observe.pricing.wanted import wanted

__all__ = ["Chain", "Priced", "price_book"]

_FRESH = timedelta(days=7)
"""List prices change a few times a year; a week is well within the rounding of any estimate."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Price books by rank: the first that knows a price says it."""

    books: Sequence[PriceBook]

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind in a region, or None where no book knows it."""
        return next((p for book in self.books if (p := book.price(kind, item, region)) is not None), None)


@dataclass(frozen=True, slots=True)
class Listed:
    """What the price list answered, by kind, item and region."""

    prices: Mapping[tuple[str, str, str], Price]

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind in a region, or None where the price list was not asked or has none."""
        return self.prices.get((kind, item, region))


@dataclass(frozen=True, slots=True)
class Priced:
    """The book of a run, what people should know of it, and the calls it took."""

    book: PriceBook
    notes: tuple[str, ...] = ()
    calls: tuple[CallCount, ...] = ()


def price_book(resources: Collection[Resource], config: Config, now: datetime) -> Priced:
    """The prices that the resources need, and of what they might become; asked once a week, and kept.

    Where the price list cannot be asked, what was kept of it is used at whatever age, then the embedded tables; that is
    said in a note and never raises.
    """
    embedded = prices.load()
    if config.prices.source == "embedded":
        return Priced(embedded)
    if config.prices.account is not None and config.account(config.prices.account) is None:
        said = f"prices: account '{config.prices.account}' is neither configured nor in an organization that is"
        return Priced(embedded, (f"{said}; the embedded prices are used.",))
    needed = {r: listings for r, listings in wanted(resources).items() if endpoint_of(r, config) is not None}
    file = PriceFile(config.run.state_dir / "cache" / "prices.sqlite")
    kept = file.load(needed)
    due = {
        region: tuple(x for x in listings if (x, region) not in kept or _old(kept[x, region], now))
        for region, listings in needed.items()
    }
    swept = sweep(due, config, now) if any(due.values()) else Swept((), (), ())
    if swept.answers:
        file.save(swept.answers)
    known = kept | {(answer.listing, answer.region): answer for answer in swept.answers}
    notes = tuple(
        f"{problem}. Prices kept from earlier runs are used, else the embedded ones." for problem in swept.problems
    )
    return Priced(Chain((Listed(_prices(known.values(), now)), embedded)), notes, swept.calls)


def _old(answered: Answered, now: datetime) -> bool:
    return not timedelta(0) <= now - answered.fetched_at <= _FRESH


def _prices(answers: Collection[Answered], now: datetime) -> Mapping[tuple[str, str, str], Price]:
    found: dict[tuple[str, str, str], Price] = {}
    for answer in answers:
        days = (now - answer.fetched_at).days
        aged = f", asked {days:,} days ago" if _old(answer, now) and days > 0 else ""
        for item, rate in answer.rates.items():
            source = f"AWS Price List API, {answer.region}, SKU {rate.sku}{aged}"
            price = Price(rate.amount, rate.unit, rate.currency, source, answer.fetched_at.date())
            found[answer.listing.kind, item, answer.region] = price
    return found
