from datetime import UTC, datetime

import pytest
from botocore.utils import parse_timestamp
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.sessions import instant, open_clients

ROLE = "arn:aws:iam::123456789012:role/remediator"


def test_a_role_is_assumed_and_the_call_is_counted(cloud) -> None:
    account = AccountConfig(
        name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint, role_arn=ROLE, external_id="acme"
    )

    clients = open_clients(account, "us-east-1", "dev/us-east-1")

    assert [(c.service, c.operation, c.calls) for c in clients.counter.counts()] == [("sts", "AssumeRole", 1)]
    assert clients.client("sts").get_caller_identity()["Arn"].startswith("arn:aws:sts::123456789012:assumed-role/")


def test_a_client_is_made_once(cloud) -> None:
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)

    clients = open_clients(account, "us-east-1", "dev/us-east-1")

    assert clients.client("ec2") is clients.client("ec2")


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        ({"profile": "nowhere"}, "nowhere.*name a profile of your AWS configuration"),
        ({"endpoint_url": "localhost"}, "localhost is no endpoint; write the account's endpoint_url"),
    ],
)
def test_an_account_that_cannot_be_opened_is_a_sentence(account: dict[str, str], sentence: str) -> None:
    with pytest.raises(RemediatorError, match=sentence):
        open_clients(AccountConfig(name="dev", regions=("us-east-1",), **account), "us-east-1", "dev").client("ec2")


@given(st.integers(86_400, 2_114_380_800_000))
def test_times_are_read_as_botocore_reads_them(milliseconds: int) -> None:
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    whole = at.replace(microsecond=0)

    for told in (at.timestamp(), at.isoformat(), at.isoformat().replace("+00:00", "Z")):
        assert instant(told) == parse_timestamp(told)
        assert instant(told).tzinfo is UTC
    assert instant(whole.strftime("%a, %d %b %Y %H:%M:%S GMT")) == whole
