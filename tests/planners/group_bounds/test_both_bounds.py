"""Both bounds of a group together, and the settings that they share."""

import pytest

from planners.group_bounds import Settings
from remediator.model import SetAttribute
from tests.planners.group_bounds.calm import CALM


def test_both_bounds_are_one_change(changes, group, sized, members, policy) -> None:
    seen = group(sized(8.0, 100.0, **CALM), least=8, largest=100, wanted=8, price="2242.56")
    [change] = changes(seen, *members(8), policy())

    assert change.actions == (SetAttribute("min_size", 8, 4), SetAttribute("max_size", 100, 17))
    assert "least size from 8 to 4 and its largest size from 100 to 17" in change.title
    assert change.withheld is None


def test_a_largest_size_that_is_no_risk_does_not_ride_along(changes, group, sized, members, policy) -> None:
    seen = group(sized(8.0, 100.0, **CALM), least=8, largest=100, wanted=8)
    [change] = changes(seen, *members(8), policy(), settings=Settings(least_exposure=1e6))

    assert change.actions == (SetAttribute("min_size", 8, 4),)


@pytest.mark.parametrize(
    "over", [{"days": 13}, {"coverage": 0.5}, {"headroom": 0.1}, {"times": 1.5}, {"load_percent": 90}]
)
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)


def test_the_group_that_belongs_to_a_node_group_is_judged_there(changes, group, sized) -> None:
    assert changes(group(sized(), tags={"eks:nodegroup-name": "cpu", "eks:cluster-name": "ml"})) == []
