"""Least sizes that alone keep idle machines."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from planners.group_bounds import Settings
from remediator.model import SetAttribute
from tests.planners.group_bounds.calm import CALM


@pytest.fixture
def pinned(sized):
    """A group that never asked for more than its least size of eight."""

    def make(highest=8.0, **over):
        return sized(highest, 10.0, **{"days": 14.0, **CALM, **over})

    return make


BUSY = {"least": 8, "largest": 10, "wanted": 8}


def test_a_least_size_that_alone_keeps_idle_machines_comes_down(changes, group, pinned, members, policy) -> None:
    [change] = changes(group(pinned(), price="2242.56", environment="dev", **BUSY), *members(8), policy())

    assert change.actions == (SetAttribute("min_size", 8, 4),)
    assert change.doubts == () and change.saving.monthly == Decimal("1121.28")
    assert "8 m5.2xlarge running, the busiest of which came to 9 % of its CPU; 4 keep each" in change.reason


@pytest.mark.parametrize(("environment", "days", "asked"), [("prod", 14.0, True), (None, 14.0, True),
                                                          ("dev", 14.0, False), (None, 32.0, False)])  # fmt: skip
def test_what_may_be_in_production_has_to_have_seen_a_months_turn(
    changes, group, pinned, members, policy, environment, days, asked
) -> None:
    seen = group(pinned(days=days), environment=environment, **BUSY)
    [change] = changes(seen, *members(8), policy(), settings=Settings(ask_in=()))

    assert [("turn of a month" in doubt) for doubt in change.doubts] == ([True] if asked else [])


@pytest.mark.parametrize(
    ("bound", "low", "high"), [(2, "560.64", "1121.28"), (6, "0", "560.64"), (8, None, None)], ids=str
)
def test_what_a_reservation_pays_for_is_not_saved(changes, group, pinned, members, policy, bound, low, high) -> None:
    seen = group(pinned(), price="2242.56", environment="dev", **BUSY)
    held = members(bound, spec={"capacity_reservation_id": "cr-1"})
    [change] = changes(seen, *held, *members(8)[bound:], policy())

    assert sum("capacity reservation" in doubt for doubt in change.doubts) == bound
    if high is None:
        assert change.saving is None
    else:
        # of what is left, 28 % is paid under the deepest commitment
        assert change.saving.high == Decimal(high)
        assert change.saving.low == (Decimal(low) * Decimal("0.28")).quantize(Decimal("0.01"))


def test_as_many_stay_as_the_load_asks_for(changes, group, pinned, members, policy) -> None:
    # 8 machines at 27 % and a tenth more, each at most at 40 %, are 6
    [change] = changes(group(pinned(cpu=27.0), **BUSY), *members(8), policy())

    assert change.actions == (SetAttribute("min_size", 8, 6),)
    assert changes(group(pinned(cpu=35.0), **BUSY), *members(8), policy()) == []


@pytest.mark.parametrize(
    "over", [{"memory": 55.0}, {"network": 1.8e8}, {"ebs_ops": 4700.0}, {"ebs_bytes": 1.2e8}, {"highest": 9.0}], ids=str
)
def test_every_dimension_has_to_fit_and_more_was_never_asked_for(changes, group, pinned, members, policy, over) -> None:
    assert changes(group(pinned(**over), **BUSY), *members(8), policy()) == []


def test_a_machine_stays_in_every_zone(changes, group, pinned, members, policy) -> None:
    usage, sizes = pinned(2.0), {"least": 2, "largest": 4, "wanted": 2}

    assert changes(group(usage, **sizes), *members(2), policy()) == []


@pytest.mark.parametrize(
    "over",
    [{"types": ("t3.xlarge",)}, {"types": ("m5.large", "m5.xlarge")}, {"types": ("g5.xlarge",)}, {"wanted": 9}],
    ids=str,
)
def test_burstable_mixed_and_unmeasured_gpu_groups_and_larger_ones_stay(
    changes, group, pinned, members, policy, over
) -> None:
    assert changes(group(pinned(), **{**BUSY, **over}), *members(8), policy()) == []


@pytest.mark.parametrize(
    "over", [None, {"policy_type": "StepScaling"}, {"enabled": False}, {"disable_scale_in": True}, {"of": "others"}]
)
def test_without_a_policy_that_scales_in_a_person_says_whether_the_number_is_by_design(
    changes, group, pinned, members, policy, over
) -> None:
    [change] = changes(group(pinned(), **BUSY), *members(8), *(() if over is None else (policy(**over),)))

    assert change.actions == (SetAttribute("min_size", 8, 4), SetAttribute("desired_capacity", 8, 4))
    assert "no policy that tracks a target" in change.doubts[0]


@pytest.mark.parametrize("metric", ["network", "memory", "ebs_bytes", "ebs_ops"])
def test_a_dimension_that_is_not_measured_is_a_question(build, changes, group, sized, members, policy, metric) -> None:
    calm = {name: value for name, value in CALM.items() if name != metric}
    [change] = changes(group(sized(8.0, 10.0, 14.0, **calm), **BUSY), *members(8), policy())

    assert f"({metric} missing)" in change.doubts[0]


def test_machines_that_came_and_went_are_a_question(changes, group, pinned, members, policy) -> None:
    young = members(8)
    young[0] = replace(young[0], resource=replace(young[0].resource, created_at=young[0].resource.created_at
                                                  + timedelta(days=99)))  # fmt: skip
    [replaced] = changes(group(pinned(), **BUSY), *young, policy())
    [unknown] = changes(group(pinned(without=("wanted_size", "in_service", "allowed_size")), **BUSY), *members(8),
                        policy())  # fmt: skip

    assert "1 of its machines are younger" in replaced.doubts[0]
    assert "it may hold 10 instances and holds 8" in unknown.doubts[0]


def test_pods_ask_for_what_is_not_seen_here(changes, nodes, pinned, members) -> None:
    seen = members(8, member_of="ml:cpu")
    [change] = changes(nodes(pinned(), **BUSY), *seen)

    assert change.actions == (SetAttribute("scaling_config.min_size", 8, 4),)
    assert "pods ask for" in change.doubts[0]
