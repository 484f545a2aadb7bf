"""Metrics that an Auto Scaling group has of itself, beside those of its members.

They are off until somebody turns them on, and are free; the nodes of a managed node group are in groups of EKS' own.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
"""

from typing import TypeAlias

from remediator.observe.metrics.metric import SCALING_GROUP, Combine, Metric, Statistic

_Own: TypeAlias = tuple[tuple[str, str], ...]


def _size(kind: str, name: str, metric: str, statistic: Statistic, own: _Own) -> Metric:
    """How many machines a group has or may have; of several groups together their sum."""
    unit = "instances"
    return Metric(name, kind, unit, "AWS/AutoScaling", (metric,), own, statistic, Combine.SUM, part=SCALING_GROUP)


GROUPS = tuple(
    _size(kind, name, metric, statistic, ((SCALING_GROUP, place),))
    for kind, place in (("aws_autoscaling_group", "id"), ("aws_eks_node_group", "autoscaling_groups"))
    for name, metric, statistic in (
        ("in_service", "GroupInServiceInstances", Statistic.MAXIMUM),
        ("wanted_size", "GroupDesiredCapacity", Statistic.MAXIMUM),
        ("allowed_size", "GroupMaxSize", Statistic.MINIMUM),
    )
)
