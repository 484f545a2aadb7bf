"""Groups, the sizes that they have had, and what is wanted of their bounds."""

from dataclasses import replace

import pytest

from planners import group_bounds
from planners.group_bounds import Settings
from remediator.model import Usage

ZONES = ("us-east-1a", "us-east-1b")


@pytest.fixture
def sized(build):
    """What a group says of its own size over so many days, beside what its machines do."""

    def make(highest=3.0, allowed=100.0, days=32.0, coverage=1.0, without=(), **machines):
        known = {"in_service": highest, "wanted_size": highest, "allowed_size": allowed}
        known = {name: value for name, value in known.items() if name not in without}
        measured = build.lookback(coverage, days, **known, **machines)
        own = (replace(s, minimum=allowed) if s.name == "allowed_size" else s for s in measured.summaries)
        return Usage(tuple(own))

    return make


@pytest.fixture
def group(build):
    def make(usage=None, least=1, largest=100, wanted=3, types=("m5.2xlarge",), environment=None, **over):
        sizes = {"min_size": least, "max_size": largest, "desired_capacity": wanted, "availability_zones": ZONES}
        seen = build.group(types, usage or Usage(), spec={**sizes, **over.pop("spec", {})}, **over)
        return replace(seen, environment=environment)

    return make


@pytest.fixture
def nodes(build):
    def make(usage, least=1, largest=100, wanted=3, **over):
        sizes = {"min_size": least, "max_size": largest, "desired_size": wanted}
        spec = {f"scaling_config.{name}": value for name, value in sizes.items()} | {"instance_types": ("m5.2xlarge",)}
        return build.seen("aws_eks_node_group", "ml:cpu", spec, usage, declared={}, **over)

    return make


@pytest.fixture
def members(build):
    def make(count, **over):
        zoned = {"availability_zone": "us-east-1a", **over.pop("spec", {})}
        over = {"member_of": "trainers", "declared": None, **over}
        return [build.instance("m5.2xlarge", name=f"i-{n}", spec=zoned, **over) for n in range(count)]

    return make


@pytest.fixture
def policy(build):
    def make(of="trainers", **over):
        spec = {"autoscaling_group_name": of, "policy_type": "TargetTrackingScaling", "enabled": True, **over}
        return build.seen("aws_autoscaling_policy", f"arn:{of}", spec, Usage())

    return make


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=()):
        return list(group_bounds.plan(build.estate(*seen), build.context(settings or Settings(), without)))

    return run
