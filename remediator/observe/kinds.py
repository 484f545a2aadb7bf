"""What is observed, as data: a further kind of resource is a further row."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource: which operation lists it, and where its facts lie in the answer.

    `items` is a JMESPath over a page; the others are JMESPaths over an item, and None where there is no such fact.
    `tags` gives a list of `Key` and `Value`; `spec` pairs a Terraform attribute name with its path; `parent` gives the
    name of the group that made it; `gone` holds for items that no longer exist.
    """

    name: str
    service: str
    operation: str
    items: str
    id: str
    arn: str | None
    tags: str
    created_at: str
    spec: tuple[tuple[str, str], ...]
    parent: str | None = None
    gone: str | None = None


KINDS = (
    Kind(
        name="aws_instance",
        service="ec2",
        operation="describe_instances",
        items="Reservations[].Instances[]",
        id="InstanceId",
        arn=None,
        tags="Tags",
        created_at="LaunchTime",
        parent="Tags[?Key=='aws:autoscaling:groupName'] | [0].Value",
        gone="State.Name == 'terminated' || State.Name == 'shutting-down'",
        spec=(
            ("instance_type", "InstanceType"),
            ("instance_state", "State.Name"),
            ("availability_zone", "Placement.AvailabilityZone"),
            ("tenancy", "Placement.Tenancy"),
            ("placement_group", "Placement.GroupName"),
            ("architecture", "Architecture"),
            ("platform", "PlatformDetails || Platform"),
            ("hibernation", "HibernationOptions.Configured"),
            ("ebs_optimized", "EbsOptimized"),
            ("ena_support", "EnaSupport"),
            ("launch_time", "LaunchTime"),
            ("volume_ids", "BlockDeviceMappings[].Ebs.VolumeId"),
            ("capacity_reservation_id", "CapacityReservationId"),
            ("instance_lifecycle", "InstanceLifecycle"),
            ("root_device_name", "RootDeviceName"),
            ("interfaces", "length(NetworkInterfaces || `[]`)"),
        ),
    ),
    Kind(
        name="aws_ebs_volume",
        service="ec2",
        operation="describe_volumes",
        items="Volumes[]",
        id="VolumeId",
        arn=None,
        tags="Tags",
        created_at="CreateTime",
        spec=(
            ("type", "VolumeType"),
            ("size", "Size"),
            ("iops", "Iops"),
            ("throughput", "Throughput"),
            ("state", "State"),
            ("availability_zone", "AvailabilityZone"),
            ("encrypted", "Encrypted"),
            ("multi_attach_enabled", "MultiAttachEnabled"),
            ("snapshot_id", "SnapshotId"),
            ("attached_to", "Attachments[].InstanceId"),
        ),
    ),
    Kind(
        name="aws_autoscaling_group",
        service="autoscaling",
        operation="describe_auto_scaling_groups",
        items="AutoScalingGroups[]",
        id="AutoScalingGroupName",
        arn="AutoScalingGroupARN",
        tags="Tags",
        created_at="CreatedTime",
        spec=(
            ("name", "AutoScalingGroupName"),
            ("min_size", "MinSize"),
            ("max_size", "MaxSize"),
            ("desired_capacity", "DesiredCapacity"),
            ("instance_ids", "Instances[].InstanceId"),
            ("member_types", "Instances[].InstanceType"),
            (
                "on_demand_percentage",
                "MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity",
            ),
            (
                "instance_types",
                "Instances[].InstanceType || MixedInstancesPolicy.LaunchTemplate.Overrides[].InstanceType",
            ),
        ),
    ),
)
