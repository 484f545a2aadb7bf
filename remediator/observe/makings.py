"""The calls that make a resource of each kind, and how CloudTrail's event history is asked for them; as data."""

from dataclasses import dataclass

__all__ = ["MAKINGS", "Making"]


@dataclass(frozen=True, slots=True)
class Making:
    """What makes a kind: the service that is called, and its operations.

    `indexed` where the history can be asked by the resource's id, else by the operation. `reused` where the id is a
    name, which the next resource may have again. `dated` where its `created_at` is the time of that call.
    """

    service: str
    events: tuple[str, ...]
    indexed: bool = False
    reused: bool = False
    dated: bool = True

    @property
    def source(self) -> str:
        """The service as events name it."""
        return f"{self.service}.amazonaws.com"


_COPIED = ("CreateSnapshot", "CreateSnapshots", "CopySnapshot", "CreateImage")
_RESTORED = ("RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime", "RestoreDBInstanceFromS3")
_CLUSTER_RESTORED = ("RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime", "RestoreDBClusterFromS3")
_DATABASE = Making("rds", ("CreateDBInstance", "CreateDBInstanceReadReplica", *_RESTORED), indexed=True, reused=True)

MAKINGS = {
    # The time of an instance is that of its last start.
    "aws_instance": Making("ec2", ("RunInstances", "CreateFleet", "RequestSpotInstances"), indexed=True, dated=False),
    "aws_ebs_volume": Making("ec2", ("CreateVolume", "RunInstances"), indexed=True),
    "aws_ebs_snapshot": Making("ec2", _COPIED, indexed=True),
    "aws_ami": Making("ec2", ("CreateImage", "RegisterImage", "CopyImage")),
    "aws_nat_gateway": Making("ec2", ("CreateNatGateway",), indexed=True),
    "aws_autoscaling_group": Making("autoscaling", ("CreateAutoScalingGroup",), indexed=True, reused=True),
    "aws_elb": Making("elasticloadbalancing", ("CreateLoadBalancer",), indexed=True, reused=True),
    "aws_db_instance": _DATABASE,
    "aws_rds_cluster_instance": _DATABASE,
    "aws_rds_cluster": Making("rds", ("CreateDBCluster", *_CLUSTER_RESTORED), indexed=True, reused=True),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html: the date changes with the bucket's policy, too
    "aws_s3_bucket": Making("s3", ("CreateBucket",), indexed=True, reused=True, dated=False),
    "aws_eip": Making("ec2", ("AllocateAddress",)),
    "aws_launch_template": Making("ec2", ("CreateLaunchTemplate",)),
    "aws_ec2_capacity_reservation": Making("ec2", ("CreateCapacityReservation",)),
    # The time of a block is when it starts, which may be weeks after it was bought.
    "aws_ec2_capacity_block_reservation": Making("ec2", ("PurchaseCapacityBlock",), dated=False),
    "aws_lb": Making("elasticloadbalancing", ("CreateLoadBalancer",)),
    "aws_eks_cluster": Making("eks", ("CreateCluster",), reused=True),
    "aws_eks_node_group": Making("eks", ("CreateNodegroup",), reused=True),
    "aws_batch_compute_environment": Making("batch", ("CreateComputeEnvironment",), reused=True),
    "aws_ecs_service": Making("ecs", ("CreateService",), reused=True),
    "aws_elasticache_cluster": Making("elasticache", ("CreateCacheCluster",), reused=True),
    "aws_elasticache_replication_group": Making("elasticache", ("CreateReplicationGroup",), reused=True),
    "aws_sagemaker_endpoint": Making("sagemaker", ("CreateEndpoint",), reused=True),
    "aws_sagemaker_endpoint_configuration": Making("sagemaker", ("CreateEndpointConfig",), reused=True),
    "aws_sagemaker_notebook_instance": Making("sagemaker", ("CreateNotebookInstance",), reused=True),
    "aws_sagemaker_app": Making("sagemaker", ("CreateApp",), reused=True),
    "aws_sagemaker_training_job": Making("sagemaker", ("CreateTrainingJob",)),
    "awscc_sagemaker_cluster": Making("sagemaker", ("CreateCluster",)),
    "aws_fsx_lustre_file_system": Making("fsx", ("CreateFileSystem", "CreateFileSystemFromBackup")),
    "aws_efs_file_system": Making("elasticfilesystem", ("CreateFileSystem",)),
    "aws_cloudwatch_log_group": Making("logs", ("CreateLogGroup",), reused=True),
}
"""By kind; which of them AWS says are indexed by their names:

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-supported-resource-types.html
"""
