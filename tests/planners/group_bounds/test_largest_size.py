"""Largest sizes far above any use."""

import pytest

from planners.group_bounds import Settings
from remediator.model import Effect, SetAttribute, Usage


def test_a_largest_size_far_above_any_use_comes_down_to_twice_that_use(changes, group, sized) -> None:
    [change] = changes(group(sized()))

    # three, twice, and a thirty-second more
    assert change.actions == (SetAttribute("max_size", 100, 7),)
    assert change.saving is None and change.accrued is None and change.withheld is None
    assert (change.concern, change.effect, change.doubts) == ("bounds", Effect.IN_PLACE, ())
    # 93 machines of 0.384 for 730 hours
    assert "93 more, at 26,070 USD a month by list price" in change.reason
    assert "the bound itself costs nothing" in change.reason
    assert [s.name for s in change.evidence] == ["in_service", "wanted_size", "allowed_size"]


@pytest.mark.parametrize(
    "over",
    [
        {"highest": 26.0},  # not four times
        {"highest": 0.0},  # it was not used at all
        {"allowed": 3.0},  # it was at its limit before that was raised
        {"days": 13.0},
        {"coverage": 0.9},
    ],
    ids=str,
)
def test_bounds_that_were_used_or_are_not_known_well_stay(changes, group, sized, over) -> None:
    assert changes(group(sized(**over))) == []


def test_four_times_is_the_boundary(changes, group, sized) -> None:
    settings = Settings(least_exposure=0)

    assert len(changes(group(sized(allowed=12.0), largest=12), settings=settings)) == 1
    assert changes(group(sized(allowed=11.0), largest=11), settings=settings) == []


def test_what_it_asks_for_now_counts_as_use(changes, group, sized) -> None:
    [change] = changes(group(sized(), wanted=9))

    assert change.actions[0].target == 19


@pytest.mark.parametrize("metric", ["in_service", "wanted_size", "allowed_size"])
def test_where_one_of_its_metrics_is_missing_it_is_counted_alone(changes, group, sized, metric) -> None:
    [change] = changes(group(sized(without=(metric,))))

    assert "its group metrics are not all on" in change.withheld and not change.evidence


def test_a_group_whose_metrics_are_off_is_counted_and_reaches_nobody(build, changes, group) -> None:
    [change] = changes(group(build.lookback(cpu=60.0)))

    assert "GroupInServiceInstances" in change.withheld and not change.evidence
    assert changes(group(build.lookback(cpu=60.0), largest=11)) == []


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"days": 14.0}, "no turn of a month"),
        ({"allowed": 30.0}, "6,447 USD a month, below least_exposure"),
    ],
)
def test_what_is_no_risk_or_not_seen_over_a_month_reaches_nobody(changes, group, sized, over, reason) -> None:
    [change] = changes(group(sized(**over), largest=int(over.get("allowed", 100))))

    assert reason in change.withheld


def test_a_risk_in_another_currency_than_the_settings_is_never_too_small(changes, group, sized) -> None:
    little = group(sized(allowed=30.0), largest=30)
    [dollars], [yuan] = changes(little), changes(little, settings=Settings(currency="CNY"))

    assert "6,447 USD a month, below least_exposure" in dollars.withheld
    assert yuan.withheld is None and "at 6,447 USD a month by list price" in yuan.reason


def test_an_unknown_price_reaches_nobody(changes, group, sized) -> None:
    [change] = changes(group(sized()), without=("m5.2xlarge",))

    assert "an unknown sum" in change.withheld


def test_a_scheduled_size_stays_possible_and_is_named(build, changes, group, sized) -> None:
    spec = {"autoscaling_group_name": "trainers", "desired_capacity": 20, "scheduled_action_name": "sale"}
    sale = build.seen("aws_autoscaling_schedule", "arn:sale", spec, Usage())
    bound = build.seen("aws_autoscaling_schedule", "arn:night", {**spec, "max_size": 50}, Usage())

    assert changes(group(sized()), sale)[0].actions[0].target == 20
    assert "scheduled action sale sets its bounds" in changes(group(sized()), bound)[0].doubts[0]


def test_production_a_warm_pool_and_a_controller_are_questions(build, changes, group, sized) -> None:
    [prod] = changes(group(sized(), environment="prod"))
    [warm] = changes(group(sized(), spec={"warm_pool": True}))

    assert "it is in prod" in prod.doubts[0] and prod.confidence == 0.5
    assert "a warm pool" in warm.doubts[0]


def test_capacity_units_kept_groups_and_unknown_bounds_are_left_alone(changes, group, sized) -> None:
    assert changes(group(sized(), spec={"weights": ("2",)})) == []
    assert changes(group(sized(), tags={"remediator:keep": ""})) == []
    assert changes(group(sized(), spec={"max_size": None})) == []


def test_the_largest_size_of_a_node_group_is_its_scaling_config(changes, nodes, sized) -> None:
    [change] = changes(nodes(sized()))

    assert change.actions == (SetAttribute("scaling_config.max_size", 100, 7),)
