"""Whether a group is as large as it was, so that smaller machines are not simply more of them."""

from collections.abc import Sequence

from planners._group import POLICY, SCHEDULE, of_group
from planners._sizing import enough
from planners.rightsize_instance import Settings
from remediator.model import Estate, MetricSummary, Observation

_BASIC, _DETAILED = 300, 60
"""Seconds between two points of a machine's CPU.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html"""


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
    its machines' CPU do, of which each has one in 300 seconds, or one in 60 with detailed monitoring. For less than
    0.5 % of the time a further machine may stand beside one that it takes over from.
    """
    wanted = enough(group.usage, "wanted_size", settings.days, settings.coverage)
    if wanted is not None:
        return wanted.maximum > len(members), f"it wanted up to {wanted.maximum:.0f} machines"
    points = enough(group.usage, "member_points", settings.days, settings.coverage)
    each = _points(points, members) if points is not None else None
    if points is None or each is None:
        return None, "its group metrics are off, so that how many machines it had is not known"
    return points.p99_5 > each * len(members), f"it had up to {points.maximum / each:.0f} machines"


def seconds_of_a_point(group: Observation, members: Sequence[Observation], settings: Settings) -> float:
    """The shortest time that a point of any machine is of: 300 seconds where as many points as machines say so."""
    points = enough(group.usage, "member_points", settings.days, settings.coverage)
    if points is None:
        return _DETAILED
    period = round(points.hours * 3600 / points.expected)
    basic = period % _BASIC == 0 and points.maximum <= len(members) * period / _BASIC
    return _BASIC if basic else _DETAILED


def _points(points: MetricSummary, members: Sequence[Observation]) -> float | None:
    """The points of one machine in a period; None where they do not all have as many, or it is not known."""
    period = round(points.hours * 3600 / points.expected)
    modes = {member.resource.spec.text("monitoring") for member in members}
    if period % _BASIC or modes not in ({"enabled"}, {"disabled"}):
        return None
    return period / (_DETAILED if modes == {"enabled"} else _BASIC)
