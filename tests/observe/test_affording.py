"""What of a run's metrics is asked for where all of them would cost too much."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.model import Attributes, Resource, Value
from remediator.observe.affording import EVERYTHING, rations
from remediator.observe.kinds import KINDS
from remediator.observe.listing import Unit, list_unit
from remediator.observe.purse import Purse
from remediator.observe.sighting import sight
from remediator.observe.succession import Former, Succession
from tests.observe.test_sighting import NOW, calls, launch


def resource(id_: str, kind: str = "aws_instance", **spec: Value) -> Resource:
    values = {"instance_state": "running", **spec} if kind == "aws_instance" else spec
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource("aws", "dev", "eu-north-1", kind, id_, None, Attributes(values), Attributes(), at)


SMALL = [resource(f"i-{n}", instance_type="t3.micro") for n in range(5)]
DISK = resource("vol-1", "aws_ebs_volume", type="gp3", size=10, attached_to=("i-gpu",))
GPU = resource("i-gpu", instance_type="p4d.24xlarge", volume_ids=("vol-1",))
STRANGE = resource("i-strange", instance_type="z9.unheard")


def measured(most: str | None) -> set[str]:
    units = {"dev/eu-north-1": [*SMALL[:3], DISK, GPU], "prod/eu-north-1": [*SMALL[3:], STRANGE]}
    left_out = {key for ration in rations(units, most and Decimal(most)).values() for key in ration.left_out}
    return {r.id for resources in units.values() for r in resources if f"{r.kind}/{r.id}" not in left_out}


@pytest.mark.parametrize(
    ("most", "seen"),
    [
        (None, {*(r.id for r in SMALL), "vol-1", "i-gpu", "i-strange"}),
        ("1", {*(r.id for r in SMALL), "vol-1", "i-gpu", "i-strange"}),
        ("0.0008", {"i-strange", "i-gpu", "vol-1"}),
        ("0.0002", {"i-strange"}),
        ("0", set()),
    ],
)
def test_the_dearest_of_all_units_come_first_and_disks_go_with_their_machine(most: str | None, seen: set[str]) -> None:
    assert measured(most) == seen


def test_what_is_left_out_is_counted_in_a_sentence() -> None:
    ration = rations({"dev/eu-north-1": SMALL}, Decimal(0))["dev/eu-north-1"]

    assert list(ration.notes("dev/eu-north-1")) == [
        "dev/eu-north-1: the metrics of 5 resources, the cheapest, were not asked for, since [run] max_metric_cost = 0 "
        "USD is reached; nothing is said of their use."
    ]
    assert list(EVERYTHING.notes("dev/eu-north-1")) == []


def test_a_purse_is_never_overdrawn() -> None:
    purse = Purse(10)

    assert [purse.take(6), purse.take(6), purse.take(4), purse.take(1)] == [True, False, True, False]


def test_a_group_with_a_member_that_was_left_out_is_not_known(cloud) -> None:
    asg = cloud.client("autoscaling")
    asg.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="m5.large")
    asg.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=2,
        MaxSize=2,
        AvailabilityZones=["us-east-1a"],
    )
    unit = Unit(cloud.account(), "us-east-1")
    listing = list_unit(unit, KINDS[:3])
    for instance in (r for r in listing.resources if r.kind == "aws_instance"):
        cloud.put("AWS/EC2", "CPUUtilization", {"InstanceId": instance.id}, [1.0] * 30)
    run = cloud.settings()
    alone = 18  # what one machine is asked for, its disk included, and more than half of two
    some = rations({str(unit): listing.resources}, Decimal(alone) / 100_000)[str(unit)]

    seen = sight(listing, run, NOW, some)

    assert len(some.left_out) > 0
    assert len([key for key, _ in seen.usages if key.startswith("aws_instance/")]) == 1
    assert (
        "aws_autoscaling_group/web" not in dict(seen.usages)
        or not dict(seen.usages)["aws_autoscaling_group/web"].summaries
    )
    assert "max_metric_cost" in seen.notes[-1]


def test_what_would_cost_more_than_there_is_is_not_asked_for(cloud) -> None:
    launch(cloud, count=2)
    unit = Unit(cloud.account(), "us-east-1")
    listing = list_unit(unit, KINDS[:3])
    nothing = rations({str(unit): listing.resources}, Decimal(0))[str(unit)]

    seen = sight(listing, cloud.settings(), NOW, nothing)

    assert seen.usages == ()
    assert "GetMetricData" not in calls(seen)
    assert len(seen.resources) == len(listing.resources)


def test_what_a_machine_took_the_place_of_is_asked_for_with_it() -> None:
    few, at = SMALL[:2], datetime(2026, 1, 1, tzinfo=UTC)
    former = Former(resource("i-old", instance_type="t3.micro"), at, at)
    before = {"dev/eu-north-1": {"aws_instance/i-0": Succession(at, (former,))}}
    most = Decimal("0.00025")  # two machines' metrics, and not three

    without, within = (rations({"dev/eu-north-1": few}, most, came)["dev/eu-north-1"] for came in ({}, before))

    assert (without.left_out, within.left_out) == (frozenset(), {"aws_instance/i-1"})
