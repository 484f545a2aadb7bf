"""What gp3 gives for nothing, and what it costs with more.

https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
"""

from planners._money import added, as_month
from remediator.model import Price, PriceBook

FREE_IOPS = 3_000
FREE_THROUGHPUT = 125
MOST_IOPS = 16_000
MOST_THROUGHPUT = 1_000
"""What every version of gp3 allows, in operations and MiB a second. Volumes that may have more since 2025, up to 80,000
and 2,000, are not asked for: not every provider's version and region takes them."""
_IOPS_A_GIB = 500
_THROUGHPUT_AN_IOPS = 0.25


def takes(size: int, iops: int, throughput: int) -> bool:
    """Whether gp3 of so many GiB can have these figures: 3,000 at any size, more in proportion to it."""
    most = min(MOST_IOPS, max(FREE_IOPS, size * _IOPS_A_GIB))
    return iops <= most and throughput <= min(MOST_THROUGHPUT, iops * _THROUGHPUT_AN_IOPS)


def part(prices: PriceBook, item: str, region: str, count: int) -> Price | None:
    """What a number of units of a volume cost a month."""
    return as_month(prices.price("aws_ebs_volume", item, region), count)


def monthly_gp3(prices: PriceBook, region: str, size: int, iops: int, throughput: int) -> Price | None:
    """The list price a month of a gp3 volume: GiB, operations and MiB a second."""
    bought = (("gp3:iops", iops - FREE_IOPS), ("gp3:throughput", throughput - FREE_THROUGHPUT))
    extras = (part(prices, item, region, count) for item, count in bought if count)
    return added(part(prices, "gp3:storage", region, size), *extras)
