"""Metrics that an Auto Scaling group has of itself, beside those of its members.

What it says of its size is off until somebody turns it on, and is free; the nodes of a managed node group are in groups
of EKS' own. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html

What EC2 says of machines it also says of all of a group together, those that have ended since included, and so does an
agent that adds the group's name to what it publishes. Only of a group that stays at its least size is that asked.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
"""

from typing import TypeAlias

from remediator.observe.metrics.metric import MACHINE, SCALING_GROUP, Combine, Metric, Statistic

_Own: TypeAlias = tuple[tuple[str, str], ...]


def _size(kind: str, name: str, metric: str, statistic: Statistic, own: _Own) -> Metric:
    """How many machines a group has or may have; of several groups together their sum."""
    unit = "instances"
    return Metric(name, kind, unit, "AWS/AutoScaling", (metric,), own, statistic, Combine.SUM, part=SCALING_GROUP)


def _members(name: str, unit: str, names: tuple[str, ...], statistic: Statistic, combine: Combine) -> Metric:
    """What the members did in each period, one that ended in it as well."""
    own = ((SCALING_GROUP, "id"),)
    return Metric(name, "aws_autoscaling_group", unit, "AWS/EC2", names, own, statistic, combine, only=_STEADY)


def _told(name: str, unit: str, combine: Combine) -> Metric:
    """What the agents of all members told of their memory."""
    return Metric(
        name,
        "aws_autoscaling_group",
        unit,
        "CWAgent",
        ("mem_used_percent",),
        ((SCALING_GROUP, "id"),),
        Statistic.MAXIMUM,
        combine,
        listed=True,
        part=MACHINE,
        only=_STEADY,
    )


_STEADY = ("steady", "yes")
_SIZES = tuple(
    _size(kind, name, metric, statistic, ((SCALING_GROUP, place),))
    for kind, place in (("aws_autoscaling_group", "id"), ("aws_eks_node_group", "autoscaling_groups"))
    for name, metric, statistic in (
        ("in_service", "GroupInServiceInstances", Statistic.MAXIMUM),
        ("wanted_size", "GroupDesiredCapacity", Statistic.MAXIMUM),
        ("allowed_size", "GroupMaxSize", Statistic.MINIMUM),
    )
)
_MEMBERS = (
    _members("member_points", "points", ("CPUUtilization",), Statistic.POINTS, Combine.MAX),
    _members("member_cpu", "%", ("CPUUtilization",), Statistic.MAXIMUM, Combine.MAX),
    _members("member_network", "B a point", ("NetworkIn", "NetworkOut"), Statistic.MAXIMUM, Combine.MAX),
    _members("member_ebs_bytes", "B a point", ("EBSReadBytes", "EBSWriteBytes"), Statistic.MAXIMUM, Combine.SUM),
    _members("member_ebs_ops", "ops a point", ("EBSReadOps", "EBSWriteOps"), Statistic.MAXIMUM, Combine.SUM),
    _told("member_memory", "%", Combine.HIGHEST),
    _told("members_with_memory", "instances", Combine.COUNT),
)
"""`member_` is of the busiest of them, point by point, of which a machine has one in 300 seconds, or one in 60."""

GROUPS = (*_SIZES, *_MEMBERS)
