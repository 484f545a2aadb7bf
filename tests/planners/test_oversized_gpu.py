from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import oversized_gpu
from planners._sizing import Demand, fits
from planners.oversized_gpu import Settings
from remediator.model import Context, Effect, Launcher, Layer, SetAttribute
from remediator.observe import catalogue, prices
from tests.planners.conftest import Build

CALM = {"network": 1e6, "ebs_bytes": 1.0, "ebs_ops": 1.0}
ONE_OF_FOUR = {"gpu": 95.0, "gpu_memory": 40.0, "gpus_used": 1.0, "cpu": 20.0, "memory": 20.0, **CALM}


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=()):
        return list(oversized_gpu.plan(build.estate(*seen), build.context(settings or Settings(), without)))

    return run


def test_one_gpu_of_four_in_use_asks_for_the_machine_with_one(build, changes) -> None:
    [change] = changes(build.instance("g5.12xlarge", build.lookback(**ONE_OF_FOUR)))

    assert change.actions == (SetAttribute("instance_type", "g5.12xlarge", "g5.8xlarge"),)
    assert (change.concern, change.layer, change.effect) == ("size", Layer.CONFIGURATION, Effect.RESTART)
    assert change.saving.monthly == Decimal("2353.52")  # (5.672 - 2.448) x 730
    assert change.reason.startswith("at most 1 of its 4 A10G were in use at a time; it needs ")
    assert [doubt.partition(" ")[0] for doubt in change.doubts] == ["g5.8xlarge", "g5.8xlarge", "g5.12xlarge"]
    assert change.missing == ("whether g5.8xlarge is offered in its zone",)


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("two GPUs were in use at a time", {"gpus_used": 2.0}),
        ("its CPUs are needed", {"cpu": 60.0}),
        ("its memory is needed", {"memory": 70.0}),
        ("it did no work, so what it needs is not known", {"gpu": 1.0}),
    ],
)
def test_nothing_is_asked_where(build, changes, why, other) -> None:
    assert changes(build.instance("g5.12xlarge", build.lookback(**{**ONE_OF_FOUR, **other}))) == []


def test_where_it_may_be_production_a_look_back_without_a_turn_of_a_month_is_a_doubt(build, changes) -> None:
    usage = build.lookback(**ONE_OF_FOUR)  # 6 to 20 November

    asked = changes(*(build.instance("g5.12xlarge", usage, environment=where) for where in ("dev", None, "prod")))

    assert [any("turn of a month" in doubt for doubt in change.doubts) for change in asked] == [False, True, True]


def test_gpus_that_are_not_counted_may_not_become_fewer(build, changes) -> None:
    known = {name: value for name, value in ONE_OF_FOUR.items() if name != "gpus_used"}

    assert changes(build.instance("g5.12xlarge", build.lookback(**known))) == []
    without_memory = {name: value for name, value in ONE_OF_FOUR.items() if name != "memory"}
    assert changes(build.instance("g5.12xlarge", build.lookback(**without_memory))) == []


def test_around_a_single_gpu_the_machine_may_shrink(build, changes) -> None:
    usage = build.lookback(gpu=90, gpu_memory=90, cpu=15, memory=20, **CALM)

    [change] = changes(build.instance("g5.2xlarge", usage))

    assert change.actions[0].target == "g5.xlarge"
    assert "gpus_used" not in change.missing


def test_the_memory_of_each_gpu_counts_and_not_that_of_all(build, changes) -> None:
    """A GPU that is nearly full today fits the same GPU; one of half the memory is another matter."""
    full = build.instance("g5.12xlarge", build.lookback(**{**ONE_OF_FOUR, "gpu_memory": 95.0}))
    half = replace(build.types.instance_type("g5.8xlarge"), name="g5.half", gpu_memory_mib=12288)

    assert len(changes(full)) == 1
    current = build.types.instance_type("g5.12xlarge")
    assert not fits(half, current, Demand(1, 1, 1, 1, 1, 1, 23_000), disks=False)
    assert fits(half, current, Demand(1, 1, 1, 1, 1, 1, 12_000), disks=False)


@pytest.mark.parametrize(("days", "coverage", "found"), [(14, 1.0, 1), (13, 1.0, 0), (14, 0.94, 0)])
def test_evidence_has_to_be_whole(build, changes, days, coverage, found) -> None:
    usage = build.lookback(coverage, days, **ONE_OF_FOUR)

    settings = Settings(memory_coverage=0.9)
    assert len(changes(build.instance("g5.12xlarge", usage), settings=settings)) == found


def test_an_unknown_price_or_too_little_to_save_asks_nothing(build, changes) -> None:
    machine = build.instance("g5.12xlarge", build.lookback(**ONE_OF_FOUR))

    assert changes(machine, without=("g5.8xlarge",)) == []
    assert changes(machine, settings=Settings(least_percent=57)) == []
    assert len(changes(machine, settings=Settings(least_percent=56))) == 1


def test_what_is_kept_stopped_of_a_group_or_of_a_controller_is_left_alone(build, changes) -> None:
    usage = build.lookback(**ONE_OF_FOUR)

    assert changes(build.instance("g5.12xlarge", usage, tags={"remediator:keep": ""})) == []
    assert changes(build.instance("g5.12xlarge", usage, spec={"instance_state": "stopped"})) == []
    assert changes(build.instance("g5.12xlarge", usage, member_of="trainers", declared=None)) == []
    made = Launcher("Karpenter", "node pool", "gpu")
    assert changes(build.instance("g5.12xlarge", usage, launched_by=made, declared=None)) == []
    assert changes(build.instance("m5.4xlarge", build.lookback(cpu=5, memory=5))) == []


