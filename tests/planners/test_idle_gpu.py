from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import idle_gpu
from planners.idle_gpu import Settings
from remediator.model import LAST_SESSION, AddResource, Attributes, Effect, Launcher, Layer, SetAttribute, Usage, Window

QUIET = {"gpu": 0.0, "gpu_memory": 1.0, "cpu": 2.0, "network": 2_000.0}


DEFAULTS = Settings()
CAPACITY = "whether a p3.2xlarge can be had in its zone when it is started again (InsufficientInstanceCapacity)"


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS):
        return list(idle_gpu.plan(build.estate(*seen), build.context(settings)))

    return run


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


@pytest.mark.parametrize(("pause", "doubted"), [(None, False), (7, False), (8, True), (31, True)])
def test_a_machine_that_paused_as_long_before_and_came_back_is_a_persons_decision(
    build, changes, pause, doubted
) -> None:
    usage = build.recent(hours=30, **QUIET)
    if pause is not None:
        usage = Usage(tuple(replace(s, longest_pause=timedelta(hours=pause)) for s in usage.summaries))

    settings = Settings(quiet_hours=24)
    [change] = changes(build.instance(usage=usage, price="2233.80"), settings=settings)

    said = f"its GPUs paused for {pause} hours before and worked again; now they have been quiet for 30"
    assert change.doubts == ((said,) if doubted else ())
    assert change.saving is not None


@pytest.mark.parametrize(("hours", "worked", "doubted"), [(71, True, True), (72, True, False), (30, False, False)])
def test_one_that_worked_is_doubted_for_as_long_as_a_week_end(build, changes, hours, worked, doubted) -> None:
    pause = timedelta(hours=1) if worked else None
    usage = build.recent(hours=hours, **QUIET)
    usage = Usage(tuple(replace(s, longest_pause=pause) for s in usage.summaries))

    [change] = changes(build.instance(usage=usage))

    assert [("a long week-end" in doubt) for doubt in change.doubts] == ([True] if doubted else [])


def test_one_that_never_paused_is_not_said_to_have_come_back(build, changes) -> None:
    usage = build.recent(hours=30, **QUIET)
    usage = Usage(tuple(replace(s, longest_pause=timedelta(0)) for s in usage.summaries))

    [change] = changes(build.instance(usage=usage))

    assert change.doubts == (
        "its GPUs worked before, and have been quiet for 30 hours, which is less than a long week-end takes "
        "(quiet_hours = 72)",
    )


def test_one_period_of_work_is_work_as_well(build, changes) -> None:
    usage = build.recent(hours=30, **QUIET)
    worked = [
        replace(s, maximum=80.0) if (s.name, s.window) == ("gpu", Window.LOOKBACK) else s for s in usage.summaries
    ]

    [change] = changes(build.instance(usage=Usage(tuple(worked))))

    assert ["a long week-end" in doubt for doubt in change.doubts] == [True]


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


def test_a_box_without_gpu_evidence_is_a_ticket_that_claims_no_saving(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(cpu=2.0), price="2233.80"))

    assert change.title == "Measure GPU instance aws_instance.i_1, whose CPU is idle"
    assert "nvidia_gpu" in change.doubts[0]
    assert change.missing == ("GPU utilisation (CWAgent nvidia_smi_utilization_gpu)",)
    assert change.saving is None and change.accrued is None
    assert (change.actions, change.effect, change.saves_nothing) == ((), Effect.IN_PLACE, True)
    assert change.asks == "run the CloudWatch agent with its nvidia_gpu section on it all the time"


@pytest.mark.parametrize("usage", [{"cpu": 40.0}, {}, {"network": 0.0}])
def test_without_gpu_evidence_only_an_idle_cpu_is_worth_a_ticket(build, changes, usage) -> None:
    assert changes(build.instance(usage=build.recent(**usage))) == []


def test_holes_in_the_gpu_evidence_never_make_a_stop(build, changes) -> None:
    [change] = changes(
        build.instance(
            usage=Usage(
                (
                    build.metric("gpu", 0.0, window=Window.RECENT, coverage=0.5),
                    build.metric("cpu", 1.0, window=Window.RECENT),
                )
            )
        )
    )

    assert "only 50.0% complete" in change.doubts[0]


def test_idleness_is_dated_before_the_last_day_only_by_complete_evidence(build, changes) -> None:
    since = build.now - timedelta(days=10)
    recent = [build.metric(n, m, window=Window.RECENT, quiet_since=since) for n, m in QUIET.items()]
    for coverage, accrued in ((1.0, "240.00"), (0.8, "24.00")):
        usage = Usage((*recent, build.metric("gpu", 0.0, coverage=coverage, quiet_since=since)))
        [change] = changes(build.instance(usage=usage, price="730"))
        assert change.accrued == Decimal(accrued)


def test_missing_memory_and_network_are_named(build, changes) -> None:
    usage = build.recent(gpu=0.0, cpu=1.0)
    [change] = changes(build.instance(usage=usage))
    [strict] = changes(build.instance(usage=usage), settings=Settings(required=("cpu", "gpu_memory")))

    assert [m.partition(" (")[0] for m in change.missing[:-1]] == ["GPU memory", "network"]
    assert not change.doubts and change.confidence < 0.9
    assert strict.doubts and "GPU memory" in strict.doubts[0]


def test_local_disks_are_named_and_may_be_refused(build, changes) -> None:
    box = build.instance("g5.xlarge", usage=build.recent(**QUIET))
    [change] = changes(box)
    [refused] = changes(box, settings=Settings(stop_with_instance_store=False))

    assert "empties its 250 GB of instance store" in change.reason and not change.doubts
    assert refused.doubts == ("a stop empties its 250 GB of instance store",)


def test_an_unknown_price_claims_nothing(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(**QUIET)))

    assert change.saving is None and change.accrued is None and "USD" not in change.reason


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


@given(
    present=st.sets(st.sampled_from(sorted(QUIET))),
    coverage=st.floats(0, 1),
    hours=st.floats(1, 24),
    levels=st.fixed_dictionaries({name: st.floats(0, 100) for name in QUIET}),
)
def test_a_stop_without_a_doubt_rests_on_whole_evidence_of_quiet(
    build, changes, present, coverage, hours, levels
) -> None:
    usage = build.recent(coverage=coverage, hours=hours, **{name: levels[name] for name in present})

    for change in changes(build.instance(usage=usage)):
        if not change.doubts:
            assert {"gpu", "cpu"} <= present
            assert usage.metric("gpu", Window.RECENT).coverage >= 0.99 and hours >= 24
            assert levels["gpu"] <= 1 and levels["cpu"] <= 5
            assert "gpu_memory" not in present or levels["gpu_memory"] <= 5


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


def test_an_address_that_is_given_up_is_named(build, changes) -> None:
    [change] = changes(build.instance(usage=build.recent(**QUIET), spec={"ephemeral_ip": "198.51.100.7"}))

    assert not change.doubts
    assert change.missing[0] == (
        "who knows it by its public address 198.51.100.7, which is no Elastic IP and is given up at a stop"
    )
