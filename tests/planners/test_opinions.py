"""Second opinions, through the rules that ask for them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from planners import (
    idle_database,
    idle_endpoint,
    idle_gpu,
    idle_group,
    idle_instance,
    oversized_gpu,
    rightsize_instance,
)
from remediator.model import Finding, Opinion, Usage

CALM = {"cpu": 20, "memory": 20, "network": 1, "ebs_bytes": 1, "ebs_ops": 1}
OPTIMIZER = "AWS Compute Optimizer"


@pytest.fixture
def opinion(build):
    def make(seen, finding=Finding.UNKNOWN, **over):
        resource = seen.resource
        place = (resource.account, resource.region, resource.kind, resource.id)
        known = {"days": 14.0, "refreshed_at": build.now - timedelta(days=1), **over}
        return Opinion(*place, OPTIMIZER, finding, **known)

    return make


@pytest.fixture
def change(build):
    def run(rule, seen, *opinions):
        [wanted] = rule.plan(build.estate(replace(seen, opinions=opinions)), build.context(rule.Settings()))
        return wanted

    return run


@pytest.fixture
def idle(build):
    """What each rule of idleness finds something in."""
    quiet = build.lookback(cpu=1, network=0)
    return {
        idle_instance: build.instance("m5.2xlarge", quiet),
        idle_group: build.group(("m5.large",), quiet, spec={"max_size": 2}),
        idle_endpoint: build.seen(
            "aws_sagemaker_endpoint", "rank", {"endpoint_status": "InService"}, build.lookback(invocations=0)
        ),
        idle_database: build.seen("aws_db_instance", "db", {"status": "available"}, build.lookback(connections=0)),
    }


@pytest.mark.parametrize("rule", [idle_instance, idle_group, idle_endpoint, idle_database], ids=lambda r: r.__name__)
def test_an_adviser_that_found_use_in_that_time_makes_a_stop_a_question(rule, idle, change, opinion) -> None:
    alone = change(rule, idle[rule])
    against = change(rule, idle[rule], opinion(idle[rule], idle=False))

    assert against.doubts == (*alone.doubts, f"{OPTIMIZER} (over 14 days) does not find it idle")
    assert against.confidence <= 0.5
    assert against.fingerprint == alone.fingerprint


@pytest.mark.parametrize("rule", [idle_instance, idle_group, idle_endpoint, idle_database], ids=lambda r: r.__name__)
def test_one_that_agrees_is_evidence_and_one_that_says_nothing_is_neither(rule, idle, change, opinion) -> None:
    alone = change(rule, idle[rule])
    agreed = change(rule, idle[rule], opinion(idle[rule], idle=True))

    assert agreed.reason == f"{alone.reason}; {OPTIMIZER} (over 14 days) finds it idle too"
    assert agreed.doubts == alone.doubts
    assert change(rule, idle[rule], opinion(idle[rule], Finding.UNDER)) == alone


@pytest.fixture
def quiet_gpu(build):
    def make(hours):
        return build.instance(usage=build.recent(hours=hours, gpu=0.0, gpu_memory=0.0, cpu=1.0, network=0.0))

    return make


def test_two_weeks_that_held_work_say_nothing_of_the_last_day(quiet_gpu, change, opinion) -> None:
    seen = quiet_gpu(26)

    assert not change(idle_gpu, seen, opinion(seen, idle=False)).doubts


def test_two_weeks_of_the_same_silence_do(quiet_gpu, change, opinion) -> None:
    seen = quiet_gpu(14 * 24)

    [doubt] = change(idle_gpu, seen, opinion(seen, idle=False)).doubts
    assert "does not find it idle" in doubt


@pytest.mark.parametrize("unsaid", ["days", "refreshed_at"])
def test_one_that_does_not_say_what_time_it_is_on_may_be_on_this(quiet_gpu, change, opinion, unsaid) -> None:
    seen = quiet_gpu(26)

    assert change(idle_gpu, seen, opinion(seen, idle=False, **{unsaid: None})).doubts


@pytest.fixture
def large(build):
    return build.instance("m5.4xlarge", build.lookback(**CALM))


@pytest.mark.parametrize(
    ("finding", "best", "doubt"),
    [
        (Finding.UNDER, None, "finds it underprovisioned (CPUUnderprovisioned)"),
        (Finding.OVER, "c5.2xlarge", None),
        (Finding.OVER, "m5.4xlarge", "would go no lower than m5.4xlarge, which is larger"),
        (Finding.OVER, "m5.large", None),
        (Finding.OVER, "unheard.of", None),
        (Finding.OPTIMIZED, None, None),
        (Finding.UNKNOWN, None, None),
    ],
)
def test_an_adviser_that_would_not_go_as_low_makes_a_size_a_question(
    large, change, opinion, finding, best, doubt
) -> None:
    said = opinion(large, finding, best=best, current="m5.4xlarge", reasons=("CPUUnderprovisioned",))

    wanted = change(rightsize_instance, large, said)

    assert wanted.actions[0].target == "m5.2xlarge"
    assert wanted.doubts == ((f"{OPTIMIZER} (over 14 days) {doubt}",) if doubt else ())
    assert wanted.confidence == (0.5 if doubt else 0.9)


@pytest.mark.parametrize(
    ("finding", "best", "said"),
    [
        (Finding.OVER, "m5.large", "finds it overprovisioned too and would take m5.large"),
        (Finding.OPTIMIZED, "m5.4xlarge", "finds it optimized as it is"),
    ],
)
def test_what_an_adviser_says_of_a_size_is_told(large, change, opinion, finding, best, said) -> None:
    wanted = change(rightsize_instance, large, opinion(large, finding, best=best))

    assert wanted.reason.endswith(f"; {OPTIMIZER} (over 14 days) {said}")


def test_what_was_said_of_another_size_is_not_about_this_one(large, change, opinion) -> None:
    alone = change(rightsize_instance, large)

    assert change(rightsize_instance, large, opinion(large, Finding.UNDER, current="m5.xlarge")) == alone


def test_gpu_machines_hear_them_too(build, change, opinion) -> None:
    calmer = {"cpu": 20, "memory": 20, "network": 1, "ebs_bytes": 1, "ebs_ops": 1}
    seen = build.instance("g5.12xlarge", build.lookback(gpu=90, gpu_memory=9, gpus_used=1, **calmer))

    wanted = change(oversized_gpu, seen, opinion(seen, Finding.UNDER, current="g5.12xlarge"))

    assert f"{OPTIMIZER} (over 14 days) finds it underprovisioned" in wanted.doubts


def test_without_evidence_an_opinion_alone_finds_nothing(build, opinion) -> None:
    seen = build.instance("m5.2xlarge", Usage())
    asked = replace(seen, opinions=(opinion(seen, Finding.OVER, idle=True, best="m5.large"),))

    for rule in (idle_instance, rightsize_instance):
        assert list(rule.plan(build.estate(asked), build.context(rule.Settings()))) == []
