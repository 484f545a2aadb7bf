"""Groups of machines whose GPUs are idle."""

from dataclasses import replace

import pytest

from remediator.model import SetAttribute, Usage
from tests.planners.idle_gpu.doubts import CAPACITY
from tests.planners.loads import QUIET


def test_an_idle_group_is_scaled_to_zero_and_its_members_are_not_named(build, changes) -> None:
    usage = build.recent(**QUIET)
    group = build.group(("p3.2xlarge",), usage, price="4467.60", spec={"max_size": 1})
    member = build.instance(usage=usage, member_of="trainers", declared=None)
    [change] = changes(member, group)

    assert change.resource.id == "trainers"
    assert change.actions == (SetAttribute("min_size", 1, 0), SetAttribute("desired_capacity", 2, 0))
    assert change.missing == (CAPACITY,)
    assert change.reason.endswith("its instances are ended, not stopped, and what is on their disks goes with them")
    assert not change.doubts


@pytest.mark.parametrize(
    ("spec", "expected"),
    [({"min_size": 0}, ["desired_capacity"]), ({"desired_capacity": 0, "min_size": 0}, None)],
)
def test_bounds_that_are_zero_stay_as_they_are(build, changes, spec, expected) -> None:
    found = changes(build.group(("p3.2xlarge",), build.recent(**QUIET), spec=spec))

    assert [a.path for c in found for a in c.actions] == (expected or [])


@pytest.mark.parametrize(
    ("most", "age", "doubt"),
    [
        (4, 100, "it may hold 4 instances and holds 1; others may have run and ended unmeasured"),
        (1, 0.5, "1 of its instances are younger than the time that is judged; those before are not measured"),
    ],
)
def test_members_that_may_have_come_and_gone_are_a_doubt(build, changes, most, age, doubt) -> None:
    usage = build.recent(**QUIET)
    member = build.instance(usage=usage, member_of="trainers", declared=None, age_days=age)
    [change] = changes(build.group(("p3.2xlarge",), usage, spec={"max_size": most}), member)

    assert change.doubts == (doubt,)


def test_a_group_is_doubted_for_its_members(build, changes) -> None:
    usage = build.recent(**QUIET)
    group = build.group(("p3.2xlarge", "m5.large"), usage, spec={"max_size": 1})
    kept = build.instance(usage=usage, member_of="trainers", tags={"remediator:keep": ""}, declared=None)
    elsewhere = replace(kept, resource=replace(kept.resource, region="eu-west-1", id="i-9"))
    [change] = changes(group, kept, elsewhere)

    assert change.doubts == (
        "it also holds types without GPUs (m5.large), whose work is not judged here",
        "its member i-1 is tagged to be kept",
    )


def test_how_many_a_group_may_hold_may_not_be_known(build, changes) -> None:
    group = build.group(("p3.2xlarge",), build.recent(**QUIET), spec={"max_size": None})

    [change] = changes(group, build.instance(member_of="trainers"))

    assert change.doubts == (
        "how many instances it may hold is not known, and it holds 1; others may have run and ended unmeasured",
    )


def test_what_sets_the_size_of_a_group_or_keeps_it_is_named(build, changes) -> None:
    usage = build.recent(**QUIET)
    spec = {"max_size": 1, "suspended_processes": ("Terminate",), "protected_instances": ("i-1",), "warm_pool": True}
    group = build.group(("p3.2xlarge",), usage, spec=spec)
    member = build.instance(usage=usage, member_of="trainers", declared=None)
    office = {"autoscaling_group_name": "trainers", "scheduled_action_name": "up", "recurrence": "0 8 * * MON-FRI"}
    night = {**office, "scheduled_action_name": "down", "desired_capacity": 0, "min_size": 0}
    actions = [
        build.seen("aws_autoscaling_schedule", spec["scheduled_action_name"], spec, Usage())
        for spec in ({**office, "desired_capacity": 2}, night)
    ]
    policy = {"autoscaling_group_name": "trainers", "name": "follow-gpu", "policy_type": "TargetTrackingScaling"}
    [change] = changes(member, group, *actions, build.seen("aws_autoscaling_policy", "p", policy, Usage()))

    assert change.doubts == (
        "its process Terminate is suspended, so that none of its instances would end",
        "protected from scale-in are i-1, which would stay",
        "it has a warm pool, which goes on being paid",
        "scheduled action up (0 8 * * MON-FRI) sets its size anew; change it there",
    )
    assert change.missing[0].startswith("whether follow-gpu brings its first instance back")


def test_nodes_that_go_take_their_pods_along(build, changes) -> None:
    spec = {"scaling_config.desired_size": 1, "scaling_config.max_size": 1, "instance_types": ("p3.2xlarge",)}
    usage = build.recent(**QUIET)
    group = build.seen("aws_eks_node_group", "c:gpu", spec, usage, declared={})
    [change] = changes(group, build.instance(usage=usage, member_of="c:gpu", declared=None))

    assert "15 minutes" in change.missing[0]


def test_a_group_that_eks_made_is_no_finding_of_its_own(build, changes) -> None:
    own = build.group(("p3.2xlarge",), build.recent(**QUIET), tags={"eks:nodegroup-name": "gpu"})

    assert changes(own) == []
