"""Savings from unit prices; an unknown price gives no saving."""

from datetime import datetime
from decimal import Decimal

from remediator.model import HOURS_A_MONTH, Price, Saving

_CENT = Decimal("0.01")


def monthly(before: Price | None, after: Price | None) -> Saving | None:
    """The saving of paying one price a month in place of another; None if either is unknown or nothing is saved."""
    if before is None or after is None or before.currency != after.currency or before.amount <= after.amount:
        return None
    amount = (before.amount - after.amount).quantize(_CENT)
    return Saving(amount, amount, amount, before.currency, "list", before.source, min(before.as_of, after.as_of))


def whole(price: Price | None, least: Decimal = Decimal(0)) -> Saving | None:
    """The saving of not paying a price a month at all; `least` is what may go on being paid."""
    if price is None:
        return None
    high = price.amount.quantize(_CENT)
    low = max(Decimal(0), high - least).quantize(_CENT)
    return Saving(high, low, high, price.currency, "list", price.source, price.as_of)


def accrued(price: Price | None, since: datetime | None, now: datetime) -> Decimal | None:
    """What a monthly price has come to since a time."""
    if price is None or since is None:
        return None
    hours = Decimal(max(0.0, (now - since).total_seconds() / 3600))
    return (price.amount / HOURS_A_MONTH * hours).quantize(_CENT)


def as_month(price: Price | None, count: int | float = 1) -> Price | None:
    """An hourly or a unit price as a price a month for a number of units."""
    if price is None:
        return None
    hours = HOURS_A_MONTH if price.unit == "hour" else 1
    return Price(price.amount * hours * Decimal(str(count)), "month", price.currency, price.source, price.as_of)


def added(*prices: Price | None) -> Price | None:
    """The sum of monthly prices; None if any is unknown or in another currency."""
    known = [p for p in prices if p is not None]
    if len(known) != len(prices) or len({p.currency for p in known}) != 1:
        return None
    total = sum((p.amount for p in known), Decimal(0))
    return Price(total, "month", known[0].currency, known[0].source, min(p.as_of for p in known))
