from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from planners import group_bounds
from planners.group_bounds import Settings
from remediator.model import Effect, SetAttribute, Usage

CALM = {"cpu": 9.0, "memory": 20.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 10.0}
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


def test_both_bounds_are_one_change(changes, group, sized, members, policy) -> None:
    seen = group(sized(8.0, 100.0, **CALM), least=8, largest=100, wanted=8, price="2242.56")
    [change] = changes(seen, *members(8), policy())

    assert change.actions == (SetAttribute("min_size", 8, 4), SetAttribute("max_size", 100, 17))
    assert "least size from 8 to 4 and its largest size from 100 to 17" in change.title
    assert change.withheld is None


def test_a_largest_size_that_is_no_risk_does_not_ride_along(changes, group, sized, members, policy) -> None:
    seen = group(sized(8.0, 100.0, **CALM), least=8, largest=100, wanted=8)
    [change] = changes(seen, *members(8), policy(), settings=Settings(least_exposure=1e6))

    assert change.actions == (SetAttribute("min_size", 8, 4),)


@pytest.mark.parametrize(
    "over", [{"days": 13}, {"coverage": 0.5}, {"headroom": 0.1}, {"times": 1.5}, {"load_percent": 90}]
)
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)


def test_the_group_that_belongs_to_a_node_group_is_judged_there(changes, group, sized) -> None:
    assert changes(group(sized(), tags={"eks:nodegroup-name": "cpu", "eks:cluster-name": "ml"})) == []
