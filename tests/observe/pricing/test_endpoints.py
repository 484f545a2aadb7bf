import pytest

from remediator.config import Config
from remediator.errors import RemediatorError
from remediator.observe.calls import CallCounter
from remediator.observe.pricing.endpoints import Endpoint, endpoint_of


def config(*accounts: dict[str, object], **prices: object) -> Config:
    named = [{"name": f"a{n}"} | account for n, account in enumerate(accounts)]
    return Config.model_validate({"accounts": named, "prices": prices})


@pytest.mark.parametrize(
    ("own", "priced", "asked"),
    [
        ("us-west-2", "us-west-2", "us-east-1"),
        ("eu-north-1", "us-west-2", "eu-central-1"),
        ("ap-southeast-2", "sa-east-1", "ap-south-1"),
        ("sa-east-1", "sa-east-1", "us-east-1"),
        ("us-east-1", "us-gov-west-1", "us-east-1"),
        ("cn-north-1", "cn-north-1", "cn-northwest-1"),
        ("eusc-de-east-1", "eusc-de-east-1", "eusc-de-east-1"),
        ("xx-nowhere-1", "xx-nowhere-1", "us-east-1"),
    ],
)
def test_the_price_list_is_asked_on_the_accounts_continent(own: str, priced: str, asked: str) -> None:
    endpoint = endpoint_of(priced, config({"regions": [own]}))

    assert endpoint is not None
    assert (endpoint.region, endpoint.url) == (asked, None)


@pytest.mark.parametrize(
    ("own", "priced"),
    [("us-east-1", "cn-north-1"), ("cn-north-1", "us-east-1"), ("us-gov-west-1", "us-gov-west-1")],
)
def test_an_account_of_another_partition_cannot_ask(own: str, priced: str) -> None:
    assert endpoint_of(priced, config({"regions": [own]})) is None


def test_the_account_that_is_named_asks_and_else_the_first_that_is_no_emulators() -> None:
    accounts = (
        {"regions": ["us-east-1"], "endpoint_url": "http://127.0.0.1:4566"},
        {"regions": ["us-east-1"]},
        {"regions": ["us-east-1"], "endpoint_url": "https://gateway"},
    )

    def asker(**prices: object) -> tuple[str, str | None]:
        endpoint = endpoint_of("us-east-1", config(*accounts, **prices))
        assert endpoint is not None
        return endpoint.account.name, endpoint.url

    assert asker() == ("a1", None)
    assert asker(account="a2") == ("a2", "https://gateway")
    assert asker(endpoint_url="https://prices") == ("a0", "https://prices")
    assert asker(account="a1", endpoint_url="https://prices") == ("a1", "https://prices")


def test_an_account_that_is_not_configured_cannot_be_named() -> None:
    with pytest.raises(ValueError, match="prices: account = 'a9' is not configured; did you mean 'a0'"):
        config({"regions": ["us-east-1"]}, account="a9")


def test_an_endpoint_that_is_none_says_where_it_is_written() -> None:
    endpoint = endpoint_of("us-east-1", config({"regions": ["us-east-1"]}, endpoint_url="http://a b"))
    assert isinstance(endpoint, Endpoint)

    with pytest.raises(RemediatorError, match=r"\[prices\] endpoint_url"):
        endpoint.open(CallCounter())
