"""Addresses, gateways and load balancers."""

from remediator.observe.kinds.kind import Kind, Step

NETWORK = (
    Kind(
        name="aws_eip",
        service="ec2",
        steps=(Step("describe_addresses", "Addresses[?AllocationId]"),),
        id="AllocationId",
        arn=None,
        tags="Tags",
        created_at=None,
        spec=(
            ("public_ip", "PublicIp"),
            ("association_id", "AssociationId"),
            ("instance", "InstanceId"),
            ("network_interface", "NetworkInterfaceId"),
            ("public_ipv4_pool", "PublicIpv4Pool"),
        ),
    ),
    Kind(
        name="aws_nat_gateway",
        service="ec2",
        steps=(Step("describe_nat_gateways", "NatGateways[]"),),
        id="NatGatewayId",
        arn=None,
        tags="Tags",
        created_at="CreateTime",
        gone="State != 'available'",
        spec=(
            ("connectivity_type", "ConnectivityType"),
            ("subnet_id", "SubnetId"),
            ("vpc_id", "VpcId"),
            ("state", "State"),
        ),
    ),
    Kind(
        name="aws_lb",
        service="elbv2",
        steps=(Step("describe_load_balancers", "LoadBalancers[]"),),
        id="LoadBalancerArn",
        arn="LoadBalancerArn",
        tags=None,
        tagged="elasticloadbalancing:loadbalancer",
        created_at="CreatedTime",
        spec=(
            ("name", "LoadBalancerName"),
            ("load_balancer_type", "Type"),
            ("internal", "Scheme == 'internal'"),
            ("state", "State.Code"),
        ),
    ),
    Kind(
        name="aws_elb",
        service="elb",
        steps=(Step("describe_load_balancers", "LoadBalancerDescriptions[]"),),
        id="LoadBalancerName",
        arn=None,
        tags=None,
        tagged="elasticloadbalancing:loadbalancer",
        created_at="CreatedTime",
        spec=(("name", "LoadBalancerName"), ("instances", "Instances[].InstanceId"), ("scheme", "Scheme")),
    ),
)
