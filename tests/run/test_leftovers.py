"""Whole runs over what is left behind, beside what only looks so."""

import pytest

from tests.run.test_idle_services import put

LATER = 24 * 100
"""Hours after which snapshots are old."""


@pytest.fixture
def images(site):
    """The snapshots of an image, and of one that was deregistered, whose machine and volume are there as well."""
    ec2 = site.client("ec2")
    launched = ec2.run_instances(MinCount=1, MaxCount=1, ImageId="ami-12345678", InstanceType="m5.large")
    [machine] = launched["Instances"]
    made = [ec2.create_image(InstanceId=machine["InstanceId"], Name=name)["ImageId"] for name in ("kept", "gone")]
    found = [
        device["Ebs"]["SnapshotId"]
        for image in made
        for device in ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    ]
    ec2.deregister_image(ImageId=made[1])
    site.tables["run"]["min_monthly_saving"] = 0.1  # an emulated machine's disk is small
    return site, made, found


def test_a_snapshot_is_asked_about_once_its_image_is_gone(images) -> None:
    site, made, (_, left) = images
    site.run(LATER)

    [ticket] = [t for t in site.delivered().values() if "snapshot" in str(t.get("summary")).partition(" ")[2][:9]]
    assert ticket["summary"] == f"Delete snapshot {left}, whose image is gone"
    assert f"made for image {made[1]}" in ticket["description"]


def test_a_connection_of_months_ago_keeps_its_load_balancer(site) -> None:
    balancing = site.client("elbv2")
    subnet = site.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    arns = [
        balancing.create_load_balancer(Name=name, Type="network", Subnets=[subnet])["LoadBalancers"][0][
            "LoadBalancerArn"
        ]
        for name in ("broker", "forgotten")
    ]
    for arn, flows in zip(arns, (1.0, 0.0), strict=True):
        where = [("LoadBalancer", arn.partition("loadbalancer/")[2])]
        put(site, "AWS/NetworkELB", ("NewFlowCount",), where)
        put(site, "AWS/NetworkELB", ("ActiveFlowCount",), where, flows)
    site.run(24 * 20)

    told = [str(t["summary"]) for t in site.delivered().values() if "load balancer" in str(t.get("summary"))]
    assert [("forgotten" in said, "broker" in said) for said in told] == [(True, False)]
