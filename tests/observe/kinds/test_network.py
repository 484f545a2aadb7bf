"""Kinds of the network."""


def test_network_resources_are_listed_with_what_uses_them(cloud, listed) -> None:
    ec2 = cloud.client("ec2")
    subnets = [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"][:2]]
    address = ec2.allocate_address(Domain="vpc")
    gateway = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address["AllocationId"])["NatGateway"]
    tags = [{"Key": "team", "Value": "web"}]
    made = cloud.client("elbv2").create_load_balancer(Name="front", Subnets=subnets, Tags=tags)["LoadBalancers"][0]
    cloud.client("elb").create_load_balancer(
        LoadBalancerName="old",
        Listeners=[{"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=["us-east-1a"],
        Tags=tags,
    )

    assert address["AllocationId"] in [r.id for r in listed("aws_eip")]
    assert [r.id for r in listed("aws_nat_gateway")] == [gateway["NatGatewayId"]]
    [balancer] = listed("aws_lb")
    assert (balancer.id, balancer.spec["load_balancer_type"]) == (made["LoadBalancerArn"], "application")
    assert dict(balancer.tags) == {"team": "web"}
    [classic] = listed("aws_elb")
    assert (classic.id, classic.spec.get("instances")) == ("old", ())
