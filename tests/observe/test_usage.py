import numpy as np
import pytest

from remediator.model import Window
from remediator.observe.metrics import METRICS
from remediator.observe.series import Grid
from remediator.observe.usage import Track, usage


@pytest.mark.parametrize("period", [300, 3600, 25_200])
def test_the_recent_window_holds_a_whole_day_whatever_the_period(period: int) -> None:
    on = Grid(0, period, 14 * 86_400 // period)
    track = Track(METRICS[0], np.zeros(on.count, dtype=np.float32), 0)

    recent = usage([track], on, None).metric(METRICS[0].name, Window.RECENT)

    assert recent is not None
    assert 24 <= recent.hours < 24 + period / 3600
