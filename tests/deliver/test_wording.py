from dataclasses import replace

import pytest

from remediator.deliver.wording import DAYS, effect, sparkline
from remediator.model import Effect


@pytest.mark.parametrize(
    ("unit", "maximum", "daily", "chart"),
    [
        ("ops/s", 1500.0, (0, 127, 254, 255), "▁▅█·"),
        ("%", 100.0, (0, 127, 254), "▁▅█"),
        ("%", 1.0, (0, 127, 254), "▁▁▁"),  # idle looks idle
        ("%", 0.0, (0, 0), "▁▁"),
        ("ops/s", 0.0, (0, 255), "▁·"),
        ("ops/s", 5.0, (), ""),
    ],
)
def test_bars_are_of_100_percent_or_of_the_maximum(make_change, unit, maximum, daily, chart) -> None:
    metric = replace(make_change().evidence[0], unit=unit, maximum=maximum, peaks=bytes(daily))

    assert sparkline(metric) == chart


def test_the_last_days_are_shown(make_change) -> None:
    metric = replace(make_change().evidence[0], peaks=bytes([254] * 40 + [0]))

    assert sparkline(metric) == "█" * (DAYS - 1) + "▁"


@pytest.mark.parametrize("kind", ["aws_autoscaling_group", "aws_eks_node_group"])
def test_machines_of_a_group_are_ended_and_not_stopped(make_change, kind) -> None:
    stop = make_change(effect=Effect.STOP)
    group = replace(stop, resource=replace(stop.resource, kind=kind))

    assert "what is on their disks is lost" in effect(group) and "volumes hold stays" not in effect(group)
    assert "what its volumes hold stays" in effect(stop)
