from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from planners import endpoint_size
from planners.endpoint_size import Settings
from remediator.model import Effect, Price, SetAttribute, Usage

CALM = {"cpu": 150.0, "memory": 20.0, "invocations": 0.2, "disk": 10.0}
GPU = {"gpu": 60.0, "gpu_memory": 80.0}
ML = {"ml.m5.2xlarge": "0.461", "ml.m5.xlarge": "0.23", "ml.g5.2xlarge": "1.515", "ml.g5.xlarge": "1.408"}
REFERS = ("aws_sagemaker_endpoint_configuration.rank_1", "aws_sagemaker_model.rank")
CBD = SetAttribute("lifecycle.create_before_destroy", None, True)


class Hosting:
    """List prices of us-east-1."""

    def __init__(self, without: tuple[str, ...] = ()) -> None:
        self.without = without

    def price(self, kind, item, region):
        if kind != "aws_sagemaker_endpoint" or item not in ML or item in self.without or region != "us-east-1":
            return None
        return Price(Decimal(ML[item]), "hour", "USD", "list", date(2026, 7, 20))


@pytest.fixture
def pair(build):
    """A configuration and the endpoint on it, as code with a generated name declares them."""

    def make(usage=None, type_="ml.m5.2xlarge", count=1, spec=None, on=None, prefix="rank-", refers=REFERS, **over):
        sizes = {"production_variants.instance_type": type_, "production_variants.initial_instance_count": count}
        said = {**sizes, "production_variants.model_name": "rank", **(spec or {})}
        stated = {**sizes, "name_prefix": prefix}
        config = build.seen("aws_sagemaker_endpoint_configuration", "rank-1", said, Usage(), declared=stated, **over)
        runs = {
            "endpoint_status": "InService",
            "endpoint_config_name": "rank-1",
            "instance_counts": (str(count),),
            **(on or {}),
        }
        endpoint = build.seen("aws_sagemaker_endpoint", "rank", runs, usage or build.lookback(**CALM), declared={})
        return config, replace(endpoint, declared=replace(endpoint.declared, dependencies=refers))

    return make


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=()):
        context = replace(build.context(settings or Settings()), prices=Hosting(without))
        return list(endpoint_size.plan(build.estate(*seen), context))

    return run


def test_an_endpoint_of_which_half_is_not_used_goes_one_type_down(changes, pair) -> None:
    [change] = changes(*pair())

    assert change.actions == (SetAttribute("production_variants.instance_type", "ml.m5.2xlarge", "ml.m5.xlarge"), CBD)
    assert (change.resource.kind, change.doubts) == ("aws_sagemaker_endpoint_configuration", ())
    assert change.effect is Effect.REPLACEMENT
    assert change.updates == (("aws_sagemaker_endpoint.rank", "endpoint_config_name"),)
    # 730 hours of 0.461 less 0.23
    assert change.saving.monthly == Decimal("168.63")
    assert "at most 1.5 of 8 vCPU, 20 % of its memory" in change.reason
    assert "while the old ones answer" in change.reason


def test_cpu_is_the_sum_of_the_cores(build, changes, pair) -> None:
    # four cores are 400 %, and 95 % of the time it stays at 40 % of them
    assert changes(*pair(build.lookback(**{**CALM, "cpu": 160.0})))
    assert changes(*pair(build.lookback(**{**CALM, "cpu": 161.0}))) == []


def test_its_peaks_have_to_fit_with_headroom(build, changes, pair) -> None:
    def peaking(at):
        calm = build.lookback(**CALM)
        return Usage(tuple(replace(s, p99_5=at, maximum=at) if s.name == "cpu" else s for s in calm.summaries))

    # 400 % less 20 % of headroom and a fourteenth
    assert changes(*pair(peaking(311.0)))
    assert changes(*pair(peaking(312.0))) == []


def test_memory_is_a_share_of_the_instance(build, changes, pair) -> None:
    # 16 GiB are half, less as much
    assert changes(*pair(build.lookback(**{**CALM, "memory": 38.8})))
    assert changes(*pair(build.lookback(**{**CALM, "memory": 39.0}))) == []


@pytest.mark.parametrize("missing", ["cpu", "memory", "invocations"])
def test_what_is_not_measured_is_not_resized(build, changes, pair, missing) -> None:
    assert changes(*pair(build.lookback(**{n: v for n, v in CALM.items() if n != missing}))) == []


