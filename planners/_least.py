"""Sums below which people are not told, each in a currency."""

import re
from decimal import Decimal


def check_currency(currency: str) -> None:
    """Raise ValueError where a setting is no code of a currency (ISO 4217)."""
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValueError(f"currency = '{currency}' is not a code like USD or CNY")


def too_small(amount: Decimal, currency: str, least: float, of: str) -> bool:
    """Whether an amount is below the least in the currency `of`; in another it never is, since nothing is converted."""
    return currency == of and amount < Decimal(str(least))
