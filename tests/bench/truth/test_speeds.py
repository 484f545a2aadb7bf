from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.truth import other_gpus
from bench.truth.drafts import known
from bench.truth.estate import generate
from bench.truth.pipeline import wanted
from bench.truth.scoring import harm, judged
from bench.truth.speeds import holds
from remediator.model import Attributes, SetAttribute

NOW = datetime(2026, 11, 20, 12, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type_", "current", "percent"),
    [
        ("g6.xlarge", "g5.xlarge", 50),  # by the bandwidth of its memory
        ("g5.2xlarge", "g5.xlarge", 100),
        ("p4d.24xlarge", "p3dn.24xlarge", 100),
        ("p3dn.24xlarge", "p4d.24xlarge", 0),  # less NVLink
        ("g4dn.xlarge", "g5.xlarge", 0),  # less PCIe
        ("g4ad.xlarge", "g5.xlarge", 0),  # unknown
        ("m5.large", "m5.xlarge", 100),
    ],
)
def test_a_gpu_holds_so_much_of_the_time_of_another(type_, current, percent) -> None:
    assert holds(known(type_), known(current)) == percent


def test_a_gpu_that_would_be_too_slow_is_a_harm(build, load) -> None:
    live = build.live(next=load(gpu_busy=51, devices=1))
    live = replace(live, resource=replace(live.resource, spec=Attributes({"instance_type": "g5.xlarge"})))
    change = build.change(live, SetAttribute("instance_type", "g5.xlarge", "g6.xlarge"))

    assert harm(live, change) == "g6.xlarge would not fit the next 30 days: gpu_busy 51 of 50"
    enough = replace(live, truth=replace(live.truth, next=load(gpu_busy=50, devices=1)))
    assert harm(enough, change) is None


def found(shape, tmp_path):
    """Of a few machines of a shape, what is wanted of their sizes, with whether it harms."""
    estate = generate(4, 8, tmp_path / "x", NOW, only=(shape,))
    changes = wanted(estate.resources, estate.states, estate.known, estate.kept, estate.clock.on, NOW)
    sizes = [one for one in judged(estate, changes) if one.change.concern == "size"]
    assert all(one.change.doubts and one.harm is None for one in sizes)
    return [(one.change.rule, action.live, action.target) for one in sizes for action in one.change.actions]


def test_eight_v100_at_work_are_asked_about(tmp_path) -> None:
    moves = found(other_gpus.earlier_gpus, tmp_path)

    assert len([one for one in moves if one[0] == "gpu_generation"]) == 8
    assert {target for rule, _, target in moves if rule == "gpu_generation"} == {"p4d.24xlarge"}


@pytest.mark.parametrize("shape", [other_gpus.gpus_without_a_sheet, other_gpus.half_the_bandwidth])
def test_no_other_model_is_named_where_it_is_slower_or_nobody_knows(tmp_path, shape) -> None:
    assert all(known(live).gpu_name == known(target).gpu_name for _, live, target in found(shape, tmp_path))


def test_a_slower_gpu_is_named_for_one_that_is_little_used(tmp_path) -> None:
    moves = found(other_gpus.lightly_served, tmp_path)

    assert any(known(live).gpu_name != known(target).gpu_name for _, live, target in moves)