@pytest.mark.parametrize(("coverage", "days"), [(0.9, 14), (1.0, 13)])
def test_evidence_has_to_be_whole(build, changes, pair, coverage, days) -> None:
    assert changes(*pair(build.lookback(coverage, days, **CALM))) == []


@pytest.mark.parametrize(
    "over",
    [{"age_days": 5}, {"age_days": None}, {"on": {"last_modified_time": "2026-11-15T12:00:00+00:00"}}],
    ids=str,
)
def test_evidence_from_before_its_last_change_is_of_another_size(changes, pair, over) -> None:
    assert changes(*pair(**over)) == []


def test_what_nobody_invokes_shows_no_size(build, changes, pair) -> None:
    assert changes(*pair(build.lookback(**{**CALM, "invocations": 0.0}))) == []


def test_gpus_stay_and_have_to_be_measured(build, changes, pair) -> None:
    calm = build.lookback(**{**CALM, **GPU})
    [change] = changes(*pair(calm, "ml.g5.2xlarge"))

    assert change.actions[0].target == "ml.g5.xlarge" and "60 % of its GPUs" in change.reason
    assert not change.doubts
    assert changes(*pair(build.lookback(**CALM), "ml.g5.2xlarge")) == []
    # one GPU of four would do, and is not asked for
    assert changes(*pair(calm, "ml.g5.12xlarge")) == []


@pytest.mark.parametrize("disk", [60.0, None])
def test_a_smaller_disk_that_may_not_hold_the_model_is_a_question(build, changes, pair, disk) -> None:
    measured = {**CALM, **GPU, "disk": disk}
    usage = build.lookback(**{name: value for name, value in measured.items() if value is not None})
    [change] = changes(*pair(usage, "ml.g5.2xlarge"))

    assert change.doubts == ("its disk of 250 GB is not known to hold model and image",)


def test_requests_that_the_network_may_not_carry_are_a_question(build, changes, pair) -> None:
    busy = build.lookback(**{**CALM, "invocations": 9.0})

    assert "11.6 requests a second of up to 25 MB" in changes(*pair(busy))[0].doubts[0]
    assert changes(*pair(busy), settings=Settings(payload_mbytes=1))[0].doubts == ()
    [queued] = changes(*pair(on={"asynchronous": True}))
    assert "any size from S3" in queued.doubts[0]


def test_hours_without_work_of_a_queue_are_not_saved_twice(build, changes, pair) -> None:
    # where it scales to zero in half of the week, a smaller type saves half as much
    used = build.lookback(**CALM).summaries
    used = Usage(tuple(replace(s, active_hours=tuple(range(84))) for s in used))
    [change] = changes(*pair(used, on={"asynchronous": True}))

    assert (change.saving.low, change.saving.monthly, change.saving.high) == (
        Decimal("30.36"),
        Decimal("84.32"),
        Decimal("168.63"),
    )


def test_a_fixed_name_would_leave_the_endpoint_behind(changes, pair) -> None:
    [change] = changes(*pair(prefix=""))

    assert "its name is fixed" in change.doubts[0] and change.updates == ()


@pytest.mark.parametrize("refers", [(), ("aws_sagemaker_endpoint_configuration.other",)])
def test_an_endpoint_that_does_not_refer_to_it_stays_behind(changes, pair, refers) -> None:
    [change] = changes(*pair(refers=refers))

    assert "aws_sagemaker_endpoint.rank does not refer to it" in change.doubts[0] and change.updates == ()


def test_an_endpoint_of_another_state_stays_behind(changes, pair) -> None:
    config, endpoint = pair()
    at = replace(endpoint.declared.at, root="elsewhere")
    [moved] = changes(config, replace(endpoint, declared=replace(endpoint.declared, at=at)))
    [none] = changes(config, replace(endpoint, declared=None))

    assert moved.doubts == none.doubts and "no code in the same state" in moved.doubts[0]


def test_a_module_with_keys_is_named_without_them(changes, pair) -> None:
    config, endpoint = pair(refers=("module.m.aws_sagemaker_endpoint_configuration.rank_1",))
    config, endpoint = (
        replace(one, declared=replace(one.declared, at=replace(one.declared.at, module='module.m["a.b[0]"]')))
        for one in (config, endpoint)
    )

    assert changes(config, endpoint)[0].doubts == ()


