"""Endpoints beside what would come of a smaller size, in harm and in dollars."""

from decimal import Decimal

import numpy as np
import pytest

from bench.truth import sizes
from bench.truth.drafts import known
from bench.truth.endpoints import harm, worth
from bench.truth.verdicts import Verdict
from remediator.model import SetAttribute

XLARGES = known("m5.2xlarge")
PATH = "production_variants"


def flat(value: float) -> np.ndarray:
    return np.full(100, value, dtype=np.float32)


@pytest.mark.parametrize(
    ("count", "cores", "memory", "dollars"),
    [
        (1, 1.0, 10.0, "168.19"),  # m5.xlarge at a fifth above the machine's list price
        (3, 1.0, 10.0, "504.58"),
        (1, 1.7, 10.0, "0"),  # more than 40 % of four
        (1, 1.0, 45.0, "0"),  # more than half its memory, with headroom
        (4, 1.5, 45.0, "672.77"),  # two do of four
        (3, 2.2, 45.0, "0"),
    ],
)
def test_what_one_step_is_worth(count: int, cores: float, memory: float, dollars: str) -> None:
    assert worth(XLARGES, count, flat(cores), flat(memory)) == Decimal(dollars)


@pytest.mark.parametrize(
    ("attribute", "cores", "memory", "said"),
    [
        (SetAttribute(f"{PATH}.instance_type", "ml.m5.2xlarge", "ml.m5.xlarge"), 4.0, 50.0, None),
        (SetAttribute(f"{PATH}.instance_type", "ml.m5.2xlarge", "ml.m5.xlarge"), 4.1, 50.0, "4.1 vCPU and 16.0 GiB"),
        (SetAttribute(f"{PATH}.instance_type", "ml.m5.2xlarge", "ml.m5.xlarge"), 4.0, 51.0, "16.3 GiB are asked of"),
        (SetAttribute(f"{PATH}.initial_instance_count", 4, 2), 4.0, 90.0, None),
        (SetAttribute(f"{PATH}.initial_instance_count", 4, 2), 4.1, 90.0, "8.2 vCPU and 28.8 GiB are asked of 2 of 4"),
    ],
)
def test_what_does_not_hold_the_days_that_decide_does_harm(build, attribute, cores, memory, said) -> None:
    found = harm(build.change(build.live(), attribute), XLARGES, 4, flat(cores), flat(memory))

    assert found is None if said is None else said in str(found)


def test_dollars_are_counted_once_and_by_what_claims_them() -> None:
    wanted = [("request", 100, 80), ("question", 50, 50), ("nothing", 50, 0), ("request", 0, 0)]
    found = [Verdict("steady", "endpoint", grade, None, Decimal(a), Decimal(b)) for grade, a, b in wanted]

    assert sizes.dollars(found).figure == "$130 of $200 a month, 65.0% ($80 by pull request)"


def test_endpoints_that_nobody_would_touch_are_counted_too() -> None:
    found = [v for v in sizes.judged(4, 32) if v.what == "endpoint"]

    assert {v.grade for v in found} >= {"nothing", "request"}
    assert all(v.found <= v.there for v in found) and any(v.found for v in found)
