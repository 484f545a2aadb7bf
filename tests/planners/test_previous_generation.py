from dataclasses import replace
from decimal import Decimal

import pytest

from planners import previous_generation
from planners.previous_generation import Settings
from remediator.model import Effect, Finding, Launcher, Opinion, SetAttribute


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=(), types=None):
        context = build.context(settings or Settings(), without)
        context = replace(context, catalogue=types) if types else context
        return list(previous_generation.plan(build.estate(*seen), context))

    return run


def test_the_cheapest_current_type_with_no_less_of_anything(changes, build) -> None:
    [change] = changes(build.instance("m3.xlarge"))

    assert change.actions == (SetAttribute("instance_type", "m3.xlarge", "m5.xlarge"),)
    assert (change.concern, change.effect) == ("size", Effect.RESTART)
    assert change.saving.monthly == Decimal("54.02")  # (0.266 - 0.192) x 730
    assert change.doubts == ("m5 has another processor than m3; try the work on it first, or name it in families",)


def test_what_an_adviser_counts_for_one_machine_is_not_said_of_another(changes, build) -> None:
    one, other = build.instance("m3.xlarge", name="i-1"), build.instance("m3.xlarge", name="i-2")
    place = ("ml", "us-east-1", "aws_instance", "i-1")
    best = {"best": "m5.xlarge", "net": Decimal(3), "currency": "USD"}
    told = Opinion(*place, "AWS Compute Optimizer", Finding.NOT_OPTIMIZED, **best)

    first, second = changes(replace(one, opinions=(told,)), other)

    assert (first.saving.low, second.saving.low) == (Decimal("3.00"), Decimal("15.13"))


def test_a_family_that_is_named_needs_no_question(changes, build) -> None:
    [change] = changes(build.instance("m3.xlarge"), settings=Settings(families=("m5",)))

    assert change.doubts == () and change.confidence == 0.8


def test_a_move_from_xen_to_nitro_is_asked_about(changes, build) -> None:
    machine = build.instance("m4.xlarge", spec={"ena_support": True})

    [change] = changes(machine, settings=Settings(least_percent=4, families=("m5",)))

    assert change.doubts == ("it goes from xen to nitro, which needs ENA and NVMe drivers",)


@pytest.mark.parametrize(("least", "found"), [(4.0, 1), (4.01, 0)])
def test_prices_decide_and_a_little_is_worth_no_trial(changes, build, least, found) -> None:
    assert len(changes(build.instance("m4.xlarge"), settings=Settings(least_percent=least))) == found


@pytest.mark.parametrize(
    "less",
    [{"vcpu": 2}, {"memory_mib": 8192}, {"network_gbps": 0.1}, {"ebs_iops": 1}, {"ebs_mbytes_s": None},
     {"architecture": "arm64"}, {"current_generation": False}, {"burstable": True}],
)  # fmt: skip
def test_a_type_with_less_of_anything_or_with_something_unknown_is_none(changes, build, less) -> None:
    current, candidate = (build.types.instance_type(name) for name in ("m3.xlarge", "m5.xlarge"))
    types = replace(build.types, types=(current, replace(candidate, **less)))

    assert changes(build.instance("m3.xlarge"), types=types) == []


def test_nothing_is_wanted_of_what_is_current_or_whose_price_is_not_known(changes, build) -> None:
    assert changes(build.instance("m5.xlarge"), build.instance("p3.2xlarge")) == []
    assert changes(build.instance("m3.xlarge"), without=("m3.xlarge",)) == []


def test_what_is_kept_stopped_of_a_group_or_of_a_controller_is_left_alone(changes, build) -> None:
    assert changes(build.instance("m3.xlarge", tags={"remediator:keep": ""})) == []
    assert changes(build.instance("m3.xlarge", spec={"instance_state": "stopped"})) == []
    assert changes(build.instance("m3.xlarge", member_of="web", declared=None)) == []
    made = Launcher("Karpenter", "node pool", "default")
    assert changes(build.instance("m3.xlarge", launched_by=made, declared=None)) == []


@pytest.mark.parametrize("values", [{"least_percent": -1}, {"least_percent": 101}])
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match="least_percent"):
        Settings(**values)
