"""Buckets that are listed for states: what none of the roots claims is read, and what is no state is counted."""

import json
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
import requests

from remediator.config import AccountConfig, Config, RootConfig
from remediator.run.buckets import Bucket, list_buckets, read_elsewhere
from tests import emulator

NAME = "acme-states"


def state(id_: str) -> bytes:
    held = {"attributes": {"id": id_}}
    head = {"mode": "managed", "type": "aws_instance", "name": "web", "provider": "aws", "instances": [held]}
    return json.dumps({"version": 4, "serial": 1, "lineage": "l", "resources": [head]}).encode()


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture
def put(server):
    requests.post(f"{server}/moto-api/reset", timeout=10)
    s3 = emulator.client("s3", server)
    s3.create_bucket(Bucket=NAME)
    return lambda key, body: s3.put_object(Bucket=NAME, Key=key, Body=body)


@pytest.fixture
def account(server) -> AccountConfig:
    return AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=server, state_buckets=(NAME,))


def elsewhere(executor: Executor, account: AccountConfig, *roots: RootConfig):
    listed = list_buckets(executor, [account])()
    return read_elsewhere(executor, listed.results, roots, Config(accounts=(account,)))


def test_all_keys_are_listed_and_a_bucket_that_is_not_there_fails_alone(executor, account, put, server) -> None:
    put("a.tfstate", b"")
    put("b.txt", b"")
    other = AccountConfig(name="prod", regions=("us-east-1",), endpoint_url=server, state_buckets=("not-there",))

    swept = list_buckets(executor, [account, other])()

    assert swept.results == (Bucket(NAME, account, frozenset({"a.tfstate", "b.txt"})),)
    assert [failure.unit for failure in swept.failures] == ["s3://not-there"]


def test_what_no_root_claims_is_read(executor, account, put) -> None:
    for key, id_ in (("a.tfstate", "i-a"), ("env:/gpu/a.tfstate", "i-gpu"), ("teams/x/b.tfstate", "i-b")):
        put(key, state(id_))
    claimed = RootConfig(path=".", state=f"s3://{NAME}/a.tfstate")
    workspace = RootConfig(path=".", state=f"s3://{NAME}/a.tfstate", workspace="gpu")

    assert [one.id for one in elsewhere(executor, account, claimed, workspace).states] == ["i-b"]
    assert {one.id for one in elsewhere(executor, account, claimed).states} == {"i-b", "i-gpu"}


def test_a_state_with_keys_of_its_own_for_workspaces_is_claimed(executor, account, put) -> None:
    put("spaces/gpu/a.tfstate", state("i-gpu"))
    root = RootConfig(path=".", state=f"s3://{NAME}/a.tfstate", workspace="gpu", workspace_key_prefix="spaces")

    assert elsewhere(executor, account, root).states == ()


def test_what_cannot_be_read_fails_and_what_is_no_state_is_counted(executor, account, put) -> None:
    put("cut.tfstate", state("i-1")[:40])
    put("good.tfstate", state("i-2"))
    for beside in ("good.tfstate.tflock", "good.tfstate.backup", "folder/"):
        put(beside, b"")
    put("notes.txt", b"hello")

    found = elsewhere(executor, account)

    assert [one.id for one in found.states] == ["i-2"]
    assert [failure.unit for failure in found.failures] == [f"s3://{NAME}/cut.tfstate"]
    assert found.notes == ("1 keys in state_buckets are not named as states (….tfstate) and were not read.",)
