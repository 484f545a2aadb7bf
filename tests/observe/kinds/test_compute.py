"""EC2's kinds: groups, launch templates, reservations."""

from datetime import UTC, datetime

import pytest

from remediator.observe.inventory import resource
from remediator.observe.walking import path
from tests.observe.kinds.conftest import BY_NAME


def test_a_group_has_its_policies_and_scheduled_actions(cloud, listed) -> None:
    scaling = cloud.client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="c", ImageId="ami-12c6146b", InstanceType="m5.large")
    zones = ["us-east-1a", "us-east-1b"]
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web", LaunchConfigurationName="c", MinSize=1, MaxSize=40, AvailabilityZones=zones
    )
    scaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50,
            "DisableScaleIn": True,
        },
    )
    night = {"MinSize": 0, "DesiredCapacity": 0, "Recurrence": "0 20 * * *"}
    scaling.put_scheduled_update_group_action(AutoScalingGroupName="web", ScheduledActionName="night", **night)
    [group], [policy], [schedule] = map(
        listed, ("aws_autoscaling_group", "aws_autoscaling_policy", "aws_autoscaling_schedule")
    )

    assert group.spec.texts("availability_zones") == tuple(zones)
    assert "warm_pool" not in group.spec and not group.spec.texts("weights")
    assert (policy.spec["autoscaling_group_name"], policy.spec["policy_type"]) == ("web", "TargetTrackingScaling")
    assert policy.spec.flag("enabled") is not False and policy.spec.flag("disable_scale_in") is True
    assert policy.id == policy.arn and ":scalingPolicy:" in policy.id
    assert (schedule.spec["autoscaling_group_name"], schedule.spec["desired_capacity"]) == ("web", 0)
    assert "max_size" not in schedule.spec and schedule.member_of is None


def test_a_scheduled_action_that_happens_once_says_when() -> None:
    once = {
        "ScheduledActionARN": "arn:aws:autoscaling:us-east-1:1:x",
        "StartTime": datetime(2026, 12, 1, 8, tzinfo=UTC),
    }

    found = resource(BY_NAME["aws_autoscaling_schedule"], once, "ml", "us-east-1")

    assert found.spec["start_time"] == "2026-12-01T08:00:00+00:00"


def test_a_warm_pool_and_weights_are_facts_of_a_group() -> None:
    overrides = [{"InstanceType": "m5.large", "WeightedCapacity": "2"}, {"InstanceType": "m5.xlarge"}]
    item = {
        "AutoScalingGroupName": "web",
        "Instances": [],
        "WarmPoolConfiguration": {"MinSize": 0},
        "MixedInstancesPolicy": {"LaunchTemplate": {"Overrides": overrides}},
    }
    seen = resource(BY_NAME["aws_autoscaling_group"], item, "dev", "us-east-1")

    assert seen.spec.flag("warm_pool") is True and seen.spec.texts("weights") == ("2",)
    assert seen.spec.texts("instance_types") == ("m5.large", "m5.xlarge")
    assert seen.spec.flag("mixed_instances_policy") is True


@pytest.mark.parametrize(
    ("least", "wanted", "mixed", "steady"),
    [(2, 2, None, "yes"), (2, 3, None, None), (2, 2, {"LaunchTemplate": {}}, None)],
)
def test_a_group_at_its_least_size_is_steady_unless_it_mixes_types(least, wanted, mixed, steady) -> None:
    item = {"AutoScalingGroupName": "web", "MinSize": least, "DesiredCapacity": wanted, "Instances": []}
    seen = resource(
        BY_NAME["aws_autoscaling_group"], item | ({"MixedInstancesPolicy": mixed} if mixed else {}), "dev", "x"
    )

    assert seen.spec.text("steady") == steady


def test_a_reservation_has_its_count_and_its_platform() -> None:
    item = {
        "CapacityReservationId": "cr-1",
        "InstanceType": "p5.48xlarge",
        "InstancePlatform": "Linux/UNIX",
        "TotalInstanceCount": 4,
        "AvailableInstanceCount": 3,
        "State": "active",
    }
    seen = resource(BY_NAME["aws_ec2_capacity_reservation"], item, "dev", "us-east-1")

    assert (seen.spec["instance_count"], seen.spec["available_instance_count"]) == (4, 3)


def test_of_a_launch_template_the_latest_version_counts(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp2", "VolumeSize": 50}}
    plain = {"DeviceName": "/dev/xvdb", "Ebs": {"VolumeSize": 8}}
    first = {"InstanceType": "m5.large", "ImageId": "ami-12c6146b"}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=first)
    second = {**first, "InstanceType": "m5.xlarge", "BlockDeviceMappings": [disk, plain]}
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=second)
    [seen] = listed("aws_launch_template")

    assert (seen.spec["name"], seen.spec["latest_version"], seen.spec["instance_type"]) == ("web", 2, "m5.xlarge")
    assert seen.spec.texts("block_device_mappings.volume_type") == ("gp2", "")
    assert seen.spec.texts("block_device_mappings.volume_size") == ("50", "8")


def test_a_capacity_block_is_no_reservation_on_demand() -> None:
    block = {"CapacityReservationId": "cr-1", "State": "active", "ReservationType": "capacity-block"}
    plain = {"CapacityReservationId": "cr-2", "State": "active", "ReservationType": "default"}
    reservation, other = (BY_NAME[f"aws_ec2_capacity_{name}reservation"] for name in ("", "block_"))

    assert [bool(path(reservation.gone)(item)) for item in (block, plain)] == [True, False]
    assert [bool(path(other.gone)(item)) for item in (block, plain)] == [False, True]
    assert not path(other.gone)({**block, "State": "scheduled"})


def test_an_image_names_the_snapshots_that_it_is_made_of(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    machine = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="m5.large")["Instances"][0]
    made = ec2.create_image(InstanceId=machine["InstanceId"], Name="baked")["ImageId"]
    [seen] = listed("aws_ami")

    assert (seen.id, seen.spec["name"]) == (made, "baked")  # those of others are not listed
    snapshots = {one.id: one for one in listed("aws_ebs_snapshot")}
    assert set(seen.spec.texts("snapshot_ids")) <= snapshots.keys() and seen.spec.texts("snapshot_ids")


def test_a_public_address_that_is_no_elastic_ip_is_told(cloud) -> None:
    def machine(owner, checks):
        address = {"PublicIp": "198.51.100.7", "IpOwnerId": owner}
        return {
            "InstanceId": "i-1", "State": {"Name": "running"}, "SourceDestCheck": checks,
            "NetworkInterfaces": [{"InterfaceType": "interface"}, {"Association": address}],
        }  # fmt: skip

    own, lent = (
        resource(BY_NAME["aws_instance"], machine(*facts), "dev", "us-east-1")
        for facts in (("123456789012", False), ("amazon", True))
    )

    assert (own.spec.text("ephemeral_ip"), own.spec.flag("source_dest_check")) == (None, False)
    assert (lent.spec.text("ephemeral_ip"), lent.spec.flag("source_dest_check")) == ("198.51.100.7", True)
