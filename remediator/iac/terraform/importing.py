"""What Terraform can import of the kinds that are observed, by which id, and of what it cannot, why; as data.

Each by the section "Import" of its page in the provider's documentation, and tried with hashicorp/aws 5.100.0, whose
`terraform plan` read each of them by such an id:
https://github.com/hashicorp/terraform-provider-aws/tree/main/website/docs/r
https://github.com/hashicorp/terraform-provider-awscc/blob/main/docs/resources/sagemaker_cluster.md
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from remediator.model import Resource

__all__ = ["IMPORTED", "NOT_IMPORTED"]

_Id: TypeAlias = Callable[[Resource], str]


def _own(resource: Resource) -> str:
    return resource.id


def _of_group(name: str) -> _Id:
    return lambda resource: f"{resource.spec.text('autoscaling_group_name')}/{resource.spec.text(name)}"


def _of_cluster(resource: Resource) -> str:
    """CLUSTER/NAME, which its ARN ends with; that of an old service has its name alone."""
    name = resource.id.rpartition(":service/")[2]
    cluster = (resource.spec.text("cluster") or "").rpartition("/")[2]
    return name if "/" in name or not cluster else f"{cluster}/{name}"


def _of_endpoint(resource: Resource) -> str:
    return f"sagemaker/{resource.id}/{resource.spec.text('scalable_dimension')}"


IMPORTED: Mapping[str, _Id] = {
    "aws_instance": _own,
    "aws_ebs_volume": _own,
    "aws_ebs_snapshot": _own,
    "aws_ami": _own,
    "aws_autoscaling_group": _own,
    "aws_autoscaling_policy": _of_group("name"),
    "aws_autoscaling_schedule": _of_group("scheduled_action_name"),
    "aws_appautoscaling_target": _of_endpoint,
    "aws_ec2_capacity_reservation": _own,
    "aws_launch_template": _own,
    "aws_eks_cluster": _own,
    "aws_eks_node_group": _own,  # CLUSTER:NAME
    "aws_batch_compute_environment": _own,
    "aws_ecs_service": _of_cluster,
    "aws_sagemaker_endpoint": _own,
    "aws_sagemaker_endpoint_configuration": _own,
    "aws_sagemaker_notebook_instance": _own,
    "aws_sagemaker_app": _own,  # its ARN
    "awscc_sagemaker_cluster": _own,  # its ARN
    "aws_db_instance": _own,
    "aws_rds_cluster": _own,
    "aws_rds_cluster_instance": _own,
    "aws_elasticache_cluster": _own,
    "aws_elasticache_replication_group": _own,
    "aws_eip": _own,
    "aws_nat_gateway": _own,
    "aws_lb": _own,  # its ARN
    "aws_elb": _own,
    "aws_fsx_lustre_file_system": _own,
    "aws_efs_file_system": _own,
    "aws_cloudwatch_log_group": _own,
    "aws_s3_bucket": _own,
}
"""The id to import by, of each kind."""

NOT_IMPORTED: Mapping[str, str] = {
    # Its page has no such section. The offering that it was bought from is required, and nothing tells it afterwards.
    "aws_ec2_capacity_block_reservation": (
        "a capacity block cannot be imported: Terraform would buy another, as nothing tells which offering this one was"
    ),
    # Since some release after 5.100.0 there is such a resource, and it can be imported.
    "aws_sagemaker_training_job": "a training job ends by itself, so there is nothing that Terraform could keep",
}
"""Why no import is offered, worded to stand after a colon."""
