"""How the series of a metric become one: what is not known leaves the whole unknown, save of what comes and goes."""

from dataclasses import replace

import numpy as np
import pytest

from remediator.observe.combining import combined, together
from remediator.observe.metrics import METRICS, Combine, Metric
from tests.observe.written_metrics import HOURS

ONE = next(metric for metric in METRICS if metric.name == "member_memory")
NAN = float("nan")
PARTS = [np.array(values, np.float32) for values in ([1, 2, NAN], [5, NAN, NAN], [3, 4, NAN])]


def metric(combine: Combine) -> Metric:
    return replace(ONE, combine=combine)


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        (Combine.MAX, [5, NAN, NAN]),
        (Combine.MIN, [1, NAN, NAN]),
        (Combine.SUM, [9, NAN, NAN]),
        (Combine.MEAN, [3, 3, NAN]),
        (Combine.HIGHEST, [5, 4, NAN]),
        (Combine.COUNT, [3, 2, 0]),
    ],
)
def test_several_become_one(combine, expected) -> None:
    found = together(metric(combine), PARTS)

    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array(expected, np.float32))


def test_a_share_of_nothing_is_not_known() -> None:
    names = ("used", "total")
    part = {name: np.full(HOURS.count, value, np.float32) for name, value in zip(names, (3, 0), strict=True)}

    assert np.isnan(combined(replace(metric(Combine.RATIO), names=names), part, HOURS)).all()


def test_a_name_without_a_series_leaves_the_whole_unknown() -> None:
    part = {"NetworkIn": np.ones(HOURS.count, np.float32)}

    assert np.isnan(combined(replace(metric(Combine.MAX), names=("NetworkIn", "NetworkOut")), part, HOURS)).all()
