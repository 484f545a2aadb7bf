"""The prices of a run, from a price list that is spoken to over HTTP by the real client."""

from datetime import date
from decimal import Decimal

import pytest

from remediator.config import Config
from remediator.observe.prices import EmbeddedPrices
from remediator.observe.prices import load as embedded
from remediator.observe.pricing import Chain, price_book
from tests.observe.pricing.conftest import NOW, Shop, instance, volume


def test_a_price_of_another_region_is_asked_for_and_says_where_it_is_from(shop: Shop) -> None:
    shop.sells_instance("m5.large", "0.1120000000", "eu-west-3", "EUW3-")

    priced = shop.book(instance("m5.large", "eu-west-3"))
    price = priced.book.price("aws_instance", "m5.large", "eu-west-3")

    assert price is not None
    assert (price.amount, price.unit, price.currency) == (Decimal("0.112"), "hour", "USD")
    assert price.source == "AWS Price List API, eu-west-3, SKU SKU0"
    assert price.as_of == NOW.date()
    assert priced.notes == ()
    assert [(c.service, c.operation, c.calls, c.cost) for c in priced.calls] == [("pricing", "GetProducts", 1, 0)]


def test_what_is_asked_is_what_tells_the_product_apart(shop: Shop) -> None:
    shop.book(instance("m5.large", "eu-west-3"))

    (asked,) = shop.aws.asked("GetProducts")

    assert (asked["ServiceCode"], asked["FormatVersion"], asked["MaxResults"]) == ("AmazonEC2", "aws_v1", 100)
    assert {f["Field"]: f["Value"] for f in asked["Filters"]} == {
        "regionCode": "eu-west-3",
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
        "marketoption": "OnDemand",
    }


def test_a_thousand_resources_take_one_sweep_of_their_kind_and_region(shop: Shop) -> None:
    for size in ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge"):
        shop.sells_instance(f"m5.{size}", "0.1")

    priced = shop.book(*(instance(f"m5.{size}") for size in ("large", "xlarge") for _ in range(500)))

    assert len(shop.aws.calls) == 3  # five products in pages of two
    unasked = priced.book.price("aws_instance", "m5.8xlarge", "us-east-1")
    assert unasked is not None and unasked.amount == Decimal("0.1")  # what a planner may propose is known too


def test_a_volume_takes_all_that_its_kind_is_priced_by_and_might_become(shop: Shop) -> None:
    shop.sells("EBS:VolumeUsage.gp2", "0.10", "GB-Mo", family="Storage")
    shop.sells("EBS:VolumeUsage.gp3", "0.08", "GB-Mo", family="Storage")
    shop.sells("EBS:VolumeP-IOPS.gp3", "0.005", "IOPS-Mo", family="System Operation")
    shop.sells("EBS:VolumeP-Throughput.gp3", "40.96", "GiBps-mo", family="Provisioned Throughput")
    shop.sells("EBS:SnapshotUsage", "0.05", "GB-Mo", family="Storage Snapshot")

    book = shop.book(volume("gp2")).book

    items = ("gp2:storage", "gp3:storage", "gp3:iops", "gp3:throughput", "snapshot:storage")
    found = [book.price("aws_ebs_volume", item, "us-east-1") for item in items]
    assert [str(p.amount.normalize()) for p in found if p] == ["0.1", "0.08", "0.005", "0.04", "0.05"]
    assert all(p and "SKU" in p.source for p in found)


def test_unknown_stays_unknown_and_is_not_asked_again(shop: Shop) -> None:
    seen = instance("u7in-32tb.224xlarge", "eu-west-3")

    for _ in range(2):
        priced = shop.book(seen)
        assert priced.book.price("aws_instance", "u7in-32tb.224xlarge", "eu-west-3") is None
    assert len(shop.aws.calls) == 1


@pytest.mark.parametrize("table", [{"source": "embedded"}, {"endpoint_url": None}])
def test_an_emulators_account_and_a_run_told_so_ask_nobody(shop: Shop, table: dict[str, object]) -> None:
    config = shop.config([{"name": "dev", "regions": ["us-east-1"], "endpoint_url": shop.aws.url}], **table)

    priced = shop.book(instance("g5.xlarge"), config=config)

    assert (shop.aws.calls, priced.notes, priced.calls) == ([], (), ())
    price = priced.book.price("aws_instance", "g5.xlarge", "us-east-1")
    assert price is not None and price.as_of < date(2026, 11, 1)


def test_an_account_that_is_named_is_asked_at_its_own_endpoint(shop: Shop) -> None:
    accounts = [
        {"name": "dev", "regions": ["us-east-1"]},
        {"name": "gateway", "regions": ["us-east-1"], "endpoint_url": shop.aws.url},
    ]

    shop.book(instance("g5.xlarge"), config=shop.config(accounts, endpoint_url=None, account="gateway"))

    assert len(shop.aws.calls) == 1


def test_china_is_priced_in_its_own_currency_by_an_account_of_its_own(shop: Shop) -> None:
    shop.sells_instance("m5.large", "0.736", "cn-north-1", "CNN1-")
    seen = instance("m5.large", "cn-north-1")

    assert shop.book(seen).book.price("aws_instance", "m5.large", "cn-north-1") is None
    assert shop.aws.calls == []

    config = shop.config([{"name": "china", "regions": ["cn-north-1"]}])
    price = shop.book(seen, config=config).book.price("aws_instance", "m5.large", "cn-north-1")
    assert price is not None and (price.amount, price.currency) == (Decimal("0.736"), "CNY")


def test_a_better_source_joins_in_front() -> None:
    contract = EmbeddedPrices({})
    price = Chain((contract, embedded())).price("aws_instance", "g5.xlarge", "us-east-1")

    assert price == embedded().price("aws_instance", "g5.xlarge", "us-east-1")


def test_an_empty_estate_asks_for_nothing(shop: Shop) -> None:
    assert price_book([], shop.config(), NOW).calls == ()
    assert isinstance(shop.config(), Config)
