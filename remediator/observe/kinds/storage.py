"""What is kept: snapshots, file systems and logs."""

from remediator.observe.kinds.kind import Kind, Step

_OF_IMAGE = " || ".join(
    f"starts_with(Description || '', '{told}')"
    for told in ("Created by CreateImage(", "Copied for DestinationAmi", "Auto-created snapshot for AMI")
)
"""What belongs to a machine image goes with it: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/deregister-ami.html"""

STORAGE = (
    Kind(
        name="aws_ebs_snapshot",
        service="ec2",
        steps=(Step("describe_snapshots", "Snapshots[]", fixed=(("OwnerIds", ("self",)),)),),
        id="SnapshotId",
        arn=None,
        tags="Tags",
        created_at="StartTime",
        gone=f"State != 'completed' || {_OF_IMAGE}",
        spec=(
            ("volume_id", "VolumeId"),
            ("volume_size", "VolumeSize"),
            ("full_snapshot_size_in_bytes", "FullSnapshotSizeInBytes"),
            ("storage_tier", "StorageTier"),
            ("description", "Description"),
        ),
    ),
    Kind(
        name="aws_fsx_lustre_file_system",
        service="fsx",
        steps=(Step("describe_file_systems", "FileSystems[?FileSystemType=='LUSTRE']"),),
        id="FileSystemId",
        arn="ResourceARN",
        tags="Tags",
        created_at="CreationTime",
        gone="Lifecycle == 'DELETING'",
        spec=(
            ("storage_capacity", "StorageCapacity"),
            ("storage_type", "StorageType"),
            ("deployment_type", "LustreConfiguration.DeploymentType"),
            ("per_unit_storage_throughput", "LustreConfiguration.PerUnitStorageThroughput"),
            ("data_repository", "LustreConfiguration.DataRepositoryConfiguration.ImportPath"),
        ),
    ),
    Kind(
        name="aws_cloudwatch_log_group",
        service="logs",
        steps=(Step("describe_log_groups", "logGroups[]"),),
        id="logGroupName",
        arn="arn",
        tags=None,
        tagged="logs",
        created_at="creationTime",
        spec=(
            ("name", "logGroupName"),
            ("retention_in_days", "retentionInDays"),
            ("stored_bytes", "storedBytes"),
            ("log_group_class", "logGroupClass"),
        ),
    ),
    Kind(
        name="aws_efs_file_system",
        service="efs",
        steps=(Step("describe_file_systems", "FileSystems[]"),),
        id="FileSystemId",
        arn="FileSystemArn",
        tags="Tags",
        created_at="CreationTime",
        gone="LifeCycleState == 'deleting' || LifeCycleState == 'deleted'",
        spec=(
            ("name", "Name"),
            ("creation_token", "CreationToken"),
            ("performance_mode", "PerformanceMode"),
            ("throughput_mode", "ThroughputMode"),
            ("provisioned_throughput_in_mibps", "ProvisionedThroughputInMibps"),
            ("availability_zone_name", "AvailabilityZoneName"),
            ("number_of_mount_targets", "NumberOfMountTargets"),
            ("size_in_bytes.value", "SizeInBytes.Value"),
            ("size_in_bytes.value_in_standard", "SizeInBytes.ValueInStandard"),
            ("size_in_bytes.value_in_ia", "SizeInBytes.ValueInIA"),
            ("size_in_bytes.value_in_archive", "SizeInBytes.ValueInArchive"),
        ),
    ),
    Kind(
        name="aws_s3_bucket",
        service="s3",
        steps=(Step("list_buckets", "Buckets[]", region="BucketRegion"),),
        id="Name",
        arn="BucketArn",
        tags=None,
        tagged="s3",
        created_at="CreationDate",
        spec=(("bucket", "Name"),),  # and what remediator/observe/buckets.py finds of the largest
    ),
)
