from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.model import Attributes, LaunchRecord, Resource, Untold
from remediator.observe.calls import CallCounter
from remediator.observe.kinds import KINDS
from remediator.observe.kinds.scaling import SCALING
from remediator.observe.launches import read_launches
from remediator.observe.makings import MAKINGS

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(id_: str, kind: str = "aws_instance", days: float = 3) -> Resource:
    created = NOW - timedelta(days=days)
    return Resource("aws", "dev", "us-east-1", kind, id_, None, Attributes(), Attributes(), created)


def event(name: str, day: int, source: str = "ec2") -> dict[str, object]:
    identity = {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/emil", "userName": f"emil-{day}"}
    when = f"2026-11-{day:02d}T08:00:00Z"
    return {"eventName": name, "eventSource": f"{source}.amazonaws.com", "eventTime": when, "userIdentity": identity}


@pytest.fixture
def read(cloud, tmp_path):
    def launches(*resources: Resource, now: datetime = NOW, endpoint: str = cloud.endpoint):
        account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=endpoint)
        known = read_launches(account, "us-east-1", resources, tmp_path / "launches", now).launches
        return {one.id: launch for one, launch in known.items() if isinstance(launch, LaunchRecord)}

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


@pytest.mark.parametrize("kind", ["aws_eip", "aws_batch_compute_environment"])
def test_what_may_be_new_is_asked_of_once_more_when_no_record_can_be_on_its_way(read, trail, kind: str) -> None:
    one = replace(made("thing-1", kind), created_at=None)
    assert read(one) == {}
    trail[MAKINGS[kind].events[0]] = [
        event(MAKINGS[kind].events[0], 24, MAKINGS[kind].service) | {"responseElements": {"made": "thing-1"}}
    ]
    assert read(one, now=NOW + timedelta(minutes=59), endpoint="http://127.0.0.1:9") == {}

    assert set(read(one, now=NOW + timedelta(hours=2))) == {"thing-1"}


def test_an_answer_is_for_good_where_nothing_was_found_a_second_time(read, trail) -> None:
    one = replace(made("eipalloc-1", "aws_eip"), created_at=None)

    assert [read(one, now=NOW + timedelta(hours=hours)) for hours in (0, 2)] == [{}, {}]
    assert read(one, now=NOW + timedelta(hours=4), endpoint="http://127.0.0.1:9") == {}


def test_nothing_is_asked_of_what_is_too_old_or_is_made_by_no_known_call(read) -> None:
    old, bucket = made("vol-1", "aws_ebs_volume", days=91), made("b", "acme_thing")

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
    trail["workers"] = [event("CreateAutoScalingGroup", 11, "autoscaling")]
    first = read(made("workers", "aws_autoscaling_group", days=13.1))
    trail["workers"] = [
        event("CreateAutoScalingGroup", 20, "autoscaling"),
        event("CreateAutoScalingGroup", 11, "autoscaling"),
    ]

    again = read(made("workers", "aws_autoscaling_group", days=4.1))

    assert (first["workers"].person, again["workers"].person) == ("emil-11", "emil-20")


NAMES = {"aws_eks_node_group": "training:gpu", "aws_ecs_service": "arn:aws:ecs:us-east-1:123456789012:service/c/web"}


# What only says how others scale is nobody's finding.
@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind not in SCALING])
def test_who_made_it_is_asked_of_every_kind_that_is_observed(read, trail, kind: str) -> None:
    making = MAKINGS[kind]
    id_ = NAMES.get(kind, "thing-1")
    call = event(making.events[-1], 21, making.service) | {"responseElements": {"made": [*id_.split(":"), id_]}}
    other = event(making.events[-1], 21, making.service) | {"responseElements": {"made": ["thing-2"]}}
    trail[id_ if making.indexed else making.events[-1]] = [call] if making.indexed else [other, call, other]

    assert set(read(made(id_, kind))) == {id_}


def test_a_call_of_another_service_by_the_same_name_counts_nothing(read, trail) -> None:
    named = {"requestParameters": {"name": "training"}}
    trail["CreateCluster"] = [event("CreateCluster", 21, "ecs") | named, event("CreateCluster", 20, "eks") | named]

    assert read(made("training", "aws_eks_cluster"))["training"].person == "emil-20"


def test_one_question_is_asked_for_all_addresses(read, trail, cloud, tmp_path) -> None:
    several = [replace(made(f"eipalloc-{n}", "aws_eip"), created_at=None) for n in range(5)]
    calls = [event("AllocateAddress", 20) | {"responseElements": {"allocationId": one.id}} for one in several]
    trail["AllocateAddress"] = calls
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)
    counter = CallCounter()

    known = read_launches(account, "us-east-1", several, tmp_path / "launches", NOW, counter).launches

    assert len(known) == 5
    assert [count.calls for count in counter.counts()] == [1]


def test_kinds_that_share_a_name_are_kept_apart(read, trail) -> None:
    trail["orders"] = [event("CreateDBInstance", 20, "rds"), event("CreateBucket", 21, "s3")]

    assert read(made("orders", "aws_db_instance"))["orders"].event == "CreateDBInstance"
    assert read(made("orders", "aws_s3_bucket"))["orders"].event == "CreateBucket"


@pytest.mark.parametrize(("calls", "why"), [(1000, Untold.ABSENT), (1001, Untold.CUT)])
def test_that_not_all_calls_were_read_is_told_and_kept(cloud, trail, tmp_path, calls: int, why: Untold) -> None:
    one = made("i-busy")
    trail["i-busy"] = [event("StartInstances", 20)] * calls
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)
    away = account.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})

    for there in (account, away):
        assert read_launches(there, "us-east-1", [one], tmp_path, NOW).launches == {one: why}


def test_an_event_that_nests_too_deep_costs_the_maker_of_its_resource_alone_and_is_told(cloud, trail, tmp_path) -> None:
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    trail["i-deep"] = [{**event("RunInstances", 20), "requestParameters": {"x": deep}}]
    trail["i-plain"] = [event("RunInstances", 20)]

    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=cloud.endpoint)
    odd, plain = made("i-deep"), made("i-plain")
    for _ in range(2):  # asked, then kept
        found = read_launches(account, "us-east-1", [odd, plain], tmp_path, NOW).launches
        record = found[plain]

        assert found[odd] is Untold.UNREADABLE
        assert isinstance(record, LaunchRecord) and record.person == "emil-20"


def test_a_call_that_was_read_counts_however_many_were_not(read, trail) -> None:
    trail["i-busy"] = [event("RunInstances", 20), *[event("StartInstances", 19)] * 1200]

    assert read(made("i-busy"))["i-busy"].person == "emil-20"
