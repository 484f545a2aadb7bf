"""What AWS Compute Optimizer is asked, as data: a further operation is a further row.

https://docs.aws.amazon.com/compute-optimizer/latest/APIReference/API_Operations.html
"""

from dataclasses import dataclass

__all__ = ["QUESTIONS", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One operation, and where the facts of a recommendation lie in an item of `items`, by JMESPath.

    `kinds` are the Terraform types that it is about, by what `type` gives; without one there is just one. `id` gives an
    ARN or a name; of an ARN, what follows `mark` is the id. `options` gives a list of `Best`, `Rank`, `Risk`,
    `Saving` and `Net`, which is what is left of it after Savings Plans and reservations.
    """

    operation: str
    items: str
    kinds: tuple[tuple[str, str], ...]
    id: str
    finding: str
    mark: str = ""
    type: str | None = None
    current: str | None = None
    idle: str | None = None
    reasons: str | None = None
    options: str | None = None
    days: str = "lookBackPeriodInDays"


_SAVING = (
    "Saving: savingsOpportunity.estimatedMonthlySavings, Net: savingsOpportunityAfterDiscounts.estimatedMonthlySavings"
)


def _options(path: str, best: str) -> str:
    return f"{path}[].{{Best: {best}, Rank: rank, Risk: performanceRisk, {_SAVING}}}"


_TASK = "join('', [to_string(cpu), ' CPU units, ', to_string(memory), ' MiB'])"

QUESTIONS = (
    Question(
        "get_ec2_instance_recommendations",
        "instanceRecommendations",
        (("", "aws_instance"),),
        "instanceArn",
        "finding",
        mark="/",
        current="currentInstanceType",
        idle="idle",
        reasons="findingReasonCodes",
        options=_options("recommendationOptions", "instanceType"),
    ),
    Question(
        "get_auto_scaling_group_recommendations",
        "autoScalingGroupRecommendations",
        (("", "aws_autoscaling_group"),),
        "autoScalingGroupName",
        "finding",
        current="currentConfiguration.instanceType",
        options=_options("recommendationOptions", "configuration.instanceType"),
    ),
    Question(
        "get_ebs_volume_recommendations",
        "volumeRecommendations",
        (("", "aws_ebs_volume"),),
        "volumeArn",
        "finding",
        mark="/",
        current="currentConfiguration.volumeType",
        options=_options("volumeRecommendationOptions", "configuration.volumeType"),
    ),
    Question(
        "get_rds_database_recommendations",
        "rdsDBRecommendations",
        (("false", "aws_db_instance"), ("true", "aws_rds_cluster_instance")),
        "resourceArn",
        "instanceFinding",
        mark=":db:",
        type="to_string(type(dbClusterIdentifier) == 'string')",
        current="currentDBInstanceClass",
        idle="idle",
        reasons="instanceFindingReasonCodes",
        options=_options("instanceRecommendationOptions", "dbInstanceClass"),
        days="lookbackPeriodInDays",
    ),
    Question(
        "get_ecs_service_recommendations",
        "ecsServiceRecommendations",
        (("", "aws_ecs_service"),),
        "serviceArn",
        "finding",
        reasons="findingReasonCodes",
        options=_options(
            "serviceRecommendationOptions", "join('', [to_string(cpu), ' CPU units, ', to_string(memory), ' MiB'])"
        ),
        days="lookbackPeriodInDays",
    ),
    Question(
        "get_idle_recommendations",
        "idleRecommendations",
        (
            ("EC2Instance", "aws_instance"),
            ("AutoScalingGroup", "aws_autoscaling_group"),
            ("EBSVolume", "aws_ebs_volume"),
            ("ECSService", "aws_ecs_service"),
            ("RDSDBInstance", "aws_db_instance"),
            ("NatGateway", "aws_nat_gateway"),
            ("ElastiCacheCluster", "aws_elasticache_cluster"),
            ("SageMakerEndpoint", "aws_sagemaker_endpoint"),
        ),
        "resourceId || resourceArn",
        "''",
        type="resourceType",
        idle="contains(['Idle', 'Unattached', 'Unused'], finding) && 'true'",
        reasons="[findingDescription] | [?@]",
        options=f"[{{{_SAVING}}}]",
    ),
)
