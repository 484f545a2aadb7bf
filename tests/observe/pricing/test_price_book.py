"""The prices of a run, from a price list that is spoken to over HTTP by the real client."""

import logging
import sqlite3
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.config import Config
from remediator.observe.prices import EmbeddedPrices
from remediator.observe.prices import load as embedded
from remediator.observe.pricing import Chain, price_book
from remediator.observe.pricing.price_list import sweep
from remediator.observe.pricing.wanted import wanted
from tests.aws_service import Error, ScriptedAws
from tests.observe.pricing.conftest import NOW, Shop, instance, volume

DENIED = Error("AccessDeniedException", "not authorized to perform: pricing:GetProducts")


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


def test_prices_are_kept_for_a_week(shop: Shop) -> None:
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    seen = instance("m5.large", "eu-west-3")
    shop.book(seen)

    later = shop.book(seen, now=NOW + timedelta(days=7))
    assert len(shop.aws.calls) == 1
    assert later.calls == ()
    kept = later.book.price("aws_instance", "m5.large", "eu-west-3")
    assert kept is not None and kept.as_of == NOW.date()

    shop.held.clear()
    shop.sells_instance("m5.large", "0.115", "eu-west-3", "EUW3-")
    again = shop.book(seen, now=NOW + timedelta(days=8)).book.price("aws_instance", "m5.large", "eu-west-3")
    assert again is not None and (again.amount, again.as_of) == (Decimal("0.115"), NOW.date() + timedelta(days=8))


def test_a_clock_that_was_ahead_does_not_keep_prices_for_ever(shop: Shop) -> None:
    shop.book(instance("m5.large", "eu-west-3"), now=NOW + timedelta(days=400))

    assert shop.book(instance("m5.large", "eu-west-3")).calls


def test_unknown_stays_unknown_and_is_not_asked_again(shop: Shop) -> None:
    seen = instance("u7in-32tb.224xlarge", "eu-west-3")

    for _ in range(2):
        priced = shop.book(seen)
        assert priced.book.price("aws_instance", "u7in-32tb.224xlarge", "eu-west-3") is None
    assert len(shop.aws.calls) == 1


def test_an_old_price_is_used_with_its_age_where_the_price_list_refuses(shop: Shop) -> None:
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    seen = instance("m5.large", "eu-west-3")
    shop.book(seen)
    shop.aws.answer("pricing", "GetProducts", DENIED)

    priced = shop.book(seen, now=NOW + timedelta(days=20))
    price = priced.book.price("aws_instance", "m5.large", "eu-west-3")

    assert price is not None
    assert price.as_of == NOW.date()
    assert "asked 20 days ago" in price.source
    (note,) = priced.notes
    assert "access to pricing:GetProducts is denied" in note
    assert "iam-policy.json" in note


def test_without_the_price_list_the_embedded_prices_stand(shop: Shop) -> None:
    shop.aws.answer("pricing", "GetProducts", DENIED)

    priced = shop.book(instance("g5.xlarge"), instance("g5.xlarge", "eu-west-3"), volume("gp2"))

    assert priced.book.price("aws_instance", "g5.xlarge", "us-east-1") == embedded().price(
        "aws_instance", "g5.xlarge", "us-east-1"
    )
    assert priced.book.price("aws_instance", "g5.xlarge", "eu-west-3") is None
    assert len(priced.notes) == 1  # said once, however many queries it holds for


def test_an_endpoint_that_refuses_is_not_asked_for_the_rest(shop: Shop) -> None:
    shop.aws.answer("pricing", "GetProducts", DENIED)
    config = shop.config().model_copy()
    alone = config.model_copy(update={"run": config.run.model_copy(update={"workers": 1})})

    shop.book(*(volume("gp3", region) for region in ("us-east-1", "eu-west-3", "ap-south-1")), config=alone)

    assert len(shop.aws.calls) == 1


def test_a_query_that_the_api_does_not_take_leaves_the_others_alone(shop: Shop) -> None:
    shop.sells("EBS:VolumeUsage.gp2", "0.10", "GB-Mo", family="Storage")
    whole = shop._answer

    def answer(params):
        families = [f["Value"] for f in params["Filters"]]
        return Error("InvalidParameterException", "no such filter") if "System Operation" in families else whole(params)

    shop.aws.compute("pricing", "GetProducts", answer)
    priced = shop.book(volume("gp2"))

    listed = priced.book.price("aws_ebs_volume", "gp2:storage", "us-east-1")
    assert listed is not None and "SKU" in listed.source
    (note,) = priced.notes
    assert "no such filter" in note


