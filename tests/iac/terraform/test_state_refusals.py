"""What is no readable state is refused in a sentence that repeats nothing of it."""

import itertools
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import parse_state
from tests.iac.terraform.states import NAMES, ORIGIN, PLAIN, refusal


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"version": 4, "resour', "was cut short"),
        (b"\xff\xfe", "is not JSON"),
        (b"<html>", "is not JSON"),
        (b"<html>Sign in</html>", "a page of HTML or XML"),
        (b"[" * 100_000, "was cut short"),
        (b'{"version": 4, "resources": [' + b'{"a":' * 100_000, "was cut short"),
        (b'{"version": ' + b"[" * 100_000, "nests too deep"),
        (b'{"version": 4, "serial": ' + b"9" * 5_000 + b"}", "is not JSON"),
        (b'{"version": 4, "serial": NaN}', "is not JSON"),
        (b"\x00" * 64, "NUL bytes"),
        (b'{"version": 4, "resources": []\x00\x00', "NUL bytes"),
        (b'{"version": 4} {}', "is not JSON"),
        (b'{"version": 4, "lineage": "\xff"}', "is not UTF-8"),
        (b'instance_type = "t3.large"', "is not JSON"),
        (b'{"instance_type": "t3.large"}', "a file of variables"),
        (b'{"errors": [{"status": "401"}]}', "an error"),
        (b'{"format_version": "1.2", "planned_values": {}}', "is a plan, not a state"),
        (b'{"format_version": "1.0", "values": {}}', "is the output of `terraform show -json`"),
        (b"[]", "no state"),
        (b"{}", "no version"),
        (b'{"version": "4"}', "no version"),
        (b'{"version": 3, "modules": []}', "has version 3, of Terraform before 0.12"),
        (b'{"version": 5}', "upgrade remediator"),
        (b'{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "AA", "encryption_version": "v0"}', "OpenTofu"),
        (b'{"version": 4, "resources": [{"mode": "managed", "type": "t", "name": 5}]}', "at resources.0.name"),
        (b'{"version": 4, "resources": [{"mode": "dreamt", "type": "t", "name": "n"}]}', "at resources.0.mode"),
        (
            b'{"version": 4, "resources": [{"mode": "data", "type": "t", "name": "n", "instances": [{}, 1]}]}',
            "at resources.0.instances.1",
        ),
        (b'{"version": 4, "resources": 1}', "at resources"),
    ],
)
def test_what_is_no_readable_state_is_refused(raw: bytes, sentence: str) -> None:
    assert sentence in refusal(raw)


def test_a_refusal_holds_no_value_of_the_state() -> None:
    broken = {"version": 4, "resources": [{"mode": "managed", "type": "t", "name": "n", "instances": "hunter2"}]}
    assert "hunter2" not in refusal(json.dumps(broken).encode())


@given(
    st.binary(max_size=60)
    | st.recursive(
        PLAIN,
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                NAMES | st.sampled_from(["version", "resources", "instances", "attributes", "mode", "type", "name"]),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_read_or_refused(raw: bytes) -> None:
    try:
        parse_state([b'{"version": 4, "resources": ', raw, b"}"], ORIGIN)
        parse_state([raw], ORIGIN)
    except RemediatorError as error:
        assert str(error).startswith("the state s3://b/k of infra, root envs/dev ")


def test_a_value_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remediator.iac.terraform.json_stream.LARGEST_VALUE", 1 << 20)
    endless = (b"x" * 65_536 for _ in range(1_000_000))
    with pytest.raises(RemediatorError, match="a value of more than"):
        parse_state((part for parts in ([b'{"version": 4, "outputs": {"a": "'], endless) for part in parts), ORIGIN)


@pytest.mark.parametrize("part", [b",[]", b",{}", b",0"])
def test_a_value_of_very_many_parts_is_refused_before_it_is_built(part: bytes, monkeypatch) -> None:
    monkeypatch.setattr("remediator.iac.terraform.json_stream.MOST_PARTS", 1 << 17)
    many = itertools.chain([b'{"version": 4, "outputs": {"a": [0'], itertools.repeat(part * 100_000, 1_000))
    begun = time.process_time()

    with pytest.raises(RemediatorError, match=r"a value of more than 131,072 parts, or is not JSON"):
        parse_state(many, ORIGIN)

    assert time.process_time() - begun < 10
