"""Whether a group is as large as it was, so that smaller machines are not simply more of them."""

from collections.abc import Sequence

from planners._group import POLICY, SCHEDULE, of_group
from planners._sizing import enough
from planners.rightsize_instance import Settings
from remediator.model import Estate, MetricSummary, Observation

_BASIC, _SAMPLED = 300, 60
"""Seconds between two points of a machine with basic monitoring, and between two samples that any of them may be of.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html#ec2-cloudwatch-metrics"""


def varies(group: Observation, members: Sequence[Observation], estate: Estate) -> str | None:
    """Why a group would have more of a smaller type, or does not have the machines that it wants; None where neither.

    What changes a group's size by its load (a policy) makes up for smaller machines by more of them; one that changes
    by the time (a scheduled action) has another load on each of them than was seen.
    """
    least, wanted = (group.resource.spec.number(name) for name in ("min_size", "desired_capacity"))
    if least is None or wanted != len(members):
        return f"{len(members)} of its machines run, which is not what it wants"
    for action in of_group(estate, SCHEDULE, group):
        spec = action.resource.spec
        if any(spec.number(name) is not None for name in ("min_size", "max_size", "desired_capacity")):
            return f"scheduled action {spec.text('scheduled_action_name')} sets its size by the time"
    names = policies(group, estate)
    if names and wanted > least:
        return f"{', '.join(names)} sets its size by its load, and would run more of a smaller type"
    return None


def policies(group: Observation, estate: Estate) -> list[str]:
    """The names of the policies that may change its size."""
    found = (policy.resource.spec for policy in of_group(estate, POLICY, group))
    return sorted(spec.text("name") or "a policy" for spec in found if spec.flag("enabled") is not False)


def larger(group: Observation, members: Sequence[Observation], settings: Settings) -> tuple[bool | None, str]:
    """Whether a group was larger than it is, None where that is not known, and a phrase that says so.

    Of more machines each had less to do. Its own metrics say how many were wanted; where they are off, the points of
    its machines' CPU do, of which each has one a minute with detailed monitoring. With basic monitoring it has one in
    300 seconds, or five: AWS says of counters that they are five, and not of CPU. For less than 0.5 % of the time a
    further machine may stand beside one that it takes over from.
    """
    wanted = enough(group.usage, "wanted_size", settings.days, settings.coverage)
    if wanted is not None:
        return wanted.maximum > len(members), f"it wanted up to {wanted.maximum:.0f} machines"
    points = enough(group.usage, "member_points", settings.days, settings.coverage)
    each = _points(points, members) if points is not None else None
    if points is None or each is None:
        return None, "its group metrics are off, so that how many machines it had is not known"
    least, most = each
    # It never had fewer than it has now, so that fewer points than at most are one of each.
    one = least if points.p50 < most * len(members) else most
    if points.p99_5 > one * len(members):
        return True, f"it had up to {points.maximum / one:.0f} machines"
    if one > least:
        return None, "its group metrics are off, so that how many machines it had is not known"
    return False, f"it had {len(members)} machines"


def _points(points: MetricSummary, members: Sequence[Observation]) -> tuple[float, float] | None:
    """The points of one machine in a period, at least and at most; None where they may not all have as many."""
    period = round(points.hours * 3600 / points.expected)
    modes = {member.resource.spec.text("monitoring") for member in members}
    if period % _BASIC or modes not in ({"enabled"}, {"disabled"}):
        return None
    most = period / _SAMPLED
    return (most if modes == {"enabled"} else period / _BASIC), most
