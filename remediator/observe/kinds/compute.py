"""Machines, what groups them, and what reserves them."""

from remediator.observe.kinds.kind import Kind, Step

_NODE_GROUP = (
    "((Tags[?Key=='eks:nodegroup-name'] | [0].Value) && "
    "join(':', [Tags[?Key=='eks:cluster-name'] | [0].Value, Tags[?Key=='eks:nodegroup-name'] | [0].Value]))"
)
"""A node of a managed node group belongs to that, which is what code declares; its Auto Scaling group is EKS' own."""

_TEMPLATE = "(LaunchTemplate || MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification)"
_OVERRIDES = "MixedInstancesPolicy.LaunchTemplate.Overrides"
_BY_TASKS = (
    "Tags[?starts_with(Key, 'k8s.io/') || starts_with(Key, 'kubernetes.io/') || starts_with(Key, 'eks:') || "
    "Key == 'AmazonECSManaged']"
)
"""Of the machines of such groups pods or tasks decide the size, so that what they do together is not asked for."""
_BLOCK = "ReservationType == 'capacity-block'"
"""A block is bought for its whole time, and is another resource in Terraform."""

_RESERVED = "LaunchTemplateData.CapacityReservationSpecification.CapacityReservationTarget"
_DEVICES = "LaunchTemplateData.BlockDeviceMappings[?Ebs]"
"""Each of its lists has the disks in the same order; what a template does not say of one is empty."""

