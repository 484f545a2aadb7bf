"""What gp3 gives for nothing, and what it costs with more.

https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
"""

from planners._money import added, as_month
from remediator.model import Price, PriceBook

FREE_IOPS = 3_000
FREE_THROUGHPUT = 125
MOST_IOPS = 16_000
MOST_THROUGHPUT = 1_000
"""What every version of gp3 allows, in operations and MiB a second."""


def part(prices: PriceBook, item: str, region: str, count: int) -> Price | None:
    """What a number of units of a volume cost a month."""
    return as_month(prices.price("aws_ebs_volume", item, region), count)


def monthly_gp3(prices: PriceBook, region: str, size: int, iops: int, throughput: int) -> Price | None:
    """The list price a month of a gp3 volume: GiB, operations and MiB a second."""
    bought = (("gp3:iops", iops - FREE_IOPS), ("gp3:throughput", throughput - FREE_THROUGHPUT))
    extras = (part(prices, item, region, count) for item, count in bought if count)
    return added(part(prices, "gp3:storage", region, size), *extras)
