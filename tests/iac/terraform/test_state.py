import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import parse_state
from remediator.model import Standing
from tests.iac.terraform.states import ORIGIN, WRITTEN, instance, parse, resource, whole


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


def test_an_instance_without_attributes_is_still_an_address() -> None:
    flat, bare = parse(resource(instance(attributes=None, attributes_flat={"id": "i-9"}), instance(attributes=None)))
    assert (flat.id, bare.id) == ("i-9", "")


@given(st.integers(0, 4), st.integers(1, 97), st.booleans())
def test_it_matters_not_where_the_chunks_end(count: int, size: int, marked: bool) -> None:
    raw = (b"\xef\xbb\xbf" if marked else b"") + whole(count)
    cut = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert parse_state(cut, ORIGIN) == parse_state([raw], ORIGIN)
    assert len(parse_state(cut, ORIGIN)) == count


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


@pytest.mark.parametrize("around", ["{}", '{{"version": 4, "x": 1, "y": {}}}'])
def test_an_attribute_that_nests_too_deep_costs_itself_alone(around: str) -> None:
    deep = around.format("[" * 100_000 + "]" * 100_000) if around != "{}" else "[" * 100_000 + "]" * 100_000
    raw = json.dumps(
        {
            "version": 4,
            "outputs": {"o": {"value": "DEEP"}},
            "resources": [resource(instance(attributes={"id": "i-1", "manifest": "DEEP"})), resource(instance())],
            "check_results": "DEEP",
        }
    ).replace('"DEEP"', deep)

    assert [found.id for found in parse_state([raw.encode()], ORIGIN)] == ["i-1", "i-1"]