COMPUTE = (
    Kind(
        name="aws_instance",
        service="ec2",
        steps=(Step("describe_instances", "Reservations[].Instances[]"),),
        id="InstanceId",
        arn=None,
        tags="Tags",
        created_at="LaunchTime",
        parent=_NODE_GROUP + " || Tags[?Key=='aws:autoscaling:groupName'] | [0].Value",
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
            ("cpu_options.core_count", "CpuOptions.CoreCount"),
            ("cpu_options.threads_per_core", "CpuOptions.ThreadsPerCore"),
            ("enclave_options.enabled", "EnclaveOptions.Enabled"),
            ("ebs_optimized", "EbsOptimized"),
            ("ena_support", "EnaSupport"),
            ("launch_time", "LaunchTime"),
            ("private_dns", "PrivateDnsName"),
            ("private_ip", "PrivateIpAddress"),
            ("ephemeral_ip", "NetworkInterfaces[?Association.IpOwnerId=='amazon'].Association.PublicIp | [0]"),
            ("source_dest_check", "SourceDestCheck"),
            ("volume_ids", "BlockDeviceMappings[].Ebs.VolumeId"),
            ("capacity_reservation_id", "CapacityReservationId"),
            ("instance_lifecycle", "InstanceLifecycle"),
            ("root_device_name", "RootDeviceName"),
            ("interfaces", "length(NetworkInterfaces || `[]`)"),
            ("interface_types", "NetworkInterfaces[].InterfaceType"),
            (
                "interface_addresses",
                "NetworkInterfaces[]"
                ".to_string(sum([length(PrivateIpAddresses || `[]`), length(Ipv4Prefixes || `[]`)]))",
            ),
            ("licenses", "Licenses[].LicenseConfigurationArn"),
            ("monitoring", "Monitoring.State"),
        ),
    ),
    Kind(
        name="aws_ebs_volume",
        service="ec2",
        steps=(Step("describe_volumes", "Volumes[]"),),
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
            ("deleted_with", "Attachments[?DeleteOnTermination].InstanceId"),
        ),
    ),
    Kind(
        name="aws_autoscaling_group",
        service="autoscaling",
        steps=(Step("describe_auto_scaling_groups", "AutoScalingGroups[]", page=100),),
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
            ("protected_instances", "Instances[?ProtectedFromScaleIn].InstanceId"),
            ("launch_template.id", f"{_TEMPLATE}.LaunchTemplateId"),
            ("launch_template.version", f"{_TEMPLATE}.Version"),
            ("launch_configuration", "LaunchConfigurationName"),
            ("suspended_processes", "SuspendedProcesses[].ProcessName"),
            ("availability_zones", "AvailabilityZones"),
            ("warm_pool", "WarmPoolConfiguration && `true`"),
            ("override_templates", f"{_OVERRIDES}[].LaunchTemplateSpecification.LaunchTemplateId"),
            ("weights", f"{_OVERRIDES}[].WeightedCapacity"),
            ("mixed_instances_policy", "MixedInstancesPolicy && `true`"),
            (
                "steady",
                f"MinSize == DesiredCapacity && MinSize > `0` && !MixedInstancesPolicy && !({_BY_TASKS}) && 'yes'",
            ),
            (
                "on_demand_percentage",
                "MixedInstancesPolicy.InstancesDistribution.OnDemandPercentageAboveBaseCapacity",
            ),
            (
                "instance_types",
                f"Instances[].InstanceType || {_OVERRIDES}[].InstanceType",
            ),
        ),
    ),
    Kind(
        name="aws_ec2_capacity_reservation",
        service="ec2",
        steps=(Step("describe_capacity_reservations", "CapacityReservations[]"),),
        id="CapacityReservationId",
        arn="CapacityReservationArn",
        tags="Tags",
        created_at="CreateDate",
        gone=f"State != 'active' || {_BLOCK}",
        spec=(
            ("instance_type", "InstanceType"),
            ("instance_platform", "InstancePlatform"),
            ("instance_count", "TotalInstanceCount"),
            ("available_instance_count", "AvailableInstanceCount"),
            ("tenancy", "Tenancy"),
            ("availability_zone", "AvailabilityZone"),
            ("end_date_type", "EndDateType"),
            ("reservation_type", "ReservationType"),
            ("owner_id", "OwnerId"),
            ("billed_to", "UnusedReservationBillingOwnerId"),
            ("commitment_end_date", "CommitmentInfo.CommitmentEndDate"),
            ("fleet_id", "CapacityReservationFleetId"),
        ),
    ),
    Kind(
        name="aws_ec2_capacity_block_reservation",
        service="ec2",
        steps=(Step("describe_capacity_reservations", "CapacityReservations[]"),),
        id="CapacityReservationId",
        arn="CapacityReservationArn",
        tags="Tags",
        created_at="StartDate",
        gone=f"!({_BLOCK}) || (State != 'active' && State != 'scheduled')",
        spec=(
            ("instance_type", "InstanceType"),
            ("instance_platform", "InstancePlatform"),
            ("instance_count", "TotalInstanceCount"),
            ("available_instance_count", "AvailableInstanceCount"),
            ("tenancy", "Tenancy"),
            ("availability_zone", "AvailabilityZone"),
            ("state", "State"),
            ("start_date", "StartDate"),
            ("end_date", "EndDate"),
            ("end_date_type", "EndDateType"),
            ("reservation_type", "ReservationType"),
            ("owner_id", "OwnerId"),
        ),
    ),
    Kind(
        name="aws_launch_template",
        service="ec2",
        # Without a template named, these are the latest versions of all of them, which is what code declares.
        steps=(
            Step("describe_launch_template_versions", "LaunchTemplateVersions[]", fixed=(("Versions", ("$Latest",)),)),
        ),
        id="LaunchTemplateId",
        arn=None,
        tags=None,
        tagged="ec2:launch-template",
        created_at="CreateTime",
        spec=(
            ("name", "LaunchTemplateName"),
            ("latest_version", "VersionNumber"),
            ("is_default_version", "DefaultVersion"),
            ("instance_type", "LaunchTemplateData.InstanceType"),
            ("image_id", "LaunchTemplateData.ImageId"),
            ("ebs_optimized", "LaunchTemplateData.EbsOptimized"),
            ("placement.tenancy", "LaunchTemplateData.Placement.Tenancy"),
            ("placement.group_name", "LaunchTemplateData.Placement.GroupName"),
            ("instance_market_options.market_type", "LaunchTemplateData.InstanceMarketOptions.MarketType"),
            ("credit_specification.cpu_credits", "LaunchTemplateData.CreditSpecification.CpuCredits"),
            (
                "capacity_reservation_specification.capacity_reservation_preference",
                "LaunchTemplateData.CapacityReservationSpecification.CapacityReservationPreference",
            ),
            (
                "capacity_reservation_specification.capacity_reservation_target",
                f"{_RESERVED}.CapacityReservationId || {_RESERVED}.CapacityReservationResourceGroupArn",
            ),
            ("cpu_options.core_count", "LaunchTemplateData.CpuOptions.CoreCount"),
            ("enclave_options.enabled", "LaunchTemplateData.EnclaveOptions.Enabled"),
            ("interface_types", "LaunchTemplateData.NetworkInterfaces[].InterfaceType"),
            ("instance_requirements", "LaunchTemplateData.InstanceRequirements && `true`"),
            ("block_device_mappings.device_name", f"{_DEVICES}.[DeviceName || ''][]"),
            ("block_device_mappings.volume_type", f"{_DEVICES}.[Ebs.VolumeType || ''][]"),
            ("block_device_mappings.volume_size", f"{_DEVICES}.to_string(Ebs.VolumeSize || '')"),
            ("block_device_mappings.iops", f"{_DEVICES}.to_string(Ebs.Iops || '')"),
            ("block_device_mappings.throughput", f"{_DEVICES}.to_string(Ebs.Throughput || '')"),
            ("managed_by", "Operator.Principal"),
        ),
    ),
)