def test_a_listing_that_is_cut_short_is_not_kept(shop: Shop) -> None:
    for size in ("large", "xlarge", "2xlarge"):
        shop.sells_instance(f"m5.{size}", "0.1", "eu-west-3", "EUW3-")
    first = shop._answer({"Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-west-3"}]})
    shop.aws.answer("pricing", "GetProducts", first, Error("ThrottlingException"))

    priced = shop.book(instance("m5.large", "eu-west-3"))
    assert priced.book.price("aws_instance", "m5.large", "eu-west-3") is None
    assert "throttled" in priced.notes[0]

    shop.open()
    assert shop.book(instance("m5.large", "eu-west-3")).book.price("aws_instance", "m5.2xlarge", "eu-west-3")


def test_calls_are_bounded(shop: Shop) -> None:
    for n in range(20):
        shop.sells_instance(f"m5.{n}xlarge", "0.1")

    swept = sweep(wanted([instance("m5.1xlarge"), instance("m5.1xlarge", "eu-west-3")]), shop.config(), NOW, most=3)

    assert len(shop.aws.calls) == 3
    assert "the next goes on" in swept.problems[0]


def test_nothing_listens(shop: Shop) -> None:
    config = shop.config(endpoint_url="http://127.0.0.1:9")

    priced = shop.book(instance("g5.xlarge"), config=config)

    assert priced.book.price("aws_instance", "g5.xlarge", "us-east-1") is not None
    assert "Could not connect" in priced.notes[0]


def test_an_answer_that_is_no_price_list_is_not_kept_as_one(shop: Shop) -> None:
    shop.aws.answer("pricing", "GetProducts", {})

    priced = shop.book(instance("g5.xlarge"))
    assert "not the price list" in priced.notes[0]

    shop.open()
    assert shop.book(instance("g5.xlarge")).calls


def test_no_credentials_are_a_note(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    config = shop.config([{"name": "dev", "regions": ["us-east-1"], "profile": "nobody"}])

    priced = shop.book(instance("g5.xlarge"), config=config)

    assert "nobody" in priced.notes[0]
    assert shop.aws.calls == []


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


def test_a_damaged_file_is_made_anew(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    file = shop.state_dir / "cache" / "prices.sqlite"
    file.parent.mkdir()
    file.write_bytes(b"not a database, but long enough to be taken for one" * 100)

    for _ in range(2):
        assert shop.book(instance("m5.large", "eu-west-3")).book.price("aws_instance", "m5.large", "eu-west-3")
    assert len(shop.aws.calls) == 1
    assert "damaged" in caplog.text


@pytest.mark.parametrize("amount", ["a lot", "", None])
def test_a_row_that_is_no_price_is_a_damaged_file(shop: Shop, amount: str | None) -> None:
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    shop.book(instance("m5.large", "eu-west-3"))
    connection = sqlite3.connect(shop.state_dir / "cache" / "prices.sqlite")
    connection.execute("UPDATE rates SET amount = ?", (amount,))
    connection.commit()
    connection.close()

    price = shop.book(instance("m5.large", "eu-west-3")).book.price("aws_instance", "m5.large", "eu-west-3")

    assert price is not None and price.amount == Decimal("0.112")


def test_a_file_that_cannot_be_written_costs_only_calls(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")

    with caplog.at_level(logging.WARNING):
        assert shop.book(instance("m5.large", "eu-west-3")).book.price("aws_instance", "m5.large", "eu-west-3")
    assert "cannot be kept" in caplog.text


def test_a_better_source_joins_in_front() -> None:
    contract = EmbeddedPrices({})
    price = Chain((contract, embedded())).price("aws_instance", "g5.xlarge", "us-east-1")

    assert price == embedded().price("aws_instance", "g5.xlarge", "us-east-1")


def test_an_empty_estate_asks_for_nothing(shop: Shop) -> None:
    assert price_book([], shop.config(), NOW).calls == ()
    assert isinstance(shop.config(), Config)


def test_throttled_once_is_asked_once_more(scripted_aws: ScriptedAws, shop: Shop, monkeypatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    whole = shop._answer({"Filters": []})
    scripted_aws.answer("pricing", "GetProducts", Error("ThrottlingException"), whole)

    priced = shop.book(instance("m5.large", "eu-west-3"))

    assert priced.notes == ()
    assert priced.book.price("aws_instance", "m5.large", "eu-west-3")
