"""Savings from unit prices, with what they come to at least; an unknown price gives no saving.

A saving is at most what list prices say of something that is on all month. It is at least what is left of that where a
commitment pays for it (planners/_commitments.py), and where it ran for a part of the time only.
"""

from datetime import datetime
from decimal import Decimal

from planners._commitments import least_paid, told
from remediator.model import HOURS_A_MONTH, Observation, Price, Saving

_CENT = Decimal("0.01")
_ALWAYS = Decimal(1)


def monthly(
    before: Price | None, after: Price | None, seen: Observation, target: str | None = None, *, committed: bool = True
) -> Saving | None:
    """The saving of paying one price a month in place of another; None if either is unknown or nothing is saved.

    `target` is the size that it moves to; `committed` is whether the prices are such as commitments may lower.
    """
    if before is None or after is None or before.currency != after.currency or before.amount <= after.amount:
        return None
    amount = before.amount - after.amount
    as_of = min(before.as_of, after.as_of)
    lower = least_paid(seen) if committed else None
    counted = told(seen, target, before.currency) if target is not None else None
    return _ranged(
        amount, amount, lower, counted, _ALWAYS, Price(amount, "month", before.currency, before.source, as_of)
    )


def whole(
    price: Price | None,
    seen: Observation,
    least: Decimal = Decimal(0),
    ran: Decimal = _ALWAYS,
    share: Decimal = _ALWAYS,
) -> Saving | None:
    """The saving of not paying a share of a price a month, all of it by default; `least` is what may go on being paid.

    `ran` is the share of the last weeks in which it is known to have run, as it may go on doing.
    """
    if price is None:
        return None
    counted, amount = told(seen, None, price.currency), price.amount * share
    counted = None if counted is None else counted * share
    return _ranged(amount, max(Decimal(0), amount - least), least_paid(seen), counted, ran, price)


def _ranged(
    high: Decimal, low: Decimal, lower: Decimal | None, counted: Decimal | None, ran: Decimal, price: Price
) -> Saving:
    """A saving between the least that is known of it and its list price, and what makes the difference."""
    basis, net = "list, which no Savings Plan or reservation lowers", lower is not None and counted is not None
    part = low < high
    if lower is not None and counted is not None:
        low = min(low, counted)
        basis = f"list; at least {low:,.2f}, which is what AWS Compute Optimizer counts after commitments"
    elif lower is not None:
        low *= lower * ran
        basis = f"list, always on; at least {lower:.0%} of it, as under the deepest published commitment"
        basis += "" if ran == 1 else f", for the {ran:.0%} of two weeks that it has run"
        basis += ", less what may go on being paid" if part else ""
    elif part:
        basis += f"; at least {low:,.2f}, since some of it may go on being paid"
    rounded = high.quantize(_CENT)
    least = min(rounded, low.quantize(_CENT))
    return Saving(rounded, least, rounded, price.currency, basis, price.source, price.as_of, net)


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
