from datetime import UTC, datetime

import numpy as np

from bench.truth.clock import clock


def at(axis, text):
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    return int(np.searchsorted(axis.times, moment))


def test_the_axis_holds_the_look_back_and_the_days_that_decide(axis):
    assert axis.times[axis.past][-1] + 300 == axis.times[axis.future][0] == axis.on.end
    assert len(axis.times[axis.past]) == 14 * 288
    assert len(axis.times[axis.future]) == 30 * 288


def test_a_month_turns_on_its_last_day_and_on_the_first_of_the_next(axis):
    turn = axis.month_turn()
    assert [bool(turn[at(axis, day)]) for day in ("2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_weekday_is_that_of_the_people_who_work_there(axis):
    late = at(axis, "2026-11-20T23:00")  # Friday evening in Greenwich
    assert axis.weekday(0)[late]
    assert not axis.weekday(9)[late]


def test_a_span_is_counted_from_now():
    axis = clock(datetime(2026, 11, 20, 12, tzinfo=UTC), 1, 1)
    assert np.flatnonzero(axis.within([(-1, 0.5)])).tolist() == list(range(276, 294))
