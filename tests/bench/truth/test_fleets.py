"""Groups of launch templates whose next thirty days are known, through the real pipeline."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.truth import fleets
from bench.truth.estate import empty
from bench.truth.fleet_estate import add_fleet, remember
from bench.truth.fleets import FleetShape
from bench.truth.pipeline import wanted
from bench.truth.scoring import Judged, What, judged
from bench.truth.truth import Waste
from tests.bench.truth.conftest import NOW

Found = Callable[[FleetShape, int], tuple[list[Judged], list[object]]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """What is wanted of so many fleets of a shape, and the truth of each."""

    def run(shape: FleetShape, count: int) -> tuple[list[Judged], list[object]]:
        estate = empty(NOW, tmp_path / "x.sqlite")
        watched = []
        for number in range(count):
            rng = np.random.default_rng([11, number])
            made = shape(estate.clock, rng)
            environment = None if shape in fleets.PRODUCTION else "dev"
            watched += add_fleet(estate, rng, shape.__name__, made, f"f-{number}", environment)
        remember(estate, watched)
        estate.save()
        changes = wanted(estate.resources, estate.states, estate.known, estate.kept, estate.clock.on, estate.now)
        sizes = [one for one in judged(estate, changes) if one.what is What.SIZE]
        truths = [live.truth for live in estate.live.values() if live.resource.kind == "aws_launch_template"]
        return sizes, truths

    return run


@pytest.mark.parametrize("shape", [shape for _, shape in fleets.FLEETS], ids=lambda shape: shape.__name__)
def test_no_fleet_gets_a_size_that_one_of_its_machines_outgrows(found: Found, shape: FleetShape) -> None:
    sizes, _ = found(shape, 4)

    assert [one.harm for one in sizes if one.harm and (one.request or not one.foretold)] == []
    assert all(one.stands for one in sizes if one.request)


@pytest.mark.parametrize("shape", [fleets.constant_oversized, fleets.come_and_go, fleets.replaced_nightly])
def test_what_is_too_large_is_found_where_machines_stay_and_where_they_are_replaced(
    found: Found, shape: FleetShape
) -> None:
    sizes, truths = found(shape, 6)

    there = [truth for truth in truths if truth.waste is Waste.OVERSIZED_GROUP and truth.shown]
    found_dollars = sum(one.found for one in sizes if one.request)
    assert found_dollars >= sum(truth.monthly for truth in there) / 2 > 0


@pytest.mark.parametrize("shape", [fleets.scaling, fleets.resized_lately, fleets.blind_member])
def test_what_must_not_be_touched_is_not(found: Found, shape: FleetShape) -> None:
    sizes, _ = found(shape, 4)

    assert sizes == []
