"""Every kind by its name, and what listing it gives."""

from collections.abc import Callable

import boto3
import pytest

from remediator.model import Resource
from remediator.observe.calls import CallCounter
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS
from remediator.observe.sessions import Clients

ROLE = "arn:aws:iam::123456789012:role/x"
BY_NAME = {kind.name: kind for kind in KINDS}


def _listing(endpoint: str) -> Callable[[str], list[Resource]]:
    clients = Clients(boto3.session.Session(), "us-east-1", endpoint, CallCounter())
    return lambda name: list(list_kind(BY_NAME[name], clients, "dev"))


@pytest.fixture
def listed(cloud) -> Callable[[str], list[Resource]]:
    return _listing(cloud.endpoint)


@pytest.fixture
def scripted(scripted_aws) -> Callable[[str], list[Resource]]:
    return _listing(scripted_aws.url)
