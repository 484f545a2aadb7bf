"""A price list that refuses, is not there, or is asked too much."""

import pytest

from remediator.observe.prices import load as embedded
from remediator.observe.pricing.price_list import sweep
from remediator.observe.pricing.wanted import wanted
from tests.aws_service import Error, ScriptedAws
from tests.observe.pricing.conftest import NOW, Shop, instance, volume
from tests.observe.pricing.denials import DENIED


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


def test_no_credentials_are_a_note(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    config = shop.config([{"name": "dev", "regions": ["us-east-1"], "profile": "nobody"}])

    priced = shop.book(instance("g5.xlarge"), config=config)

    assert "nobody" in priced.notes[0]
    assert shop.aws.calls == []


def test_throttled_once_is_asked_once_more(scripted_aws: ScriptedAws, shop: Shop, monkeypatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    shop.sells_instance("m5.large", "0.112", "eu-west-3", "EUW3-")
    whole = shop._answer({"Filters": []})
    scripted_aws.answer("pricing", "GetProducts", Error("ThrottlingException"), whole)

    priced = shop.book(instance("m5.large", "eu-west-3"))

    assert priced.notes == ()
    assert priced.book.price("aws_instance", "m5.large", "eu-west-3")
