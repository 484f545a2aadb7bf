"""What changes the size of an Auto Scaling group by itself, and what keeps it from changing."""

from collections.abc import Iterator, Mapping

from planners._seen import few
from remediator.model import Estate, Observation

POLICY, SCHEDULE = "aws_autoscaling_policy", "aws_autoscaling_schedule"
_GROUP = "aws_autoscaling_group"
SIZES: Mapping[str, tuple[str, str, str]] = {
    _GROUP: ("min_size", "max_size", "desired_capacity"),
    "aws_eks_node_group": ("scaling_config.min_size", "scaling_config.max_size", "scaling_config.desired_size"),
}
"""The attributes that say how many machines a group has at least, at most, and now."""
_NAMED = 3
"""Instances that a sentence names."""

ENDED = "its instances are ended, not stopped, and what is on their disks goes with them"
"""What a group of no instances comes to: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html"""
EVICTED = "whether its pods may be evicted: a node that goes waits 15 minutes for them, and for no disruption budget"
"""https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html"""


def of_group(estate: Estate, kind: str, seen: Observation) -> Iterator[Observation]:
    """The policies or the scheduled actions of an Auto Scaling group; those of EKS' own groups are not its business."""
    place = (seen.resource.account, seen.resource.region)
    own = estate.having(kind, "autoscaling_group_name", seen.resource.id)
    for one in own if seen.resource.kind == _GROUP else ():
        if (one.resource.account, one.resource.region) == place:
            yield one


def scaled_in(estate: Estate, seen: Observation) -> bool:
    """Whether a policy that tracks a target is known to take away what is not needed."""
    return any(
        policy.resource.spec.text("policy_type") == "TargetTrackingScaling"
        and policy.resource.spec.flag("enabled") is not False
        and policy.resource.spec.flag("disable_scale_in") is not True
        for policy in of_group(estate, POLICY, seen)
    )


def against_zero(seen: Observation, estate: Estate) -> Iterator[str]:
    """Why a group would not come down to no instance, or would not stay there.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
    """
    spec = seen.resource.spec
    if "Terminate" in spec.texts("suspended_processes"):
        yield "its process Terminate is suspended, so that none of its instances would end"
    guarded = spec.texts("protected_instances")
    if guarded:
        yield f"protected from scale-in are {few(guarded, _NAMED)}, which would stay"
    if spec.flag("warm_pool"):
        yield "it has a warm pool, which goes on being paid"
    for action in of_group(estate, SCHEDULE, seen):
        its = action.resource.spec
        if its.number("desired_capacity") or its.number("min_size"):
            when = its.text("recurrence") or its.text("start_time") or "once"
            yield f"scheduled action {its.text('scheduled_action_name')} ({when}) sets its size anew; change it there"


def unknown_return(seen: Observation, estate: Estate) -> Iterator[str]:
    """What is missing of a group of no instances: whether anything brings the first one back."""
    names = sorted(policy.resource.spec.text("name") or "" for policy in of_group(estate, POLICY, seen))
    if names:
        yield (
            f"whether {', '.join(names)} brings its first instance back: a policy that follows its instances has none "
            "to follow"
        )
