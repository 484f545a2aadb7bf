"""Prices that are kept for a week, and files of them that are old, damaged or cannot be written."""

import logging
import sqlite3
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.aws_service import Error
from tests.observe.pricing.conftest import NOW, Shop, instance
from tests.observe.pricing.denials import DENIED


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


def test_an_answer_that_is_no_price_list_is_not_kept_as_one(shop: Shop) -> None:
    shop.aws.answer("pricing", "GetProducts", {})

    priced = shop.book(instance("g5.xlarge"))
    assert "not the price list" in priced.notes[0]

    shop.open()
    assert shop.book(instance("g5.xlarge")).calls


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
