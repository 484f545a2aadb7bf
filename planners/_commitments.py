"""How much less than its list price something may be paid, where a Savings Plan or a reservation may pay for it.

What a commitment pays for saves its lower rate, and that only while something else takes the commitment up: it is paid
to its end. What pays for a resource is not seen here; AWS Compute Optimizer counts with it, where it looked at the same
change: https://docs.aws.amazon.com/compute-optimizer/latest/ug/savings-estimation-mode.html
"""

from collections.abc import Mapping
from decimal import Decimal

from remediator.model import Observation

_EC2, _SAGEMAKER, _RDS, _ELASTICACHE = (Decimal(share) / 100 for share in (72, 64, 69, 55))
_DEEPEST: Mapping[str, Decimal] = {
    "aws_instance": _EC2,
    "aws_autoscaling_group": _EC2,
    "aws_eks_node_group": _EC2,
    "aws_ec2_capacity_reservation": _EC2,
    "aws_sagemaker_endpoint": _SAGEMAKER,
    "aws_sagemaker_endpoint_configuration": _SAGEMAKER,
    "aws_sagemaker_notebook_instance": _SAGEMAKER,
    "aws_sagemaker_app": _SAGEMAKER,
    "aws_db_instance": _RDS,
    "aws_rds_cluster": _RDS,
    "aws_rds_cluster_instance": _RDS,
    "aws_elasticache_cluster": _ELASTICACHE,
    "aws_elasticache_replication_group": _ELASTICACHE,
}
"""The deepest discounts that AWS publishes, of three years paid at once; other kinds have none.

https://aws.amazon.com/savingsplans/faqs/ (EC2 and SageMaker), https://aws.amazon.com/rds/reserved-instances/,
https://aws.amazon.com/blogs/database/new-size-flexibility-for-amazon-elasticache-reserved-nodes/
"""


def least_paid(seen: Observation) -> Decimal | None:
    """The share of its list price that is paid under the deepest discount; None where there is no such discount."""
    deepest = _DEEPEST.get(seen.resource.kind)
    return None if deepest is None else 1 - deepest


def told(seen: Observation, target: str | None, currency: str) -> Decimal | None:
    """What an adviser counts that a change saves a month after commitments: a stop, or a move to another size."""
    for opinion in seen.opinions:
        same = opinion.idle is True if target is None else opinion.best == target
        if same and opinion.net is not None and opinion.currency == currency:
            return opinion.net
    return None
