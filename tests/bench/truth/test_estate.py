from datetime import UTC, datetime

import numpy as np
import pytest

from bench.truth import bursting, cores, servers, shapes, trainers
from bench.truth.clock import Mask
from bench.truth.drafts import CORES
from bench.truth.estate import generate
from bench.truth.pipeline import wanted
from bench.truth.shapes import SHAPES
from remediator.observe.queries import queries
from remediator.observe.series import SeriesFile

NOW = datetime(2026, 11, 20, 12, 2, tzinfo=UTC)


def test_a_seed_gives_one_estate_and_a_machine_does_not_depend_on_the_others(tmp_path):
    few = generate(5, 3, tmp_path / "a", NOW)
    more = generate(5, 6, tmp_path / "b", NOW)
    other = generate(6, 3, tmp_path / "c", NOW)
    assert few.live.items() <= more.live.items()
    assert [live.truth for live in few.live.values()] != [live.truth for live in other.live.values()]


@pytest.mark.parametrize("shape", [shape for _, shape in SHAPES], ids=shapes.name)
def test_every_shape_stays_within_what_its_machine_has(axis, shape):
    for number in range(3):
        made = shape(axis, np.random.default_rng([7, number]))
        demand = made.demand
        assert demand.vcpu.max() <= made.type.vcpu
        assert demand.memory_mib.max() < made.type.memory_mib
        assert (
            demand.gpu.shape
            == demand.gpu_memory_mib.shape
            == (
                made.type.gpu_count or CORES.get(made.type.name, 0),
                len(axis.times),
            )
        )
        assert all(v.shape == demand.working.shape for v in (demand.vcpu, demand.network, demand.ebs_ops))
        assert all(np.isfinite(v).all() for v in (demand.vcpu, demand.memory_mib, demand.network, demand.ebs_bytes))


def series(estate, live, name):
    """The values of one CloudWatch metric as they are kept."""
    own = [q for q in queries(live.resource, estate.known) if q.name == name]
    found = SeriesFile(estate.kept).load([q.key for q in own], estate.clock.on)
    return [found[q.key].values for q in own if q.key in found]


def test_what_is_kept_is_the_demand_in_cloudwatchs_terms(tmp_path, build, axis):
    made = build.draft("m5.2xlarge", cpu=0.5, memory=0.25, network=0.1, ebs=0.2)
    estate = generate(1, 1, tmp_path / "x", NOW, only=(lambda axis, rng: made,))
    live = next(iter(estate.live.values()))
    (cpu,), (memory,), (sent,) = (series(estate, live, n) for n in ("CPUUtilization", "mem_used_percent", "NetworkIn"))
    assert cpu == pytest.approx(50)
    assert memory == pytest.approx(25)
    assert sent == pytest.approx(0.1 * 2.5e9 / 8 * 300)


def test_without_an_agent_there_is_no_series_of_memory(tmp_path):
    estate = generate(1, 1, tmp_path / "x", NOW, only=(servers.without_agent,))
    live = next(iter(estate.live.values()))
    assert series(estate, live, "mem_used_percent") == []
    assert series(estate, live, "CPUUtilization")


def test_every_gpu_has_a_series_of_its_own(tmp_path):
    estate = generate(1, 1, tmp_path / "x", NOW, only=(trainers.data_loader,))
    live = next(iter(estate.live.values()))
    assert len(series(estate, live, "nvidia_smi_utilization_gpu")) == 8
    (cpu,) = series(estate, live, "CPUUtilization")
    assert np.nanmax(cpu) < 6


def test_of_cores_nothing_is_told_while_no_process_has_them(tmp_path):
    left = generate(1, 1, tmp_path / "x", NOW, only=(cores.neuron_left_on,))
    never = generate(1, 1, tmp_path / "y", NOW, only=(cores.neuron_never_used,))
    live, other = (next(iter(estate.live.values())) for estate in (left, never))
    each = series(left, live, "neuroncore_utilization_ratio")
    (hardware,) = series(left, live, "neuron_hardware_info")

    assert len(each) == CORES[live.resource.spec.text("instance_type")]
    assert np.isnan(each[0]).any() and np.nanmax(each[0]) <= 1
    assert np.nanmin(hardware) == 1
    assert series(never, other, "neuroncore_utilization_ratio") == [] and not other.truth.shown


def test_a_process_may_take_cores_that_it_needs_for_nothing(tmp_path):
    estate = generate(1, 6, tmp_path / "x", NOW, only=(cores.neuron_wide,))
    machines = [one for one in estate.live.values() if one.resource.kind == "aws_instance"]
    told = {len(series(estate, live, "neuroncore_memory_usage_constants")) for live in machines}
    code = {
        float(np.nanmax(one)) for live in machines for one in series(estate, live, "neuroncore_memory_usage_model_code")
    }
    every = {CORES[live.resource.spec.text("instance_type")] for live in machines}

    assert told & every and told - every  # all of them, or those that it needs
    assert code == {96 * 2.0**20}


def test_the_real_rules_size_by_cores_and_pass_over_those_that_are_held_or_needed_weekly(tmp_path):
    shapes = (cores.neuron_wide, cores.neuron_filled, cores.neuron_weekly, cores.neuron_tight)
    estate = generate(3, 24, tmp_path / "x", NOW, only=shapes)
    changes = wanted(estate.resources, estate.states, estate.known, estate.kept, estate.clock.on, NOW)
    sized = [c for c in changes if c.rule == "oversized_accelerator"]

    assert {estate.live[c.resource.id].shape for c in sized} == {"neuron wide"}
    assert all(c.doubts and c.saving is not None for c in sized)


def test_credits_are_those_that_the_demand_leaves(tmp_path):
    estate = generate(1, 1, tmp_path / "x", NOW, only=(bursting.burstable_service,))
    (live,) = [one for one in estate.live.values() if one.resource.kind == "aws_instance"]
    (left,), (charged,) = (series(estate, live, n) for n in ("CPUCreditBalance", "CPUSurplusCreditsCharged"))

    assert np.nanmin(left) > 0 and np.nanmax(charged) == 0


def test_points_before_the_launch_are_missing(tmp_path, axis):
    estate = generate(1, 1, tmp_path / "x", NOW, only=(trainers.never_used,))
    live = next(iter(estate.live.values()))
    (cpu,) = series(estate, live, "CPUUtilization")
    began = estate.clock.on.slot(live.resource.created_at.timestamp())
    before: Mask = np.isnan(cpu[: began - 1])
    assert before.all()
    assert not np.isnan(cpu[began:]).all()


def test_the_real_rules_find_a_trainer_left_on_and_pass_over_one_at_work(tmp_path):
    estate = generate(3, 6, tmp_path / "x", NOW, only=(trainers.left_on, trainers.data_loader))
    changes = wanted(estate.resources, estate.states, estate.known, estate.kept, estate.clock.on, NOW)
    stopped = {estate.live[c.resource.id].shape for c in changes if c.rule == "idle_gpu"}
    assert stopped == {"left on"}
    assert all(c.declared is not None for c in changes)
