from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.model import Attributes, Resource
from remediator.observe.launches import read_launches

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(id_: str, kind: str = "aws_instance", days: float = 3) -> Resource:
    created = NOW - timedelta(days=days)
    return Resource("aws", "dev", "us-east-1", kind, id_, None, Attributes(), Attributes(), created)


def event(name: str, day: int) -> dict[str, object]:
    identity = {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/emil", "userName": f"emil-{day}"}
    return {"eventName": name, "eventTime": f"2026-11-{day:02d}T08:00:00Z", "userIdentity": identity}


@pytest.fixture
def read(cloud, tmp_path):
    def launches(*resources: Resource, now: datetime = NOW, endpoint: str = cloud.endpoint):
        account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=endpoint)
        return read_launches(account, "us-east-1", resources, tmp_path / "launches", now)

    return launches


def test_the_first_call_that_made_it_counts(read, trail) -> None:
    trail["i-first"] = [event("StartInstances", 20), event("RunInstances", 12), event("RunInstances", 11)]

    found = read(made("i-first"), made("i-other"))

    assert {id_: record.person for id_, record in found.items()} == {"i-first": "emil-11"}


def test_an_answer_is_kept_for_good(read, trail) -> None:
    trail["i-kept"] = [event("RunInstances", 12)]
    first = read(made("i-kept"), made("i-nothing"))
    trail["i-kept"] = trail["i-nothing"] = [event("RunInstances", 20)]

    assert read(made("i-kept"), made("i-nothing"), endpoint="http://127.0.0.1:9") == first


def test_what_is_new_may_still_be_on_its_way(read, trail) -> None:
    assert read(made("i-late", days=0.01)) == {}
    trail["i-late"] = [event("RunInstances", 24)]

    assert set(read(made("i-late", days=0.01))) == {"i-late"}


def test_nothing_is_asked_of_what_is_too_old_or_is_made_by_no_known_call(read) -> None:
    old, bucket = made("vol-1", "aws_ebs_volume", days=91), made("b", "aws_s3_bucket")

    assert read(old, bucket, endpoint="http://127.0.0.1:9") == {}


def test_a_trail_that_cannot_be_read_says_so_and_keeps_what_it_had(read, trail, monkeypatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(RemediatorError, match="dev/us-east-1"):
        read(made("i-9"), endpoint="http://127.0.0.1:9")
    trail["i-9"] = [event("RunInstances", 12)]

    assert set(read(made("i-9"))) == {"i-9"}


@pytest.mark.parametrize("damage", [b"", b"{", b'{"i-5": 7}', b"\xff\xfe"])
def test_a_damaged_cache_is_as_good_as_none(read, trail, tmp_path, damage: bytes) -> None:
    trail["i-5"] = [event("RunInstances", 12)]
    read(made("i-5"))
    (file,) = (tmp_path / "launches").rglob("*.json")
    file.write_bytes(damage)

    assert set(read(made("i-5"))) == {"i-5"}


def test_a_name_that_is_used_again_is_asked_for_again(read, trail) -> None:
    trail["workers"] = [event("CreateAutoScalingGroup", 11)]
    first = read(made("workers", "aws_autoscaling_group", days=13.2))
    trail["workers"] = [event("CreateAutoScalingGroup", 20), event("CreateAutoScalingGroup", 11)]

    again = read(made("workers", "aws_autoscaling_group", days=4.2))

    assert (first["workers"].person, again["workers"].person) == ("emil-11", "emil-20")
