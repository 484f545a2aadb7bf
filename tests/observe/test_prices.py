from decimal import Decimal

import pytest

from remediator.observe import prices


def test_every_price_says_where_it_is_from() -> None:
    price = prices.load().price("aws_ebs_volume", "gp3:storage", "us-east-1")

    assert price is not None
    assert price.unit == "GB-month"
    assert "us-east-1" in price.source
    assert price.as_of.year >= 2024


@pytest.mark.parametrize(
    ("item", "usd"),
    [
        # As public estimator outputs have them, too
        ("db.t3.large:mysql:single", "0.136"),
        ("db.t3.large:mysql:multi", "0.272"),
        ("db.t3.large:postgres:single", "0.145"),
        ("db.m5.large:mariadb:single", "0.171"),
        ("db.r4.8xlarge:aurora-mysql:single", "4.64"),
        ("db.t3.medium:aurora-postgresql:single", "0.082"),
        ("db.r6g.2xlarge:aurora-postgresql:single", "1.038"),
        ("io2:storage", "0.125"),
        ("io2:iops", "0.1"),
        ("gp2:storage:multi", "0.23"),
    ],
)
def test_databases_and_aurora_have_list_prices(item: str, usd: str) -> None:
    price = prices.load().price("aws_db_instance", item, "us-east-1")

    assert price is not None and price.amount == Decimal(usd)


@pytest.mark.parametrize(
    "item",
    ["db.r6g.large:aurora-mysql:io-optimized", "db.r6g.large:aurora-mysql:multi", "db.t3.large:oracle-se2:single"],
)
def test_what_no_table_holds_stays_unknown(item: str) -> None:
    assert prices.load().price("aws_db_instance", item, "us-east-1") is None
