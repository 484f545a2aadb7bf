"""Whether a group is as large as it was, and stays so with smaller machines."""

from dataclasses import replace

import pytest

from remediator.model import Usage
from tests.planners.oversized_group.calm import ALL


def test_a_group_that_scales_by_its_load_saves_nothing(build, changes, template, group, machines, policy) -> None:
    said = build.lookback(**ALL, wanted_size=2.0)
    scaling = group(usage=said, largest=9, spec={"min_size": 1})

    [change] = changes(template(), scaling, *machines(), policy())

    assert change.withheld == (
        "aws_autoscaling_group.trainers: cpu-50 sets its size by its load, and would run more of a smaller type"
    )


def test_a_policy_that_was_never_needed_is_asked_about(changes, template, group, machines, policy) -> None:
    [change] = changes(template(), group(largest=9), *machines(), policy())
    [fixed] = changes(template(), group(), *machines(), policy())
    [off] = changes(template(), group(largest=9), *machines(), policy(enabled=False))

    assert change.withheld is None and "cpu-50 may add machines where smaller ones are busier" in change.doubts[0]
    assert fixed.doubts == off.doubts == ()


def test_a_group_that_was_larger_had_less_to_do_on_each(build, changes, template, group, machines) -> None:
    [change] = changes(template(), group(usage=build.lookback(**ALL, wanted_size=4.0)), *machines())

    assert change.withheld.endswith("it wanted up to 4 machines, each of which had less to do")


@pytest.mark.parametrize(
    ("points", "monitoring", "told"),
    [
        (2.0, "disabled", None),
        (10.0, "enabled", None),
        (4.0, "disabled", "it had up to 4 machines"),
        (15.0, "enabled", "it had up to 3 machines"),
        (10.0, "disabled", "how many machines it had is not known"),  # each of two has one a minute, or ten have one
        (15.0, "disabled", "it had up to 3 machines"),
        (10.0, None, "how many machines it had is not known"),
    ],
)
def test_how_many_it_had_is_counted_by_points_where_its_metrics_are_off(
    build, changes, template, group, machines, points, monitoring, told
) -> None:
    always = replace(build.metric("member_points", points), p50=points)
    said = Usage((*build.lookback(**ALL).summaries, always))

    [change] = changes(template(), group(usage=said), *machines(spec={"monitoring": monitoring}))

    assert (
        (change.withheld, change.doubts) == (None, ()) if told is None else told in f"{change.withheld}{change.doubts}"
    )
    assert bool(change.withheld) == bool(told and "up to" in told)


def test_a_scheduled_action_sets_its_size(build, changes, template, group, machines) -> None:
    spec = {"autoscaling_group_name": "trainers", "scheduled_action_name": "night", "desired_capacity": 0}
    action = build.seen("aws_autoscaling_schedule", "arn:s", spec, Usage())

    [change] = changes(template(), group(), *machines(), action)

    assert "scheduled action night sets its size by the time" in change.withheld
