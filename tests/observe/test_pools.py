"""Machines of one address along time, whatever they did and however they overlap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from remediator.model import Window
from remediator.observe.metrics import METRICS
from remediator.observe.pools import Tracks, one_by_one, seen
from remediator.observe.series import Grid
from remediator.observe.usage import Track, usage

ON = Grid(0, 3600, 60)
CPU = next(m for m in METRICS if m.name == "cpu")
GPU = next(m for m in METRICS if m.name == "gpu")
NETWORK = next(m for m in METRICS if m.name == "network")
CREDITS = next(m for m in METRICS if m.name == "cpu_credits")
MEMORY = next(m for m in METRICS if m.name == "memory")

values = arrays(np.float32, ON.count, elements=st.sampled_from([np.nan, np.nan, 0.0, 1.0, 40.0, 90.0]))
machines = st.builds(
    lambda cpu, gpu, memory: {
        metric.name: Track(metric, found, 0)
        for metric, found in ((CPU, cpu), (GPU, gpu), (MEMORY, memory))
        if found is not None
    },
    values,
    st.none() | values,
    st.none() | values,
)


def stretch(first: int, last: int, value: float) -> np.ndarray:
    """A value from one hour up to another, and none outside."""
    found = ON.empty()
    found[first:last] = value
    return found


def machine(first: int, last: int, gpu: float = 0.0) -> Tracks:
    return {"cpu": Track(CPU, stretch(first, last, 2.0), 0), "gpu": Track(GPU, stretch(first, last, gpu), 0)}


@given(machines, st.lists(machines, max_size=4), st.integers(0, ON.count))
def test_what_ran_and_what_worked_is_the_union_of_what_each_did(now, earlier, first) -> None:
    found = one_by_one(now, earlier, ON, first, first)

    began = np.arange(ON.count) >= first
    ran = np.logical_or.reduce([seen(now, ON) | began, *(seen(one, ON) for one in earlier)])
    every = [now, *earlier]
    assert set(found) == {name for one in every for name in one}
    for name, track in found.items():
        assert track.ran is not None
        assert (track.ran == ran).all()
        assert np.isnan(track.values[~ran]).all()
        lives = [one[name].values for one in every if name in one]
        highest = np.fmax.reduce(lives)
        known = ~np.isnan(track.values)
        assert (track.values[known] == highest[known]).all()
        if track.metric.quiet is not None:  # work is never lost, and nothing counts as quiet that was not seen
            loud = np.logical_or.reduce([life > track.metric.quiet for life in lives])
            assert (track.values > track.metric.quiet).tolist() == loud.tolist()


@given(machines, st.lists(machines, min_size=1, max_size=4), st.randoms())
def test_which_came_when_is_told_by_the_values_alone(now, earlier, random) -> None:
    shuffled = random.sample(earlier, len(earlier))

    one, other = (one_by_one(now, some, ON, 40, 40) for some in (earlier, shuffled))

    assert {n: (t.values.tobytes(), t.ran.tobytes()) for n, t in one.items()} == {
        n: (t.values.tobytes(), t.ran.tobytes()) for n, t in other.items()
    }


@given(machines)
def test_a_machine_alone_is_as_it_is(now) -> None:
    first = 10
    before = np.arange(ON.count) < first
    cut = {name: Track(t.metric, np.where(before, np.float32(np.nan), t.values), first) for name, t in now.items()}

    pooled = usage(one_by_one(cut, [], ON, first, first).values(), ON, None)
    own = usage(cut.values(), ON, None)

    def figures(of):
        return [
            (s.name, s.window, s.start, s.points, s.expected, s.maximum, s.p50, s.quiet_since) for s in of.summaries
        ]

    assert sorted(figures(pooled), key=str) == sorted(figures(own), key=str)


def test_running_hours_are_those_of_each_and_no_pause_counts() -> None:
    found = usage(one_by_one(machine(54, 60), [machine(20, 40), machine(0, 2)], ON, 54, 54).values(), ON, None)

    recent, whole = found.metric("gpu", Window.RECENT), found.metric("gpu")
    assert recent is not None and whole is not None
    assert (recent.hours, recent.points, recent.expected) == (24, 24, 24)
    assert recent.start == ON.time(22)  # six hours of its own, eighteen of the one before
    assert (whole.hours, whole.coverage, whole.quiet_since) == (28, 1.0, ON.time(0))
    assert recent.quiet_for is not None and recent.quiet_for.total_seconds() == 6 * 3600  # in its present size


def test_while_one_takes_over_from_another_the_higher_counts_and_the_unseen_is_unknown() -> None:
    old, new = machine(0, 50, gpu=30.0), machine(45, 60)
    blind = {"cpu": new["cpu"]}

    both = one_by_one(new, [old], ON, 45, 45)["gpu"].values
    assert both[44:51].tolist() == [30.0] * 6 + [0.0]
    idle = one_by_one(blind, [machine(0, 50)], ON, 45, 45)["gpu"].values
    assert np.isnan(idle[45:]).all()
    assert idle[44] == 0.0
    assert (one_by_one(blind, [old], ON, 45, 45)["gpu"].values[45:50] == 30.0).all()


def test_of_what_may_not_fall_the_lower_counts() -> None:
    low, high = ({"cpu_credits": Track(CREDITS, stretch(0, 60, value), 0)} for value in (5.0, 50.0))

    assert one_by_one(high, [low], ON, 0, 0)["cpu_credits"].values[0] == 5.0


def test_what_was_done_in_another_size_counts_as_work_and_not_as_load() -> None:
    busy = {"cpu": Track(CPU, stretch(0, 50, 80.0), 0), "gpu": Track(GPU, stretch(0, 50, 60.0), 0)}
    found = usage(one_by_one(machine(50, 60), [busy], ON, 50, 50).values(), ON, None)

    cpu, gpu, recent = found.metric("cpu"), found.metric("gpu"), found.metric("cpu", Window.RECENT)
    assert cpu is not None and gpu is not None and recent is not None
    assert (cpu.maximum, cpu.hours, cpu.quiet_since) == (2.0, 10, ON.time(50))
    assert (gpu.maximum, gpu.hours, gpu.quiet_since) == (60.0, 60, ON.time(50))
    assert recent.maximum == 80.0


WEEKS = Grid(4 * 86_400, 3600, 14 * 24)
"""Two weeks from a Monday, the first after the epoch."""
OFFICE = tuple(24 * day + hour for day in range(5) for hour in range(9, 18))


def by_day(day: int, begin: int, end: int, unseen: range = range(0)) -> Tracks:
    """A machine that ran from one hour of a day up to another and worked in office hours from Monday to Friday."""
    found = WEEKS.empty()
    for hour in range(24 * day + begin, min(24 * day + end, WEEKS.count)):
        works = (hour % 168) in OFFICE
        found[hour] = np.nan if hour - 24 * day in unseen else 80.0 if works else 1.0
    return {
        "cpu": Track(CPU, found, 0),
        "network": Track(NETWORK, np.where(np.isnan(WEEKS.empty()), found * 0, found), 0),
    }


def weekly(first: int, *days: Tracks) -> tuple[int, ...] | None:
    *earlier, now = days
    tracks = one_by_one(now, earlier, WEEKS, 24 * (len(days) - 1) + first, first)
    return usage(tracks.values(), WEEKS, None).metric("cpu").active_hours


def test_machines_that_are_replaced_every_night_have_one_week_of_work() -> None:
    assert weekly(0, *(by_day(day, 0, 24) for day in range(14))) == OFFICE


def test_hours_in_which_no_machine_ran_are_no_work() -> None:
    assert weekly(7, *(by_day(day, 7, 20) for day in range(13)), by_day(13, 7, 24)) == OFFICE


def test_hours_in_which_a_machine_ran_unseen_may_have_been_work() -> None:
    """What shows that it ran is that another metric was seen."""
    seen_by_network = by_day(2, 7, 20, unseen=range(19, 20))
    seen_by_network["network"].values[24 * 2 + 19] = 0.0
    days = [by_day(0, 7, 20), by_day(1, 7, 20), seen_by_network, *(by_day(day, 7, 20) for day in range(3, 13))]

    assert set(weekly(7, *days, by_day(13, 7, 24))) == {*OFFICE, 2 * 24 + 19}


def test_an_address_that_is_younger_than_thirteen_days_has_no_hours_of_the_week() -> None:
    assert weekly(25, *(by_day(day, 1, 24) for day in range(14))) is None
