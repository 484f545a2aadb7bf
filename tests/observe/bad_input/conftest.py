"""A unit of an AWS that answers as a test says."""

from collections.abc import Iterator

import pytest

from remediator.config import AccountConfig
from remediator.observe.listing import Unit
from tests.observe.bad_input.query_aws import QueryAws


@pytest.fixture
def aws() -> Iterator[QueryAws]:
    made = QueryAws()
    yield made
    made.close()


@pytest.fixture
def unit(aws: QueryAws, monkeypatch: pytest.MonkeyPatch) -> Unit:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    return Unit(AccountConfig(name="dev", regions=("me-south-1",), endpoint_url=aws.url), "me-south-1")
