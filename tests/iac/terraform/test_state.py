import itertools
import json
import logging
import pickle
import string
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.iac.terraform.state_attributes import READABLE
from remediator.model import Standing, StateResource

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
ORIGIN = StateOrigin("infra", "envs/dev", "s3://b/k", "default", WRITTEN)


def instance(**fields: object) -> dict[str, object]:
    return {"attributes": {"id": "i-1", "instance_type": "t3.large"}, **fields}


def resource(*instances: dict[str, object], **fields: object) -> dict[str, object]:
    return {"mode": "managed", "type": "aws_instance", "name": "a", "instances": list(instances), **fields}


def parse(*resources: dict[str, object], **top: object) -> tuple[StateResource, ...]:
    raw = {"version": 4, "serial": 7, "lineage": "l-1", "outputs": {}, "resources": list(resources), **top}
    return parse_state([json.dumps(raw).encode()], ORIGIN)


def refusal(raw: bytes) -> str:
    with pytest.raises(RemediatorError) as caught:
        parse_state([raw], ORIGIN)
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
    assert (found.account_id, found.region, found.standing) == ("1", "us-east-1", Standing.CURRENT)
    assert (found.at.written_at, found.at.backend, found.at.repository) == (WRITTEN, "s3://b/k", "infra")
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


def test_deposed_and_tainted_objects_are_told_apart() -> None:
    found = parse(resource(instance(deposed="abcd1234"), instance(status="tainted", index_key=1)))
    assert [(r.at.address, r.standing) for r in found] == [
        ("aws_instance.a", Standing.DEPOSED),
        ("aws_instance.a[1]", Standing.TAINTED),
    ]


def test_what_the_provider_calls_a_resource_stands_in_for_attributes_that_do_not_say() -> None:
    identity = {"account_id": "123456789012", "region": "eu-west-1", "name": "sweep"}
    (named,) = parse(resource(instance(attributes={}, identity=identity), type="aws_autoscaling_group"))
    assert (named.id, named.arn, named.account_id, named.region) == ("sweep", None, "123456789012", "eu-west-1")
    (by_arn,) = parse(resource(instance(attributes={}, identity={"arn": "arn:aws:eks:us-east-1:1:nodegroup/a"})))
    assert (by_arn.arn, by_arn.account_id, by_arn.region) == ("arn:aws:eks:us-east-1:1:nodegroup/a", "1", "us-east-1")
    (regional,) = parse(resource(instance(attributes={"id": "i-1", "region": "eu-west-3"})))
    assert regional.region == "eu-west-3"


def test_the_volumes_of_an_instance_are_all_named() -> None:
    devices = [{"volume_id": "vol-1", "volume_type": "gp2"}, {"volume_id": "vol-2"}, {"volume_id": ""}]
    (found,) = parse(resource(instance(attributes={"id": "i", "ebs_block_device": devices})))
    assert dict(found.attributes) == {"ebs_block_device.volume_id": ("vol-1", "vol-2")}


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


def test_names_may_come_in_any_order() -> None:
    raw = {
        "version": 4,
        "serial": 7,
        "lineage": "l-1",
        "resources": [resource(instance(index_key=2), module="module.m")],
    }
    usual = parse_state([json.dumps(raw).encode()], ORIGIN)
    assert usual[0].at.address == "module.m.aws_instance.a[2]"
    assert parse_state([json.dumps(raw, sort_keys=True).encode()], ORIGIN) == usual


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
        (b"<html>Sign in</html>", "a page of HTML or XML"),
        (b"[" * 100_000, "nests too deep"),
        (b'{"version": 4, "resources": [' + b'{"a":' * 100_000, "nests too deep"),
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


def whole(count: int) -> bytes:
    made = [instance(index_key=n, attributes={"id": f"i-{n}", "user_data": '“ü\\"' * 9}) for n in range(count)]
    return json.dumps({"version": 4, "serial": 7, "resources": [resource(*made)]}, ensure_ascii=False).encode()


@given(st.integers(0, 4), st.integers(1, 97), st.booleans())
def test_it_matters_not_where_the_chunks_end(count: int, size: int, marked: bool) -> None:
    raw = (b"\xef\xbb\xbf" if marked else b"") + whole(count)
    cut = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert parse_state(cut, ORIGIN) == parse_state([raw], ORIGIN)
    assert len(parse_state(cut, ORIGIN)) == count


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
    monkeypatch.setattr("remediator.iac.terraform.json_stream.MOST_PARTS", 1 << 19)
    many = itertools.chain([b'{"version": 4, "outputs": {"a": [0'], itertools.repeat(part * 100_000, 1_000))
    begun = time.process_time()

    with pytest.raises(RemediatorError, match=r"a value of more than 524,288 parts, or is not JSON"):
        parse_state(many, ORIGIN)

    assert time.process_time() - begun < 10


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


def test_names_at_the_top_are_passed_over_and_instances_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def many() -> Iterator[bytes]:
        yield b'{"version": 4'
        for n in range(200):
            yield b"".join(b',"%d-%d":0' % (n, m) for m in range(1_000))
        yield b"}"

    tracemalloc.start()
    try:
        assert parse_state(many(), ORIGIN) == ()
        assert tracemalloc.get_traced_memory()[1] < 5 << 20
    finally:
        tracemalloc.stop()
    monkeypatch.setattr("remediator.iac.terraform.state.MOST", 3)
    assert len(parse(resource(instance(), instance(index_key=1)), resource(instance()))) == 3
    with pytest.raises(RemediatorError, match="holds more than 3 resource instances"):
        parse(resource(instance(), instance(index_key=1)), resource(instance(), instance(index_key=1)))


def test_half_a_surrogate_pair_is_replaced_as_terraform_does() -> None:
    broken = instance(index_key="\udc00", dependencies=["aws_vpc.\ud800"])
    broken["attributes"] = {"id": "i-\ud800", "tags": {"team\ud800": "\ud800x", "rocket": "\U0001f680"}}

    (found,) = parse(resource(broken, name="\ud800"))

    assert found.at.address == 'aws_instance.\ufffd["\ufffd"]'
    assert (found.id, found.dependencies) == ("i-\ufffd", ("aws_vpc.\ufffd",))
    assert dict(found.attributes) == {"tags.team\ufffd": "\ufffdx", "tags.rocket": "\U0001f680"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ('provider["registry.terraform.io/hashicorp/aws"]', "provider.aws"),
        ('provider["registry.opentofu.org/hashicorp/aws"].west', "provider.aws.west"),
        (
            'module.a["k"].module.b.provider["registry.terraform.io/hashicorp/aws"]',
            'module.a["k"].module.b.provider.aws',
        ),
        ("provider.aws.west", "provider.aws.west"),  # Terraform 0.12
        ("", None),
        ("something else", None),
    ],
)
def test_the_provider_configuration_of_a_resource(written: str, address: str | None) -> None:
    (found,) = parse(resource(instance(), provider=written))
    assert found.configured_by == address


def test_the_provider_may_come_after_the_instances() -> None:
    whole = resource(instance())
    (found,) = parse({**whole, "provider": 'provider["registry.terraform.io/hashicorp/aws"]'})
    (sorted_,) = parse(dict(sorted({**whole, "provider": 'provider["x/y/aws"]'}.items())))
    assert (found.configured_by, sorted_.configured_by) == ("provider.aws", "provider.aws")


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
