import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import READABLE, parse_state
from remediator.model import StateResource


def instance(**fields: object) -> dict[str, object]:
    return {"attributes": {"id": "i-1", "instance_type": "t3.large"}, **fields}


def resource(*instances: dict[str, object], **fields: object) -> dict[str, object]:
    return {"mode": "managed", "type": "aws_instance", "name": "a", "instances": list(instances), **fields}


def parse(*resources: dict[str, object], **top: object) -> tuple[StateResource, ...]:
    raw = {"version": 4, "serial": 7, "lineage": "l-1", "outputs": {}, "resources": list(resources), **top}
    return parse_state(json.dumps(raw).encode(), "infra", "envs/dev", "s3://b/k", "default")


def refusal(raw: bytes) -> str:
    with pytest.raises(RemediatorError) as caught:
        parse_state(raw, "infra", "envs/dev", "s3://b/k", "default")
    assert caught.value.__cause__ is None  # a cause would print what the state holds
    assert str(caught.value).startswith("the state s3://b/k of infra, root envs/dev ")
    return str(caught.value)


def test_an_instance_with_its_address_and_allowed_attributes() -> None:
    attributes = {
        "id": "i-1",
        "arn": "arn:aws:ec2:us-east-1:1:instance/i-1",
        "instance_type": "p3.2xlarge",
        "ebs_optimized": False,
        "user_data": "PASSWORD=x",
        "root_block_device": [{"volume_id": "vol-1", "volume_type": "gp2", "volume_size": 100, "kms_key_id": "k"}],
        "tags": {"team": "ranking", "n": None},
        "tenancy": None,
    }
    (found,) = parse(resource(instance(attributes=attributes, dependencies=["aws_vpc.v"])))
    assert (found.at.address, found.at.serial, found.at.lineage) == ("aws_instance.a", 7, "l-1")
    assert (found.id, found.arn, found.dependencies) == ("i-1", attributes["arn"], ("aws_vpc.v",))
    assert dict(found.attributes) == {
        "instance_type": "p3.2xlarge",
        "ebs_optimized": False,
        "root_block_device.volume_id": "vol-1",
        "root_block_device.volume_type": "gp2",
        "root_block_device.volume_size": 100,
        "tags.team": "ranking",
    }


@pytest.mark.parametrize(
    ("fields", "key", "address"),
    [
        ({}, None, "aws_instance.a"),
        ({}, 0, "aws_instance.a[0]"),
        ({}, "x y", 'aws_instance.a["x y"]'),
        ({"module": 'module.m["k"].module.n[0]'}, None, 'module.m["k"].module.n[0].aws_instance.a'),
        ({"mode": "data"}, None, "data.aws_instance.a"),
        ({"mode": "data", "module": "module.m"}, 1, "module.m.data.aws_instance.a[1]"),
    ],
)
def test_addresses_as_terraform_prints_them(fields: dict[str, object], key: object, address: str) -> None:
    (found,) = parse(resource(instance(index_key=key), **fields))
    assert found.at.address == address


def test_what_is_sensitive_is_not_read() -> None:
    secrets = [
        [{"type": "get_attr", "value": "instance_type"}],
        [
            {"type": "get_attr", "value": "root_block_device"},
            {"type": "index", "value": {"value": 0, "type": "number"}},
            {"type": "get_attr", "value": "volume_type"},
        ],
        [{"type": "get_attr", "value": "tags"}, {"type": "index", "value": {"value": "token", "type": "string"}}],
        [{"type": "get_attr", "value": "arn"}],
    ]
    attributes = {
        "id": "i-1",
        "arn": "arn:secret",
        "instance_type": "t3.large",
        "root_block_device": [{"volume_type": "gp2", "volume_size": 9}],
        "tags": {"token": "secret"},
    }
    (found,) = parse(resource(instance(attributes=attributes, sensitive_attributes=secrets)))
    assert found.arn is None
    assert dict(found.attributes) == {"root_block_device.volume_size": 9}


def test_deposed_objects_are_skipped_and_tainted_ones_kept() -> None:
    found = parse(resource(instance(deposed="abcd1234"), instance(status="tainted", index_key=1)))
    assert [r.at.address for r in found] == ["aws_instance.a[1]"]


def test_unknown_types_have_identity_only() -> None:
    (found,) = parse(resource(instance(attributes={"id": "db-1", "password": "x"}), type="aws_db_instance"))
    assert (found.id, dict(found.attributes)) == ("db-1", {})


def test_an_instance_without_attributes_is_still_an_address() -> None:
    flat, bare = parse(resource(instance(attributes=None, attributes_flat={"id": "i-9"}), instance(attributes=None)))
    assert (flat.id, bare.id) == ("i-9", "")


def test_several_blocks_have_no_single_value() -> None:
    devices = [{"volume_type": "gp2"}, {"volume_type": "gp3"}]
    (found,) = parse(resource(instance(attributes={"id": "i", "root_block_device": devices})))
    assert dict(found.attributes) == {}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'{"version": 4, "resour', "was cut short"),
        (b"\xff\xfe", "is not JSON"),
        (b"<html>", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "no state"),
        (b"{}", "no version"),
        (b'{"version": "4"}', "no version"),
        (b'{"version": 3, "modules": []}', "has version 3, of Terraform before 0.12"),
        (b'{"version": 5}', "upgrade remediator"),
        (b'{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "AA", "encryption_version": "v0"}', "OpenTofu"),
        (b'{"version": 4, "resources": [{"mode": "managed", "type": "t", "name": 5}]}', "at resources.0.name"),
        (b'{"version": 4, "resources": 1}', "at resources"),
    ],
)
def test_what_is_no_readable_state_is_refused(raw: bytes, sentence: str) -> None:
    assert sentence in refusal(raw)


def test_a_refusal_holds_no_value_of_the_state() -> None:
    broken = {"version": 4, "resources": [{"mode": "managed", "type": "t", "name": "n", "instances": "hunter2"}]}
    assert "hunter2" not in refusal(json.dumps(broken).encode())


NAMES = st.text(string.ascii_lowercase + "_", min_size=1, max_size=8)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=4)
TABLE = st.dictionaries(NAMES, PLAIN, max_size=2)
VALUES = PLAIN | TABLE | st.lists(PLAIN | TABLE, max_size=2)


@given(
    st.sampled_from([*READABLE, "aws_db_instance"]),
    st.dictionaries(NAMES | st.sampled_from(["id", "tags", "instance_type", "root_block_device"]), VALUES, max_size=6),
    st.none() | st.integers(0, 99) | st.text(string.ascii_letters, min_size=1),
)
def test_only_allowed_plain_values_come_through(
    type_: str, attributes: dict[str, object], key: int | str | None
) -> None:
    (found,) = parse(resource(instance(attributes=attributes, index_key=key), type=type_))
    allowed = READABLE.get(type_, ())
    assert found.at.index_key == key
    for name, value in found.attributes.items():
        assert name in allowed or name.split(".")[0] in allowed
        assert isinstance(value, str | int | float | bool)
