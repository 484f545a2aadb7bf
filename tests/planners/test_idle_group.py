from decimal import Decimal

import pytest

from planners import idle_group
from planners.idle_group import Settings
from remediator.model import Effect, SetAttribute, Usage

QUIET = {"cpu": 3.0, "network": 2_000.0}


@pytest.fixture
def changes(build):
    def run(*seen, settings=None):
        return list(idle_group.plan(build.estate(*seen), build.context(settings or Settings())))

    return run


@pytest.fixture
def group(build):
    def make(usage=None, types=("m5.large", "m5.large"), **over):
        spec = {"max_size": 2, "member_types": types, **over.pop("spec", {})}
        return build.group(("m5.large",), usage or build.lookback(**QUIET), spec=spec, **over)

    return make


@pytest.fixture
def members(build):
    return [build.instance("m5.large", name=f"i-{n}", member_of="trainers", declared=None) for n in (1, 2)]


def test_a_quiet_group_is_scaled_to_zero(changes, group, members) -> None:
    [change] = changes(group(price="140.16"), *members)

    assert change.actions == (SetAttribute("min_size", 1, 0), SetAttribute("desired_capacity", 2, 0))
    assert (change.concern, change.effect, change.doubts) == ("running", Effect.STOP, ())
    assert change.saving.monthly == Decimal("140.16") and change.accrued == Decimal("64.51")
    assert "ended, not stopped" in change.reason


def test_a_group_that_may_be_in_production_is_asked_about_unless_a_month_was_seen(build, changes, group, members):
    short, long = (changes(group(build.lookback(days=d, **QUIET), environment=None), *members)[0] for d in (14, 32))

    assert ["hold no whole month" in doubt for doubt in short.doubts] == [True]
    assert long.doubts == ()


def test_a_daily_job_for_updates_is_asked_about(build, changes, group, members) -> None:
    usage = Usage((build.metric("cpu", 12.0, p99_5=2.0), build.metric("network", 2e3)))
    [change] = changes(group(usage), *members)

    assert ["works (up to 12.0 %)" in doubt for doubt in change.doubts] == [True]
    assert "at or below 2.0 %" in change.reason


@pytest.mark.parametrize(("ops", "doubted"), [(5.0, False), (5.1, True)])
def test_disks_at_work_are_a_doubt(build, changes, group, members, ops, doubted) -> None:
    [change] = changes(group(build.lookback(**QUIET, ebs_ops=ops)), *members)

    assert any("disks work" in doubt for doubt in change.doubts) is doubted


@pytest.mark.parametrize(("in_service", "coverage", "doubted"), [(2.0, 1.0, False), (3.0, 1.0, True), (2.0, 0.9, True)])
def test_a_group_that_tells_how_many_it_had_hid_none(build, changes, group, members, in_service, coverage, doubted):
    told = build.lookback(coverage, in_service=in_service).summaries
    usage = Usage((*build.lookback(**QUIET).summaries, *told))

    [change] = changes(group(usage, spec={"max_size": 10}), *members)

    assert any("others may have run" in doubt for doubt in change.doubts) is doubted


@pytest.mark.parametrize(
    ("why", "busy"),
    [("the CPU worked", {"cpu": 6.0}), ("the network worked", {"network": 2e5}), ("it is not measured", None)],
)
def test_nothing_is_wanted_where(build, changes, group, why, busy) -> None:
    usage = build.lookback(**({**QUIET, **busy} if busy else {"cpu": 3.0}))

    assert changes(group(usage)) == []


@pytest.mark.parametrize(("days", "coverage", "found"), [(14, 0.951, 1), (13, 1.0, 0), (14, 0.949, 0)])
def test_evidence_has_to_be_whole(build, changes, group, days, coverage, found) -> None:
    assert len(changes(group(build.lookback(coverage, days, **QUIET)))) == found


def test_groups_with_gpus_without_instances_or_kept_are_left_alone(changes, group) -> None:
    assert changes(group(types=("p3.2xlarge",))) == []
    assert changes(group(types=("zz9.large",))) == []
    assert changes(group(spec={"desired_capacity": 0})) == []
    assert changes(group(tags={"remediator:keep": ""})) == []


def test_members_that_came_and_went_or_are_kept_and_production_are_doubts(build, changes, group, members) -> None:
    [gone] = changes(group(), members[0])
    assert "others may have run and ended unmeasured" in gone.doubts[0]
    kept = build.instance("m5.large", name="i-2", member_of="trainers", declared=None, tags={"remediator:keep": ""})
    [one] = changes(group(), members[0], kept)
    assert one.doubts == ("its member i-2 is tagged to be kept",)


@pytest.mark.parametrize(("bound", "saved"), [(1, "70.08"), (2, None)])
def test_what_a_reservation_pays_for_is_not_saved(build, changes, group, bound, saved) -> None:
    members = [
        build.instance("m5.large", name=f"i-{n}", member_of="trainers", declared=None, price="70.08",
                       spec={"capacity_reservation_id": "cr-1"} if n < bound else {})
        for n in range(2)
    ]  # fmt: skip
    [change] = changes(group(price="140.16"), *members)

    assert change.doubts == tuple(
        f"its member i-{n} runs in a capacity reservation, which is paid for either way" for n in range(bound)
    )
    assert (change.saving and change.saving.monthly) == (saved and Decimal(saved))


def test_an_unknown_price_claims_nothing(changes, group, members) -> None:
    [change] = changes(group(), *members)

    assert change.saving is None and change.accrued is None


def test_instances_are_counted_and_not_units_of_capacity(changes, group, members) -> None:
    [change] = changes(group(spec={"desired_capacity": 8, "weights": ("4",)}), *members)

    assert "the CPU of its 2 instances" in change.reason
