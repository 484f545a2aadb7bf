from dataclasses import replace
from decimal import Decimal

import pytest

from planners import endpoint_scaling
from planners.endpoint_scaling import Settings
from remediator.model import AddResource, Usage

OFFICE = tuple(24 * day + hour for day in range(5) for hour in range(8, 18))
QUEUED = {
    "endpoint_status": "InService",
    "asynchronous": True,
    "variant_names": ("v1",),
    "instance_counts": ("2",),
}


@pytest.fixture
def worked(build):
    """Two weeks in which each metric worked in some hours of the week."""

    def make(days=14, coverage=1.0, **hours):
        hours = hours or {"invocations": OFFICE, "gpu": OFFICE[:2]}
        summaries = (
            replace(build.metric(name, 5.0, hours=days * 24, coverage=coverage), active_hours=at)
            for name, at in hours.items()
        )
        return Usage(tuple(summaries))

    return make


@pytest.fixture
def changes(build, worked):
    def run(usage=None, *others, settings=None, **over):
        spec = {**QUEUED, **over.pop("spec", {})}
        over = {"declared": {}, "price": "1680", **over}
        seen = build.seen("aws_sagemaker_endpoint", "rank", spec, usage or worked(), **over)
        return list(endpoint_scaling.plan(build.estate(seen, *others), build.context(settings or Settings())))

    return run


def test_a_queue_that_is_empty_at_night_needs_no_instance_then(changes) -> None:
    [change] = changes()
    [action] = change.actions

    assert isinstance(action, AddResource) and action.type == "aws_appautoscaling_target"
    assert action.arguments["resource_id"] == "endpoint/rank/variant/v1"
    assert (action.arguments["min_capacity"], action.arguments["max_capacity"]) == (0, 2)
    assert "118 of the 168 hours" in change.reason
    # at most: how long it takes to notice is in none of it
    assert (change.saving.monthly, change.saving.low) == (Decimal("1180.00"), Decimal(0))
    assert "HasBacklogWithoutCapacity" in change.doubts[0]


@pytest.mark.parametrize(
    "over",
    [
        {"spec": {"asynchronous": None}},
        {"spec": {"endpoint_status": "Updating"}},
        {"spec": {"instance_counts": ("0",)}},
        {"spec": {"instance_counts": ("1", "1"), "variant_names": ("a", "b")}},
        {"tags": {"remediator:keep": ""}},
        {"settings": Settings(least_off_hours=119)},
    ],
    ids=str,
)
def test_left_alone(changes, over) -> None:
    assert changes(**over) == []


@pytest.mark.parametrize(
    "over",
    [
        {"days": 13},
        {"coverage": 0.9},
        {"invocations": OFFICE},  # nothing says what its machines do
        {"invocations": (), "gpu": ()},  # it was not used at all, which is another rule's
        {"invocations": None, "gpu": OFFICE},
        {"invocations": OFFICE, "gpu": tuple(range(168))},
    ],
    ids=str,
)
def test_hours_that_are_not_known_or_not_idle(changes, worked, over) -> None:
    assert changes(worked(**over)) == []


def test_an_endpoint_without_gpus_is_known_by_its_cpu(changes, worked) -> None:
    assert len(changes(worked(invocations=OFFICE, cpu=OFFICE))) == 1


def test_what_is_scaled_already_is_left_to_that(build, changes, worked) -> None:
    resource = {"resource_id": "endpoint/rank/variant/v1"}
    target = build.seen("aws_appautoscaling_target", "endpoint/rank/variant/v1", resource, Usage())

    assert changes(worked(), target) == []


def test_an_unknown_price_claims_nothing(changes) -> None:
    assert changes(price=None)[0].saving is None


@pytest.mark.parametrize("over", [{"days": 13}, {"least_off_hours": 0}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
