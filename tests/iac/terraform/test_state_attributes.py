"""Which attributes of a state are read: allowed ones, and never a sensitive one."""

import json
import logging
import pickle
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.iac.terraform.state import parse_state
from remediator.iac.terraform.state_attributes import READABLE
from tests.iac.terraform.states import NAMES, ORIGIN, PLAIN, instance, parse, refusal, resource


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
        "tags": {"token": "secret", "team": "ranking"},
    }
    (found,) = parse(resource(instance(attributes=attributes, sensitive_attributes=secrets)))
    assert found.arn is None
    assert dict(found.attributes) == {"root_block_device.volume_size": 9, "tags.team": "ranking"}


@pytest.mark.parametrize("secrets", ["tags", [5], [[]], [["tags"]], {"a": 1}])
def test_sensitive_paths_that_cannot_be_understood_hide_everything(secrets: object) -> None:
    (found,) = parse(resource(instance(sensitive_attributes=secrets)))
    assert (found.id, dict(found.attributes)) == ("", {})


def test_a_secret_is_in_nothing_that_is_kept_logged_or_said(caplog: pytest.LogCaptureFixture) -> None:
    secret = "hunter2-c2VjcmV0"
    caplog.set_level(logging.DEBUG)
    marked = [[{"type": "get_attr", "value": "instance_type"}]]
    attributes = {"id": "i-1", "user_data": secret, "instance_type": secret, "root_block_device": [{"key": secret}]}
    one = instance(attributes=attributes, sensitive_attributes=marked, private=secret)
    unknown = resource(instance(attributes={"id": "db", "password": secret}), type="aws_db_instance")
    outputs = {"password": {"value": secret, "type": "string", "sensitive": True}}

    found = parse(resource(one), unknown, outputs=outputs, check_results=[{"message": secret}])

    assert len(found) == 2
    assert secret.encode() not in pickle.dumps(found)
    assert secret not in repr(found) + caplog.text
    whole = json.dumps({"version": 4, "outputs": outputs, "resources": [resource(one)]}).encode()
    for end in range(len(whole)):
        assert secret not in refusal(whole[:end])
    assert secret not in refusal(whole.replace(b'"managed"', f'"{secret}"'.encode()))


def test_attributes_as_they_were_written_before_terraform_0_12() -> None:
    flat = {
        "id": "i-1",
        "instance_type": "m4.large",
        "ebs_optimized": "false",
        "root_block_device.#": "1",
        "root_block_device.0.volume_size": "100",
        "root_block_device.0.volume_id": "vol-1",
        "ebs_block_device.#": "2",
        "ebs_block_device.2576023345.volume_id": "vol-2",
        "ebs_block_device.2576023346.volume_id": "vol-3",
        "tags.%": "2",
        "tags.Name": "a",
        "tags.acme.io/team": "ranking",
        "user_data": "x",
    }
    (found,) = parse(resource(instance(attributes=None, attributes_flat=flat)))
    assert (found.id, dict(found.attributes)) == (
        "i-1",
        {
            "instance_type": "m4.large",
            "ebs_optimized": False,
            "root_block_device.volume_size": 100,
            "root_block_device.volume_id": "vol-1",
            "ebs_block_device.volume_id": ("vol-2", "vol-3"),
            "tags.Name": "a",
            "tags.acme.io/team": "ranking",
        },
    )


def test_unknown_types_have_identity_only() -> None:
    (found,) = parse(resource(instance(attributes={"id": "db-1", "password": "x"}), type="aws_db_instance"))
    assert (found.id, dict(found.attributes)) == ("db-1", {})


def test_several_blocks_have_no_single_value() -> None:
    devices = [{"volume_type": "gp2"}, {"volume_type": "gp3"}]
    (found,) = parse(resource(instance(attributes={"id": "i", "root_block_device": devices})))
    assert dict(found.attributes) == {}


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


def test_secrets_and_tags_without_number_are_read_in_good_time() -> None:
    tags = {f"t{n}": "x" for n in range(20_000)}
    secrets = [
        [{"type": "get_attr", "value": "tags"}, {"type": "index", "value": {"value": f"t{n}"}}] for n in range(20_000)
    ]
    begun = time.process_time()

    (found,) = parse(
        resource(instance(attributes={"id": "i-1", "tags": tags | {"a": "b"}}, sensitive_attributes=secrets))
    )

    assert dict(found.attributes) == {"tags.a": "b"}
    assert time.process_time() - begun < 5  # seconds; each tag against each secret takes some forty


def test_what_no_cloud_has_is_not_kept() -> None:
    attributes = (
        '{"id": "i-1", "iops": 1e999, "size": 1%s, "throughput": 125, "type": "%s", "tags": {"a": "%s", "b": "c"}}'
    )
    one = attributes % ("0" * 400, "x" * 5_000, "y" * 5_000)
    head = '{"version": 4, "resources": [{"mode": "managed", "type": "aws_ebs_volume", "name": "a", "instances": '

    (found,) = parse_state([f'{head}[{{"attributes": {one}}}]}}]}}'.encode()], ORIGIN)

    assert dict(found.attributes) == {"throughput": 125, "tags.b": "c"}


@pytest.mark.parametrize(
    ("attributes", "secrets", "keys"),
    [
        ({"tags": {"a": "1"}, "tags_all": {"a": "1", "b": "2"}}, [], ("a", "b")),
        ({"tags_all": {}}, [], ()),
        ({"tags_all": None}, [], None),
        ({}, [], None),
        ({"tags_all": {"a": "1"}}, [[{"type": "get_attr", "value": "tags_all"}]], None),
        (
            {"tags_all": {"a": "1"}},
            [[{"type": "get_attr", "value": "tags_all"}, {"type": "index", "value": {"value": "a", "type": "string"}}]],
            None,
        ),
    ],
)
def test_of_all_tags_the_keys_are_kept(attributes: dict[str, object], secrets: list[object], keys: object) -> None:
    (found,) = parse(resource(instance(attributes={"id": "i", **attributes}, sensitive_attributes=secrets)))
    assert found.tag_keys == keys
