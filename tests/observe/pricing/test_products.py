import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.observe.pricing.listings import LISTINGS
from remediator.observe.pricing.products import parse, rates_of
from tests.observe.pricing.conftest import NOW, dimension, document

ABOUT = {"usagetype": "EUW3-BoxUsage:m5.large", "regionCode": "eu-west-3"}
INSTANCES = next(x for x in LISTINGS if x.kind == "aws_instance")


def test_a_product_says_what_it_costs_since_when_and_by_which_sku() -> None:
    found = parse(document("ABC123", ABOUT, dimension("Hrs", {"USD": "0.1120000000"})), NOW)

    assert found is not None
    assert (found.usage_type, found.region) == ("EUW3-BoxUsage:m5.large", "eu-west-3")
    assert (found.rate.amount, found.rate.unit, found.rate.currency) == (Decimal("0.112"), "hour", "USD")
    assert (found.rate.sku, str(found.rate.effective)) == ("ABC123", "2026-11-01")


def test_throughput_is_listed_by_the_gibibyte_and_priced_by_the_megabyte() -> None:
    found = parse(document("A", ABOUT, dimension("GiBps-mo", {"USD": "40.9600000000"})), NOW)

    assert found is not None
    assert (found.rate.amount, found.rate.unit) == (Decimal("0.04"), "MB/s-month")


def test_another_currency_is_carried_and_dollars_go_first() -> None:
    china = parse(document("A", ABOUT, dimension("Hrs", {"CNY": "0.61"})), NOW)
    both = parse(document("A", ABOUT, dimension("Hrs", {"EUR": "0.50", "USD": "0.55"})), NOW)

    assert china is not None and (china.rate.amount, china.rate.currency) == (Decimal("0.61"), "CNY")
    assert both is not None and (both.rate.amount, both.rate.currency) == (Decimal("0.55"), "USD")


def test_of_tiers_the_lowest_that_is_charged_is_taken() -> None:
    tiers = [
        dimension("GB-Mo", {"USD": "0"}, "0", "5"),
        dimension("GB-Mo", {"USD": "0.030"}, "5", "100"),
        dimension("GB-Mo", {"USD": "0.025"}, "100"),
    ]
    found = parse(document("A", ABOUT, *tiers), NOW)

    assert found is not None and found.rate.amount == Decimal("0.025")


def test_a_price_to_come_waits_for_its_day() -> None:
    text = json.loads(document("A", ABOUT, dimension("Hrs", {"USD": "1"})))
    later = json.loads(document("A", ABOUT, dimension("Hrs", {"USD": "2"}), effective="2027-01-01T00:00:00Z"))
    text["terms"]["OnDemand"]["later"] = later["terms"]["OnDemand"].popitem()[1]

    found = parse(json.dumps(text), NOW)

    assert found is not None and found.rate.amount == 1


@pytest.mark.parametrize(
    "dimensions",
    [
        [],
        [dimension("Hrs", {"USD": "0.0000000000"})],
        [dimension("Hrs", {})],
        [dimension("Fortnights", {"USD": "1"})],
        [dimension("Hrs", {"USD": "-1"})],
        [dimension("Hrs", {"USD": "NaN"})],
        [dimension("Hrs", {"CNY": "1", "EUR": "2"})],
        [dimension("Hrs", {"USD": "1"}), dimension("GB", {"USD": "1"})],
    ],
    ids=["no dimension", "free", "no currency", "unknown unit", "negative", "no number", "two currencies", "two units"],
)
def test_what_is_not_a_price_is_unknown(dimensions: list[Mapping[str, object]]) -> None:
    assert parse(document("A", ABOUT, *dimensions), NOW) is None


@given(st.text())
def test_a_text_that_is_no_product_is_none(text: str) -> None:
    assert parse(text, NOW) is None


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_a_document_of_another_shape_is_none(value: object) -> None:
    shaped = {"product": {"sku": "A", "attributes": {}}, "terms": {"OnDemand": {"t": value}}}

    assert parse(json.dumps(value), NOW) is None
    assert parse(json.dumps(shaped), NOW) is None


def test_two_prices_of_one_item_are_none_and_two_products_of_one_price_are_one() -> None:
    def at(sku: str, price: str, **about: str):
        return parse(document(sku, {**ABOUT, **about}, dimension("Hrs", {"USD": price})), NOW)

    same, other = at("A", "0.112"), at("B", "0.112")
    dearer, elsewhere = at("C", "0.200"), at("D", "0.300", regionCode="eu-west-1")
    assert same and other and dearer and elsewhere

    assert rates_of(INSTANCES, [same, other, elsewhere], "eu-west-3")["m5.large"].amount == Decimal("0.112")
    assert not rates_of(INSTANCES, [same, other, dearer], "eu-west-3")
    assert not rates_of(INSTANCES, [same, dearer, other], "eu-west-3")
