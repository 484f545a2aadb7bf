"""What has to be measured, and for how long, before a machine is made smaller."""

from dataclasses import replace
from datetime import datetime

import pytest

from planners import _month, rightsize_instance
from planners.rightsize_instance import Settings
from remediator.model import Usage
from tests.planners.rightsize_instance.calm import CALM, targets


@pytest.mark.parametrize("dimension", ["memory", "network", "ebs_bytes", "ebs_ops"])
@pytest.mark.parametrize("how", ["absent", "full of holes", "short"])
def test_what_is_not_measured_may_not_shrink(build, changes, dimension, how) -> None:
    rest = build.lookback(**{name: value for name, value in CALM.items() if name != dimension}).summaries
    weak = {
        "absent": (),
        "full of holes": (build.metric(dimension, 1.0, coverage=0.5),),
        "short": (build.metric(dimension, 1.0, hours=48),),
    }[how]

    assert changes(build.instance("m5.2xlarge", Usage((*rest, *weak)))) == []
    assert targets(changes(build.instance("m5.2xlarge", build.lookback(**CALM)))) == ["m5.xlarge"]


@pytest.mark.parametrize(
    ("usage", "settings", "expected"),
    [
        ({"cpu": 38.0}, Settings(), ["m5.xlarge"]),
        ({"cpu": 39.0}, Settings(), []),  # 39 % of 8 vCPU, by 1.2 and by 15/14, is 4.01
        ({"cpu": 39.0}, Settings(headroom=0.1), ["m5.xlarge"]),
        ({"memory": 39.0}, Settings(), []),
        ({"network": 300e6}, Settings(), []),
        ({"ebs_bytes": 150e6}, Settings(), []),
        ({"ebs_ops": 5000.0}, Settings(), []),
        ({}, Settings(largest_step=1.0), []),
        ({}, Settings(keep_tags=("team",)), []),
    ],
)
def test_demand_with_headroom_has_to_fit(build, changes, usage, settings, expected) -> None:
    box = build.instance("m5.2xlarge", build.lookback(**{**CALM, **usage}), tags={"team": "ranking"})

    assert targets(changes(box, settings=settings)) == expected


def test_one_high_period_has_to_fit_too(build, changes) -> None:
    rest = [s for s in build.lookback(**CALM).summaries if s.name != "cpu"]
    peak = build.metric("cpu", 60.0, p99_5=10.0)

    assert changes(build.instance("m5.2xlarge", Usage((*rest, peak)))) == []


@pytest.mark.parametrize(("coverage", "expected"), [(0.99, []), (0.996, ["m5.xlarge"])])
def test_an_agent_that_is_starved_just_when_memory_is_full_says_too_little(build, changes, coverage, expected) -> None:
    """What is missing of it may be the very periods that a P99.5 is about."""
    rest = [s for s in build.lookback(**CALM).summaries if s.name != "memory"]
    memory = build.metric("memory", 20.0, coverage=coverage)

    assert targets(changes(build.instance("m5.2xlarge", Usage((*rest, memory))))) == expected


@pytest.mark.parametrize(
    ("usage", "doubted"),
    [
        ({"cpu": 4.0, "network": 9e5}, True),
        ({"cpu": 6.0, "network": 9e5}, False),
        ({"cpu": 4.0, "network": 2e6}, False),
    ],
)
def test_a_machine_that_did_no_work_shows_nothing_of_the_size_it_needs(build, changes, usage, doubted) -> None:
    [change] = changes(build.instance("m5.2xlarge", build.lookback(**{**CALM, **usage})))

    said = "it did no work in this time (CPU at most 4.0 %), so what it needs is not known; a stop would save more"
    assert change.doubts == ((said,) if doubted else ())


@pytest.mark.parametrize("dimension", ["cpu", "memory"])
def test_a_peak_too_rare_for_the_quantile_has_room_above_it_too(build, changes, dimension) -> None:
    """A report of an hour a week lies above the P99.5; the next one may take a little more than the last."""
    rest = [s for s in build.lookback(**CALM).summaries if s.name != dimension]

    def with_peak(percent: float) -> list[object]:
        peak = build.metric(dimension, percent, p99_5=10.0)
        return targets(changes(build.instance("m5.2xlarge", Usage((*rest, peak)))))

    assert with_peak(49.0) == []
    assert with_peak(45.0) == ["m5.xlarge"]


@pytest.mark.parametrize(
    ("coverage", "days", "settings", "found"),
    [
        (0.9, 14, Settings(), 0),
        (0.9, 14, Settings(coverage=0.9, memory_coverage=0.9), 1),
        (1.0, 7, Settings(), 0),
        (1.0, 14, Settings(days=28), 0),
    ],
)
def test_evidence_has_to_be_whole_and_long(build, changes, coverage, days, settings, found) -> None:
    usage = build.lookback(coverage, days, **CALM)

    assert len(changes(build.instance("m5.2xlarge", usage), settings=settings)) == found


@pytest.mark.parametrize(
    ("environment", "days", "doubted"),
    [("prod", 14, True), ("prod", 32, False), ("dev", 14, False), (None, 14, True), (None, 32, False)],
)
def test_in_what_may_be_production_the_turn_of_a_month_has_to_be_seen(build, environment, days, doubted) -> None:
    usage = build.lookback(days=days, cpu=20, memory=5, network=1e7, ebs_bytes=1, ebs_ops=1)  # up to 20 November
    seen = replace(build.instance("m5.2xlarge", usage), environment=environment)

    [change] = rightsize_instance.plan(build.estate(seen), build.context(Settings()))

    assert bool(change.doubts) is doubted
    if doubted:
        assert "from 2026-11-06 to 2026-11-20 holds no turn of a month" in change.doubts[0]


@pytest.mark.parametrize(
    ("start", "end", "turns"),
    [
        ("2026-10-31T00", "2026-11-02T00", True),
        ("2026-10-31T01", "2026-11-20T00", False),
        ("2026-10-20T00", "2026-11-01T23", False),
        ("2026-11-01T00", "2026-11-30T23", False),
        ("2026-12-20T00", "2027-01-03T00", True),
        ("2026-01-29T00", "2026-02-12T00", True),
    ],
)
def test_a_turn_is_the_last_and_the_first_day_of_a_month(start, end, turns) -> None:
    begin, finish = (datetime.fromisoformat(f"{text}:00:00+00:00") for text in (start, end))

    assert _month.turns(begin, finish) is turns
