"""What a monthly sum has come to."""

from datetime import datetime
from decimal import Decimal

from remediator.model import HOURS_A_MONTH

CENT = Decimal("0.01")


def since(monthly: Decimal, began: datetime, now: datetime) -> Decimal:
    """What a sum a month has come to since a time."""
    hours = Decimal(max(0.0, (now - began).total_seconds() / 3600))
    return (monthly / HOURS_A_MONTH * hours).quantize(CENT)
