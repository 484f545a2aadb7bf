"""Idle machines are stopped, or somebody is asked whether they may be."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planners.idle_gpu import Settings
from remediator.model import LAST_SESSION, AddResource, Attributes, Effect, Launcher, Layer, SetAttribute, Usage
from tests.planners.idle_gpu.doubts import CAPACITY
from tests.planners.loads import QUIET


def test_an_idle_instance_is_stopped_by_a_state_resource_beside_it(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(hours=24, **QUIET), price="2233.80"))

    assert change.actions == (
        AddResource(
            "aws_ec2_instance_state",
            Attributes({"state": "stopped"}),
            (("instance_id", "id"),),
            SetAttribute("instance_state", "running", "stopped"),
        ),
    )
    assert (change.concern, change.layer, change.effect) == ("running", Layer.USAGE, Effect.STOP)
    assert change.title == "Stop idle GPU instance aws_instance.i_1"
    assert change.reason == "no GPU of this p3.2xlarge has done any work for 24 hours"
    assert change.saving is not None and change.saving.monthly == Decimal("2233.80")
    assert change.accrued == Decimal("73.44")
    assert not change.doubts and change.missing == (CAPACITY,)
    assert {summary.name for summary in change.evidence} == set(QUIET)


@pytest.mark.parametrize(
    ("why", "busy", "spec"),
    [
        ("a GPU worked", {"gpu": 40.0}, {}),
        ("it is stopped", {}, {"instance_state": "stopped"}),
        ("it has no GPU", {}, {"instance_type": "m5.large"}),
        ("its type is not known", {}, {"instance_type": "zz9.large"}),
    ],
)
def test_nothing_is_said_where(build, changes, why, busy, spec) -> None:
    assert changes(build.instance(usage=build.recent(**{**QUIET, **busy}), spec=spec)) == []


def test_a_freshly_launched_instance_is_left_alone(build, changes) -> None:
    fresh = build.instance(usage=build.recent(hours=23, **QUIET))

    assert changes(fresh) == []


def test_a_kept_instance_is_left_alone(build, changes) -> None:
    kept = build.instance(usage=build.recent(**QUIET), tags={"remediator:keep": "until Friday"})

    assert changes(kept) == []
    assert len(changes(kept, settings=Settings(keep_tags=()))) == 1


@pytest.mark.parametrize(
    ("busy", "spec", "doubt"),
    [
        ({"gpu_memory": 60.0}, {}, "GPU memory is held (up to 60 %)"),
        ({"cpu": 55.0}, {}, "the CPU works (up to 55 %)"),
        ({"network": 3e6}, {}, "the network works (up to 3.0 MB/s)"),
        ({}, {"instance_lifecycle": "spot"}, "Spot"),
        ({}, {"capacity_reservation_id": "cr-1"}, "capacity reservation cr-1"),
    ],
)
def test_what_speaks_against_a_stop_is_a_doubt(build, changes, busy, spec, doubt) -> None:
    [change] = changes(build.instance(usage=build.recent(**{**QUIET, **busy}), spec=spec))

    assert len(change.doubts) == 1 and doubt in change.doubts[0]
    assert change.confidence <= 0.5


def test_a_stop_saves_nothing_of_what_a_capacity_reservation_is_paid_for(build, changes) -> None:
    reserved = {"capacity_reservation_id": "cr-1"}
    [change] = changes(build.instance(usage=build.recent(**QUIET), price="2233.80", spec=reserved))
    member = build.instance(member_of="trainers", spec=reserved, price="2233.80")
    [group] = changes(build.group(("p3.2xlarge",), build.recent(**QUIET), price="2233.80"), member)

    assert change.saving is None and change.accrued is None
    assert group.saving is None and group.accrued is None and group.doubts


@pytest.mark.parametrize("metric", ["cpu", "network"])
def test_a_machine_that_works_without_its_gpus_is_asked_about_and_not_stopped(build, changes, metric) -> None:
    busy = {**QUIET, metric: {"cpu": 60.0, "network": 5e6}[metric]}
    usage = build.recent(**busy)
    [works] = changes(build.instance(usage=usage, price="2233.80"))
    brief = Usage(tuple(replace(s, p95=0.0) for s in usage.summaries))
    [rests] = changes(build.instance(usage=brief, price="2233.80"))

    assert works.title == "Ask what GPU instance aws_instance.i_1 does without its GPUs"
    assert works.saving is None and works.accrued is None and works.doubts
    assert (works.actions, works.saves_nothing) == ((), True)
    assert works.asks == "say what it does, and whether a type without GPUs would do"
    # a daily job of the system is a doubt, and no work
    assert rests.title == "Stop idle GPU instance aws_instance.i_1"
    assert rests.saving is not None and rests.doubts


def test_somebody_who_is_logged_in_on_a_machine_or_a_member_is_asked(build, changes) -> None:
    there = {LAST_SESSION: "2026-11-20T10:00:00+00:00"}
    [alone] = changes(build.instance(usage=build.recent(**QUIET), spec=there))
    member = build.instance(member_of="trainers", spec=there)
    group = build.group(("p3.2xlarge",), build.recent(**QUIET), spec={"max_size": 1, "desired_capacity": 1})
    [whole] = changes(group, member)
    [unknown] = changes(build.instance(usage=build.recent(**QUIET), spec={LAST_SESSION: None}))

    said = "somebody had a Session Manager session on i-1 until 2026-11-20T10:00:00+00:00; ask before a stop"
    assert alone.doubts == whole.doubts == (said,)
    assert unknown.missing == ("whether somebody was logged in within the last day (ssm:DescribeSessions)", CAPACITY)


def test_a_launcher_is_a_doubt(build, changes) -> None:
    [change] = changes(
        build.instance(
            usage=build.recent(**QUIET), launched_by=Launcher("Karpenter", "node pool", "gpu"), declared=None
        )
    )

    assert change.declared is None
    assert change.doubts == ("Karpenter (node pool gpu) launched it and would launch another; change it there",)


def test_local_disks_are_named_and_may_be_refused(build, changes) -> None:
    box = build.instance("g5.xlarge", usage=build.recent(**QUIET))
    [change] = changes(box)
    [refused] = changes(box, settings=Settings(stop_with_instance_store=False))

    assert "empties its 250 GB of instance store" in change.reason and not change.doubts
    assert refused.doubts == ("a stop empties its 250 GB of instance store",)


def test_an_unknown_price_claims_nothing(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(**QUIET)))

    assert change.saving is None and change.accrued is None and "USD" not in change.reason


@pytest.mark.parametrize(
    "values",
    [
        {"coverage": 0.2},
        {"gpu_percent": -1},
        {"required": ("gpus",)},
        {"coverage": float("nan")},
    ],
)
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)


def test_an_address_that_is_given_up_is_named(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(**QUIET), spec={"ephemeral_ip": "198.51.100.7"}))

    assert not change.doubts
    assert change.missing[0] == (
        "who knows it by its public address 198.51.100.7, which is no Elastic IP and is given up at a stop"
    )
