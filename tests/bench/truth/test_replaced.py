"""Addresses whose machines come and go, through the real pipeline."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.truth import replaced
from bench.truth.clock import Clock
from bench.truth.drafts import Draft, draft, known
from bench.truth.estate import Estate, generate
from bench.truth.leaving import TAKEOVER, hours_to_finding
from bench.truth.pipeline import wanted
from bench.truth.scoring import Judged, What, judged
from bench.truth.shapes import name
from bench.truth.trainers import training
from bench.truth.truth import running
from tests.bench.truth.conftest import NOW


def trainer(axis: Clock, *busy: tuple[float, float], took_over: float) -> Draft:
    """A trainer that works in these spans of hours from now; its machine took over from another so many hours ago."""
    rng, type_ = np.random.default_rng(7), known("g5.xlarge")
    made = draft(axis, rng, type_, training(axis, rng, type_, axis.within(busy)))
    return replace(made, hours=took_over, lives=((2400.0, took_over),))


def stops(estate: Estate, pooled: bool = True) -> list[Judged]:
    came = estate.came if pooled else ()
    found = wanted(estate.resources, estate.states, estate.known, estate.kept, estate.clock.on, estate.now, came)
    return [one for one in judged(estate, found) if one.what is What.STOP and one.claims]


def of(made: Draft, path: Path) -> Estate:
    return generate(1, 1, path / "x.sqlite", NOW, only=(lambda axis, rng: made,))


def test_where_the_machine_before_worked_nothing_that_comes_back_is_stopped(axis, tmp_path) -> None:
    """Three days ago another machine trained here; what took its place has been idle since, until tonight."""
    estate = of(trainer(axis, (-200, -150), (-90, -60), (10, 40), took_over=30), tmp_path)

    [alone] = stops(estate, pooled=False)
    [both] = stops(estate)

    assert alone.request and alone.harm is not None
    assert not both.request
    assert both.foretold
    assert any("worked again" in doubt for doubt in both.change.doubts)


def test_what_was_idle_under_two_machines_is_found(axis, tmp_path) -> None:
    estate = of(trainer(axis, (-200, -100), took_over=12), tmp_path)

    assert stops(estate, pooled=False) == []
    [found] = stops(estate)
    assert found.stands
    assert "counted with 1 earlier machine under this address (i-00010000000000000-0)" in found.change.reason


def test_left_on_under_two_machines_it_is_found_within_25_hours(tmp_path) -> None:
    findings = hours_to_finding(1, 2, tmp_path)

    assert TAKEOVER < 24
    assert all(finding.first is not None and 24 <= finding.first <= 25 for finding in findings)


@pytest.mark.parametrize("shape", replaced.SHAPES, ids=name)
def test_every_shape_has_a_machine_now_and_had_others_before(axis, shape) -> None:
    for number in range(5):
        made = shape(axis, np.random.default_rng([7, number]))
        ran = running(made, axis)

        assert made.lives and made.hours > 0 and made.lives[-1][1] < made.lives[-1][0]
        assert not (made.demand.working & ~ran)[axis.past].any()
        assert ran[axis.on.count - 1]
        assert len(made.demand.gpu) == made.type.gpu_count


def test_each_machine_has_the_series_of_its_own_time(tmp_path) -> None:
    estate = generate(2, 3, tmp_path / "x.sqlite", NOW, only=(replaced.rolled_left_on,))

    assert {stay.machine.id for stay in estate.came if stay.end is None} <= set(estate.live)
    assert all(stay.machine.id not in estate.live for stay in estate.came if stay.end is not None)
    assert len(estate.came) > 3