@pytest.mark.parametrize(
    "over",
    [
        {"on": {"endpoint_status": "Updating"}},
        {"on": {"endpoint_config_name": "rank-0"}},
        {"on": {"instance_counts": ("1", "1")}},
        {"spec": {"production_variants.model_name": None}},  # components of an endpoint, or several variants
        {"spec": {"shadowed": True}},
        {"type_": "ml.t3.xlarge"},
        {"type_": "ml.unheard.of"},
        {"type_": "ml.m5.large"},
        {"tags": {"remediator:keep": ""}},
    ],
    ids=str,
)
def test_left_alone(changes, pair, over) -> None:
    assert changes(*pair(**over)) == []


def test_two_endpoints_of_one_configuration_are_left_to_people(changes, pair) -> None:
    config, endpoint = pair()
    second = replace(endpoint, resource=replace(endpoint.resource, id="rank-b"))

    assert changes(config, endpoint, second) == []


def test_prices_that_are_not_known(changes, pair) -> None:
    [change] = changes(*pair(), without=tuple(ML))

    assert change.saving is None and "whether SageMaker offers ml.m5.xlarge" in change.doubts[0]
    assert changes(*pair(), without=("ml.m5.xlarge",)) == []


def test_production_is_asked_unless_the_evidence_holds_a_turn_of_the_month(build, changes, pair) -> None:
    config, endpoint = pair()
    [asked] = changes(config, replace(endpoint, environment="prod"))
    config, endpoint = pair(build.lookback(days=32, **CALM))

    assert "no turn of a month" in asked.doubts[0]
    assert changes(config, replace(endpoint, environment="prod"))[0].doubts == ()


BUSY = {**CALM, "memory": 70.0}
"""No smaller type holds it."""


def test_fewer_instances_where_no_smaller_type_would_do(build, changes, pair) -> None:
    [change] = changes(*pair(build.lookback(**BUSY), count=5))

    # half of five at most, and 165 % of 320 % for each of five is 2.6 of them
    assert change.actions == (SetAttribute("production_variants.initial_instance_count", 5, 3), CBD)
    assert change.saving.monthly == Decimal("673.06")
    assert "memory grows with requests" in change.doubts[0]


@pytest.mark.parametrize("over", [{"count": 2}, {"on": {"instance_counts": ("6",)}, "count": 5}], ids=str)
def test_two_instances_and_those_that_something_else_scales_stay(build, changes, pair, over) -> None:
    assert changes(*pair(build.lookback(**BUSY), **over)) == []


@pytest.mark.parametrize("resource", ["endpoint/rank/variant/v1", "inference-component/x"])
def test_a_scalable_target_decides_how_many_there_are(build, changes, pair, resource) -> None:
    target = build.seen("aws_appautoscaling_target", resource, {"resource_id": resource}, Usage())
    other = build.seen("aws_appautoscaling_target", "x", {"resource_id": "endpoint/other/variant/v1"}, Usage())

    assert changes(*pair(build.lookback(**BUSY), count=5), target) == []
    assert len(changes(*pair(build.lookback(**BUSY), count=5), other)) == 1


def test_moving_over_sets_the_number_of_instances_back(build, changes, pair) -> None:
    resource = {"resource_id": "endpoint/rank/variant/v1"}
    target = build.seen("aws_appautoscaling_target", "endpoint/rank/variant/v1", resource, Usage())
    [scaled] = changes(*pair(), target)
    [grown] = changes(*pair(on={"instance_counts": ("4",)}))

    assert "begins with its initial 1 instances" in scaled.doubts[0]
    assert grown.doubts == ("it has 4 instances, and moving over gives it its initial 1",)


@pytest.mark.parametrize("over", [{"days": 13}, {"load_percent": 90}, {"payload_mbytes": 0}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)


def test_a_number_that_is_not_known_is_not_said_to_be_zero(changes, pair) -> None:
    unknown = {"production_variants.initial_instance_count": None}

    [change] = changes(*pair(spec=unknown))

    assert "it has 1 instances, and with how many it would begin anew is not known" in change.doubts
