import numpy as np
import pytest

from bench.truth import sizes
from bench.truth.clock import clock
from remediator.model import SetAttribute
from tests.bench.truth.conftest import NOW

AXIS = clock(NOW, 14)


def asked(before: float, after: float) -> sizes.Values:
    load = np.full(len(AXIS.times), before, dtype=np.float32)
    load[AXIS.future] = after
    return load


def test_a_policy_gives_as_many_as_hold_half_the_load_and_is_slow_to_take_them_away() -> None:
    load = np.array([0.4, 2.0, 0.4, 0.4, 0.4, 0.4, 0.4], dtype=np.float32)

    assert sizes.sized(load, 1, 10).tolist() == [1, 4, 4, 4, 4, 1, 1]
    assert sizes.sized(load, 2, 3).tolist() == [2, 3, 3, 3, 3, 2, 2]


@pytest.mark.parametrize(("most", "harm"), [(8, None), (7, "8 are asked for and 7 allowed")])
def test_a_largest_size_has_to_hold_what_is_asked_for_next(most: int, harm: str | None) -> None:
    action = SetAttribute("max_size", 100, most)

    assert sizes.bound_harm(action, asked(1.0, 3.9), (1, 100), AXIS) == harm


@pytest.mark.parametrize(("least", "harm"), [(4, None), (1, "overloaded in 1 periods")])
def test_a_least_size_has_to_hold_until_the_policy_has_brought_more(least: int, harm: str | None) -> None:
    found = sizes.bound_harm(SetAttribute("min_size", 8, least), asked(0.4, 3.0), (8, 10), AXIS)

    assert found is None if harm is None else str(found).startswith(harm)


def test_nothing_that_is_requested_would_do_harm() -> None:
    found = list(sizes.judged(2, 32))

    assert {v.what for v in found} >= {"largest size", "endpoint"}
    assert [v for v in found if v.grade == "request" and v.harm] == []


def test_an_unsafe_request_misses_the_aim(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [sizes.Verdict("steady", "endpoint", "request", harm) for harm in (None, "9 vCPU are asked of it")]
    found.append(sizes.Verdict("steady", "endpoint", "question", "it too"))
    monkeypatch.setattr(sizes, "judged", lambda *_: found)

    row, _ = sizes.measured([])

    assert (row.figure, row.met) == ("1 of 2 requests", False)
