"""Terraform's numbers: binary fractions of 512 bits, written with as few digits as tell them apart.

A Decimal stands for the fraction nearest to it (https://pkg.go.dev/math/big#Float), so that every step is rounded as
Terraform rounds it.
"""

from decimal import Context, Decimal
from fractions import Fraction

__all__ = ["BITS", "nearest", "shortest"]

BITS = 512
_MOST_DIGITS = 156
"""Decimal digits that tell any two fractions of 512 bits apart."""


def nearest(exact: Fraction, bits: int = BITS) -> Fraction:
    """The fraction of so many bits that is nearest, the even one of two."""
    if not exact:
        return exact
    above, below = abs(exact.numerator), exact.denominator
    shift = bits - above.bit_length() + below.bit_length()
    found = _scaled(above, below, shift)
    if found >> bits:
        shift -= 1
        found = _scaled(above, below, shift)
    made = Fraction(found, 1 << shift) if shift >= 0 else Fraction(found << -shift)
    return made if exact > 0 else -made


def _scaled(above: int, below: int, shift: int) -> int:
    above, below = (above << shift, below) if shift >= 0 else (above, below << -shift)
    whole, rest = divmod(above, below)
    return whole + (2 * rest > below or (2 * rest == below and whole & 1))


def shortest(fraction: Fraction) -> Decimal:
    """The number with the fewest digits that stands for a fraction of 512 bits."""
    low, high = 1, _MOST_DIGITS
    while low < high:
        middle = (low + high) // 2
        if nearest(Fraction(_rounded(fraction, middle))) == fraction:
            high = middle
        else:
            low = middle + 1
    return _rounded(fraction, low)


def _rounded(fraction: Fraction, digits: int) -> Decimal:
    context = Context(prec=digits, Emax=9999, Emin=-9999)
    return context.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
