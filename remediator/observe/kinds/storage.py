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
)
