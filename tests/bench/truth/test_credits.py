"""Credits of burstable types, beside figures of AWS' own table."""

import numpy as np
import pytest

from bench.truth.credits import account, runs_out
from bench.truth.drafts import known

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html
DAY = {"t3.medium": 576, "t3.large": 864, "t3.xlarge": 2304}


@pytest.mark.parametrize(("name", "most"), DAY.items())
def test_a_machine_at_rest_keeps_what_it_earns_in_a_day(axis, name, most):
    found = account(np.zeros(len(axis.times), dtype=np.float32), known(name), axis)
    assert found.left.max() == pytest.approx(most)
    assert not found.charged.any()


def test_at_its_baseline_it_neither_earns_nor_spends(axis):
    steady = np.full(len(axis.times), 0.6, dtype=np.float32)  # 30 % of two vCPUs
    found = account(steady, known("t3.large"), axis)
    assert found.left == pytest.approx(864, abs=0.5)


def test_what_is_spent_beyond_a_days_credits_is_charged(axis):
    busy = np.zeros(len(axis.times), dtype=np.float32)
    busy[: 12 * 12] = 2.0  # 12 hours of two vCPUs are 1,440 credits, of which 432 are earned meanwhile
    found = account(busy, known("t3.large"), axis)
    assert found.charged.sum() == pytest.approx(1440 - 432 - 864, abs=5)
    assert runs_out(busy, known("t3.large"), axis)
    assert not runs_out(busy / 4, known("t3.large"), axis)
    assert not runs_out(busy, known("m5.large"), axis)
