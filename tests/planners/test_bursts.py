from dataclasses import replace

import pytest

from planners import rightsize_instance
from planners.rightsize_instance import Settings
from remediator.model import Usage

CALM = {"memory": 20.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 50.0}


@pytest.fixture
def targets(build):
    """What a burstable machine is moved to; credits are its highest and lowest balance, None where not measured."""

    def run(size="t3.large", maximum=10.0, p99_5=10.0, p95=10.0, p50=5.0, balance=(864.0, 800.0), charged=0.0):
        cpu = replace(build.metric("cpu", maximum, p99_5=p99_5), p95=p95, p50=p50)
        found = [cpu, *build.lookback(**CALM).summaries]
        if balance is not None:
            found.append(replace(build.metric("cpu_credits", balance[0]), minimum=balance[1]))
        if charged is not None:
            found.append(build.metric("cpu_credits_charged", charged))
        seen = build.instance(size, Usage(tuple(found)))
        changes = rightsize_instance.plan(build.estate(seen), build.context(Settings()))
        return [action.target for change in changes for action in change.actions]

    return run


def test_a_burstable_machine_below_the_smaller_baseline_goes_one_size_down(targets) -> None:
    assert targets() == ["t3.medium"]


@pytest.mark.parametrize(
    "over",
    [
        {"balance": None},
        {"charged": 3.0},
        {"balance": (864.0, 200.0)},  # it spent more than a t3.medium earns in a day, less what has to be left
        {"maximum": 90.0, "p99_5": 60.0, "p95": 60.0, "p50": 60.0},  # beyond the baseline most of the time
        {"maximum": 90.0, "p99_5": 60.0, "p95": 20.0, "balance": (864.0, 600.0)},  # more than a day's credits beyond it
        # Each burst of 150 was earned again before the next; what a t3.medium earns in between would not do that.
        {"maximum": 100.0, "p99_5": 100.0, "p95": 15.0, "balance": (864.0, 714.0)},
    ],
    ids=str,
)
def test_one_whose_credits_might_not_last_stays(targets, over) -> None:
    assert targets(**over) == []


def test_rare_bursts_within_the_credits_of_the_smaller_are_no_hindrance(targets) -> None:
    # 2 vCPU at 90 % for at most 0.5 % of the time: the balance fell by 150, 161 beyond a t3.medium's baseline.
    assert targets(maximum=90.0, p99_5=15.0, p95=10.0, balance=(864.0, 714.0)) == ["t3.medium"]


def test_half_the_processors_are_taken_where_they_hold_the_peaks(targets) -> None:
    assert targets("t3.xlarge", maximum=30.0, p99_5=10.0, balance=(2304.0, 2250.0)) == ["t3.large"]
    assert targets("t3.xlarge", maximum=60.0, p99_5=10.0, balance=(2304.0, 2250.0)) == []


def test_a_type_whose_baseline_is_not_known_is_not_proposed(build) -> None:
    types = [replace(t, baseline_percent=None) for t in build.types.types]
    usage = build.lookback(**CALM, cpu=10.0, cpu_credits=864.0, cpu_credits_charged=0.0)
    context = replace(build.context(Settings()), catalogue=replace(build.types, types=types))

    assert list(rightsize_instance.plan(build.estate(build.instance("t3.large", usage)), context)) == []
