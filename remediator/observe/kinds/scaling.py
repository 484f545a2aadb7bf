"""What changes the size of groups and endpoints by itself: policies and scheduled actions."""

from remediator.observe.kinds.kind import Kind, Step

SCALING = (
    Kind(
        name="aws_autoscaling_policy",
        service="autoscaling",
        # Without a group named, these are the policies of all of them.
        steps=(Step("describe_policies", "ScalingPolicies[]", page=100),),
        id="PolicyARN",
        arn="PolicyARN",
        tags=None,
        created_at=None,
        spec=(
            ("name", "PolicyName"),
            ("autoscaling_group_name", "AutoScalingGroupName"),
            ("policy_type", "PolicyType"),
            ("enabled", "Enabled"),
            ("disable_scale_in", "TargetTrackingConfiguration.DisableScaleIn"),
        ),
    ),
    Kind(
        name="aws_autoscaling_schedule",
        service="autoscaling",
        steps=(Step("describe_scheduled_actions", "ScheduledUpdateGroupActions[]", page=100),),
        id="ScheduledActionARN || join('/', [AutoScalingGroupName, ScheduledActionName])",
        arn="ScheduledActionARN",
        tags=None,
        created_at=None,
        spec=(
            ("scheduled_action_name", "ScheduledActionName"),
            ("autoscaling_group_name", "AutoScalingGroupName"),
            ("recurrence", "Recurrence"),
            ("start_time", "StartTime"),
            ("min_size", "MinSize"),
            ("max_size", "MaxSize"),
            ("desired_capacity", "DesiredCapacity"),
        ),
    ),
    Kind(
        name="aws_appautoscaling_target",
        service="application-autoscaling",
        # A service has to be named; of others nothing is asked.
        steps=(Step("describe_scalable_targets", "ScalableTargets[]", fixed=(("ServiceNamespace", "sagemaker"),)),),
        id="ResourceId",
        arn="ScalableTargetARN",
        tags=None,
        created_at="CreationTime",
        spec=(
            ("resource_id", "ResourceId"),
            ("scalable_dimension", "ScalableDimension"),
            ("min_capacity", "MinCapacity"),
            ("max_capacity", "MaxCapacity"),
        ),
    ),
)
