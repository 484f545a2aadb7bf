from dataclasses import replace
from decimal import Decimal

import pytest

from planners import idle_endpoint
from planners.idle_endpoint import Settings
from remediator.model import RemoveResource, Usage

SPEC = {"endpoint_status": "InService", "instance_types": ("ml.g5.xlarge",), "instance_counts": ("1",)}


@pytest.fixture
def changes(build):
    def run(usage, settings=None, environment=None, spec=None, **over):
        seen = build.seen(
            "aws_sagemaker_endpoint", "rank", {**SPEC, **(spec or {})}, usage, price="1028.57", declared={}, **over
        )
        seen = replace(seen, environment=environment)
        return list(idle_endpoint.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def test_an_endpoint_that_nobody_invokes_is_removed(build, changes) -> None:
    [change] = changes(build.lookback(invocations=0, gpu=0))

    assert change.actions == (RemoveResource(),)
    assert not change.doubts and not change.missing
    assert change.reason == "no invocation of this ml.g5.xlarge endpoint for 14 days"
    assert change.saving.monthly == Decimal("1028.57")
    assert change.accrued == Decimal("473.42")


def test_gpus_that_are_not_measured_are_named(build, changes) -> None:
    [of_gpus] = changes(build.lookback(invocations=0))
    [without] = changes(build.lookback(invocations=0), spec={"instance_types": ("ml.m5.xlarge",)})

    assert (of_gpus.missing, without.missing) == (("what its GPUs do",), ())


@pytest.mark.parametrize("usage", [{"invocations": 0.001}, {"gpu": 0.0}])
def test_one_that_is_invoked_or_not_measured_stays(build, changes, usage) -> None:
    assert changes(build.lookback(**usage)) == []


def test_evidence_must_be_long_and_complete(build, changes) -> None:
    assert changes(build.lookback(days=13, invocations=0)) == []
    assert changes(build.lookback(coverage=0.94, invocations=0)) == []


@pytest.mark.parametrize(
    ("over", "doubt"),
    [
        ({"environment": "prod"}, "it is in prod"),
        ({"spec": {"asynchronous": True}}, "takes work from a queue"),
        ({"spec": {"without_model": ("v1",)}}, "inference components"),
    ],
)
def test_a_person_decides_where_invocations_do_not_say_everything(build, changes, over, doubt) -> None:
    [change] = changes(build.lookback(invocations=0), **over)

    assert doubt in change.doubts[0]
    assert change.confidence == 0.5


def test_gpus_at_work_are_a_doubt(build, changes) -> None:
    [change] = changes(build.lookback(invocations=0, gpu=40))

    assert "its GPUs work (up to 40 %)" in change.doubts[0]


def test_what_is_tagged_or_not_in_service_stays(build, changes) -> None:
    assert changes(build.lookback(invocations=0), tags={"remediator:keep": ""}) == []
    assert changes(build.lookback(invocations=0), spec={"endpoint_status": "Updating"}) == []


@pytest.mark.parametrize("wrong", [{"days": 7}, {"coverage": 0.5}, {"ask_in": ("production",)}])
def test_settings_that_make_no_sense_are_refused(wrong) -> None:
    with pytest.raises(ValueError):
        Settings(**wrong)


def test_a_target_that_scales_it_would_be_left_behind(build) -> None:
    endpoint = build.seen("aws_sagemaker_endpoint", "rank", SPEC, build.lookback(invocations=0, gpu=0), declared={})
    targets = [
        build.seen("aws_appautoscaling_target", name, {"resource_id": f"endpoint/{name}/variant/v1"}, Usage())
        for name in ("rank", "other")
    ]

    [alone] = idle_endpoint.plan(build.estate(endpoint, targets[1]), build.context(Settings()))
    [scaled] = idle_endpoint.plan(build.estate(endpoint, *targets), build.context(Settings()))

    assert not alone.doubts
    assert "endpoint/rank/variant/v1" in scaled.doubts[0]
