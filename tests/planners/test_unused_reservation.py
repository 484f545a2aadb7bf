from dataclasses import replace
from decimal import Decimal

import pytest

from planners import unused_reservation
from planners.unused_reservation import Settings
from remediator.model import RemoveResource, SetAttribute

SPEC = {"instance_type": "m5.2xlarge", "instance_count": 4, "instance_platform": "Linux/UNIX"}


@pytest.fixture
def changes(build):
    def run(spec, usage, **over):
        seen = build.seen("aws_ec2_capacity_reservation", "cr-1", {**SPEC, **spec}, usage, declared={}, **over)
        return list(unused_reservation.plan(build.estate(seen), build.context(Settings())))

    return run


def test_one_that_nobody_used_is_cancelled(build, changes) -> None:
    [change] = changes({}, build.lookback(used_instances=0))

    assert change.actions == (RemoveResource(),)
    assert change.saving.monthly == Decimal("1121.28")  # 4 x 0.384 x 730
    assert not change.doubts


def test_one_that_was_used_in_part_is_reduced_to_its_highest_use(build, changes) -> None:
    [change] = changes({}, build.lookback(used_instances=1))

    assert change.actions == (SetAttribute("instance_count", 4, 1),)
    assert change.saving.monthly == Decimal("840.96")
    assert change.title.endswith("from 4 to 1")


def test_one_in_full_use_stays(build, changes) -> None:
    assert changes({}, build.lookback(used_instances=4)) == []
    assert changes({}, build.lookback(days=10, used_instances=0)) == []
    assert changes({"reservation_type": "capacity-block"}, build.lookback(used_instances=0)) == []


def test_gpus_are_a_question_since_they_may_not_be_had_again(build, changes) -> None:
    [change] = changes({"instance_type": "p3.2xlarge"}, build.lookback(used_instances=0))

    assert "may not be had again" in change.doubts[0]


def test_another_platform_has_another_price(build, changes) -> None:
    [change] = changes({"instance_platform": "Windows"}, build.lookback(used_instances=0))

    assert change.saving is None


def test_one_that_another_account_shares_is_theirs_to_cancel(build) -> None:
    spec = {**SPEC, "owner_id": "210987654321"}
    seen = build.seen("aws_ec2_capacity_reservation", "cr-1", spec, build.lookback(used_instances=0))
    groups = [
        replace(one, resource=replace(one.resource, arn=f"arn:aws:autoscaling:us-east-1:{id_}:autoScalingGroup:x"))
        for one, id_ in ((build.group(("m5.large",)), "123456789012"), (build.group(("m5.large",)), "210987654321"))
    ]

    def wanted(*others):
        return len(list(unused_reservation.plan(build.estate(seen, *others), build.context(Settings()))))

    assert [wanted(groups[0]), wanted(groups[1]), wanted()] == [0, 1, 1]


def test_several_that_another_account_shares_are_all_theirs(build) -> None:
    spec = {**SPEC, "owner_id": "210987654321"}
    arn = "arn:aws:ec2:us-east-1:210987654321:capacity-reservation/"
    shared = [
        replace(one, resource=replace(one.resource, arn=f"{arn}{one.resource.id}"))
        for name in ("cr-1", "cr-2")
        for one in [build.seen("aws_ec2_capacity_reservation", name, spec, build.lookback(used_instances=0))]
    ]
    group = build.group(("m5.large",))
    own = replace(group, resource=replace(group.resource, arn="arn:aws:autoscaling:us-east-1:123456789012:x"))

    assert list(unused_reservation.plan(build.estate(*shared, own), build.context(Settings()))) == []


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [
        ({"commitment_end_date": "2026-12-24T00:00:00+00:00"}, "until 2026-12-24"),
        ({"fleet_id": "crf-1"}, "fleet crf-1"),
        ({"billed_to": "210987654321"}, "210987654321 pays"),
    ],
)
def test_what_binds_it_is_asked_about(build, changes, spec, doubt) -> None:
    [change] = changes(spec, build.lookback(used_instances=0))

    assert doubt in change.doubts[0]


def test_a_commitment_that_is_over_binds_nobody(build, changes) -> None:
    [change] = changes({"commitment_end_date": "2026-11-01T00:00:00+00:00"}, build.lookback(used_instances=0))

    assert not change.doubts
