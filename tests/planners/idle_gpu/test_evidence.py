"""What has to be measured, and for how long, before a GPU is called idle."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners.idle_gpu import Settings
from remediator.model import Effect, Usage, Window
from tests.planners.loads import QUIET


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
