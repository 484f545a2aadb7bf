import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.observe.inventory import resource
from remediator.observe.kinds import KINDS
from remediator.observe.walking import path

INSTANCE = next(kind for kind in KINDS if kind.name == "aws_instance")
NAMES = st.sampled_from(["State", "Name", "Placement", "Tenancy"])
ITEMS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(ITEMS, st.lists(NAMES, min_size=1, max_size=3))
def test_a_plain_path_means_what_jmespath_says(item: object, names: list[str]) -> None:
    assert path(".".join(names))(item) == jmespath.search(".".join(names), item)


@pytest.mark.parametrize(
    ("tag", "controller"),
    [
        ("karpenter.sh/nodepool", "Karpenter"),
        ("aws:elasticmapreduce:job-flow-id", "Amazon EMR"),
        ("aws:ec2:fleet-id", "an EC2 Fleet"),
        ("team", None),
    ],
)
def test_the_controller_that_launched_an_instance_is_read_from_its_tags(tag: str, controller: str | None) -> None:
    item = {"InstanceId": "i-1", "Tags": [{"Key": tag, "Value": "x"}]}

    launched_by = resource(INSTANCE, item, "dev", "us-east-1").launched_by
    assert (launched_by and launched_by.controller) == controller


def test_what_an_answer_leaves_out_is_left_out() -> None:
    seen = resource(INSTANCE, {"InstanceId": "i-1"}, "dev", "us-east-1")

    assert (seen.arn, seen.created_at, seen.member_of, dict(seen.tags)) == (None, None, None, {})
    assert dict(seen.spec) == {"interfaces": 0}


def test_terminated_instances_are_dropped(cloud) -> None:
    ec2 = cloud.client("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)["Instances"]
    ec2.terminate_instances(InstanceIds=[made[0]["InstanceId"]])

    assert [r.id for r in cloud.observe().resources if r.kind == "aws_instance"] == [made[1]["InstanceId"]]


def test_a_group_and_its_members_know_each_other(cloud) -> None:
    asg = cloud.client("autoscaling")
    asg.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="m5.large")
    asg.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=2,
        MaxSize=4,
        AvailabilityZones=["us-east-1a"],
        Tags=[{"Key": "team", "Value": "ranking", "PropagateAtLaunch": True}],
    )

    seen = cloud.observe().resources
    (group,) = (r for r in seen if r.kind == "aws_autoscaling_group")
    members = [r for r in seen if r.member_of == "web"]

    assert (group.id, group.spec["min_size"], group.spec["max_size"]) == ("web", 2, 4)
    assert group.tags["team"] == "ranking"
    assert sorted(group.spec.texts("instance_ids")) == sorted(m.id for m in members)
    assert group.spec.texts("instance_types") == ("m5.large", "m5.large")
