"""A launch template, its groups and their machines, and what is wanted of them."""

from dataclasses import replace

import pytest

from planners import oversized_group
from planners.oversized_group import Settings
from remediator.model import Usage
from tests.planners.oversized_group.calm import ALL, CALM, REFRESHED


@pytest.fixture
def template(build):
    def make(type_="m5.2xlarge", version=3, declared=(), spec=(), **over):
        own = {"instance_type": type_, "latest_version": version, **dict(spec)}
        return build.seen("aws_launch_template", "lt-1", own, Usage(), declared=dict(declared), **over)

    return make


@pytest.fixture
def group(build):
    """A group of a constant size that says so, and that takes the number of its template's newest version."""

    def make(name="trainers", size=2, largest=None, version="3", declared=REFRESHED, usage=None, spec=(), **over):
        sizes = {"min_size": size, "max_size": largest or size, "desired_capacity": size}
        own = {**sizes, "launch_template.id": "lt-1", "launch_template.version": version, **dict(spec)}
        said = build.lookback(**ALL, wanted_size=float(size)) if usage is None else usage
        return build.seen("aws_autoscaling_group", name, own, said, declared=declared, **over)

    return make


@pytest.fixture
def machines(build):
    def make(*usages, of="trainers", type_="m5.2xlarge", spec=(), tags=(), **over):
        usages = usages or (build.lookback(**CALM), build.lookback(**CALM))
        own = {"availability_zone": "us-east-1a", **dict(spec)}
        own_tags = {"aws:ec2launchtemplate:id": "lt-1", **dict(tags)}
        return [
            build.instance(
                type_, usage, f"i-{of}-{n}", spec=own, tags=own_tags, member_of=of, **{"declared": None, **over}
            )
            for n, usage in enumerate(usages)
        ]

    return make


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=(), offers=None):
        estate = build.estate(*seen)
        estate = estate if offers is None else replace(estate, offers=offers)
        return list(oversized_group.plan(estate, build.context(settings or Settings(month_end_in=()), without)))

    return run


@pytest.fixture
def replaced(build):
    """What a group tells of itself whose machines live for a day; all of them had an agent."""

    def make(told=2.0, **over):
        metrics = build.lookback(**{**ALL, "member_memory": 30.0, "wanted_size": 2.0, **over}).summaries
        count = replace(build.metric("members_with_memory", 2.0), mean=told)
        return Usage((*metrics, count))

    return make


@pytest.fixture
def policy(build):
    def make(**over):
        spec = {"autoscaling_group_name": "trainers", "policy_type": "TargetTrackingScaling", "name": "cpu-50", **over}
        return build.seen("aws_autoscaling_policy", "arn:p", spec, Usage())

    return make