@pytest.fixture
def real(build):
    """What the embedded catalogue and prices make of one machine."""

    def run(instance_type, settings=None, **usage):
        machine = build.instance(instance_type, build.lookback(**{"cpu": 15, "memory": 20, **CALM, **usage}))
        context = Context(build.now, prices.load(), catalogue.load(), settings or Settings())
        return list(oversized_gpu.plan(build.estate(machine), context))

    return run


def test_a_gpu_that_is_busy_for_a_third_of_the_time_may_be_a_slower_one(real) -> None:
    """38.6 % with headroom, of 80 %: an L4 has 300 of an A10G's 600 GB/s, and as much of all else."""
    [change] = real("g5.xlarge", gpu=30, gpu_memory=40)

    assert change.actions == (SetAttribute("instance_type", "g5.xlarge", "g6.xlarge"),)
    assert change.reason.startswith("its busiest A10G was busy for at most 30 % of the time; no GPU needs more than")
    assert "by the data sheets a piece of work takes up to 2.0 times as long on L4 as on A10G" in change.doubts
    assert any(doubt.startswith("L4 is another GPU than A10G") for doubt in change.doubts)


@pytest.mark.parametrize(
    ("why", "usage", "settings"),
    [
        ("a third of the time with headroom is more than half of 80 %", {"gpu": 32, "gpu_memory": 40}, None),
        ("it is more than half of 70 %", {"gpu": 30, "gpu_memory": 40}, Settings(busy_percent=70)),
        ("how much memory it holds is not known", {"gpu": 30}, None),
        ("it did no work", {"gpu": 1, "gpu_memory": 40}, None),
    ],
)
def test_no_slower_gpu_is_named_where(real, why, usage, settings) -> None:
    assert real("g5.xlarge", settings, **usage) == [], why


GPU_TYPES = sorted(type_.name for type_ in catalogue.load().every() if type_.gpu_count)


@given(st.sampled_from(GPU_TYPES), st.floats(1.1, 100), st.floats(1, 100), st.integers(1, 8))
def test_nothing_is_named_that_would_be_slower_than_the_work_it_had(name, busy, held, used) -> None:
    build, known, book = Build(), catalogue.load().types, prices.load()
    used_gpus = {"gpus_used": min(used, known[name].gpu_count)} if known[name].gpu_count > 1 else {}
    usage = build.lookback(cpu=10, memory=10, gpu=busy, gpu_memory=held, **used_gpus, **CALM)
    context = Context(build.now, book, catalogue.load(), Settings())
    current = known[name]

    for change in oversized_gpu.plan(build.estate(build.instance(name, usage)), context):
        candidate = known[change.actions[0].target]
        each, had = (one.gpu_memory_mib / one.gpu_count for one in (candidate, current))

        assert change.doubts
        assert (
            book.price("aws_instance", candidate.name, "us-east-1").amount
            < book.price("aws_instance", name, "us-east-1").amount
        )
        assert each >= had * held / 100 and candidate.gpu_count >= used_gpus.get("gpus_used", 1)
        if candidate.gpu_name == current.gpu_name and each == had:
            continue
        for speed in ("bandwidth_gbytes_s", "fp32_tflops", "fp16_tensor_tflops", "fp64_tflops"):
            assert getattr(candidate.gpu, speed) * 0.8 >= getattr(current.gpu, speed) * min(80, busy) / 100
        assert candidate.gpu.pcie_gbytes_s >= current.gpu.pcie_gbytes_s


def test_where_its_family_has_nothing_nearer_one_step_goes_as_far_as_its_next_smaller_size(real) -> None:
    """p5 has 192 vCPU or 16, and nothing between; of g5 one step goes no further than 4 times fewer."""
    used = {"gpu": 90, "gpu_memory": 60, "gpus_used": 1, "cpu": 3, "memory": 4}

    assert [change.actions[0].target for change in real("p5.48xlarge", **used)] == ["p5.4xlarge"]
    assert [change.actions[0].target for change in real("g5.48xlarge", **used)] == ["g5.16xlarge"]
    assert real("p5.48xlarge", **{**used, "gpus_used": 2}) == []
    assert real("p5.48xlarge", **{**used, "cpu": 15}) == []


def test_in_a_family_that_is_named_nobody_asks_how_fast_it_is(real) -> None:
    [change] = real("g5.xlarge", Settings(families=("g6",)), gpu=95, gpu_memory=40)

    assert change.actions[0].target == "g6.xlarge"


def test_gpus_that_are_not_known_are_not_compared(real) -> None:
    assert real("g4ad.4xlarge", gpu=2, gpu_memory=5)[0].actions[0].target == "g4ad.2xlarge"
    assert real("g7.2xlarge", gpu=2, gpu_memory=5) == []


def test_a_capacity_block_is_paid_for_already(build, changes) -> None:
    block = build.instance("g5.12xlarge", build.lookback(**ONE_OF_FOUR), spec={"instance_lifecycle": "capacity-block"})

    assert changes(block) == []


@pytest.mark.parametrize(
    "values", [{"busy_percent": 0}, {"days": 7}, {"largest_step": 16}, {"headroom": -1}, {"least_percent": 101}]
)
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)
