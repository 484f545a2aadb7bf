from dataclasses import replace
from decimal import Decimal

import pytest

from planners import log_retention
from planners.log_retention import Settings
from remediator.model import SetAttribute, Usage


@pytest.fixture
def changes(build):
    def run(spec, settings=None, environment="dev", **over):
        held = {"stored_bytes": 2_000_000_000_000, **spec}
        seen = build.seen("aws_cloudwatch_log_group", "/x", held, Usage(), declared={}, **{"age_days": 730, **over})
        seen = replace(seen, environment=environment)
        return list(log_retention.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def test_a_group_that_keeps_everything_gets_a_retention(changes) -> None:
    [change] = changes({}, price="56")

    assert change.actions == (SetAttribute("retention_in_days", None, 365),)
    assert change.effect.value == "data loss"
    assert change.saving.monthly == Decimal(28)  # half of it is older than a year
    assert change.saving.low == 0
    assert not change.doubts


@pytest.mark.parametrize("over", [{"spec": {"retention_in_days": 30}}, {"age_days": 300}, {"age_days": None}])
def test_one_that_has_a_retention_or_nothing_old_stays(changes, over) -> None:
    assert changes(over.pop("spec", {}), **over) == []


def test_production_is_asked(changes) -> None:
    [change] = changes({}, environment="prod")

    assert "it is in prod" in change.doubts[0]


def test_what_may_be_in_production_is_asked_about_since_nothing_brings_events_back(changes) -> None:
    [unknown] = changes({}, environment=None)
    [told] = changes({}, Settings(ask_in=()), environment=None)

    assert "it may be in production, since nothing says not" in unknown.doubts[0]
    assert not told.doubts


def test_only_what_cloudwatch_allows_can_be_set(changes) -> None:
    with pytest.raises(ValueError, match="retention_in_days = 100 is not one of 30, 60"):
        Settings(retention_in_days=100)


def test_a_group_whose_retention_aws_sets_is_left_alone(changes) -> None:
    assert changes({"log_group_class": "DELIVERY"}) == []


def test_what_is_stored_is_not_what_is_paid(changes) -> None:
    [change] = changes({}, price="56")

    assert change.saving.low == 0
    assert "how far AWS compresses them, which is what is paid" in change.missing


@pytest.mark.parametrize(
    ("name", "tags", "doubt"),
    [
        ("aws-cloudtrail-logs-123456789012", {}, "its name says"),
        ("/aws/eks/prod/cluster", {}, "its name says"),
        ("vpc-flow-logs", {}, "its name says"),
        ("/aws/VPCFlowLogs", {}, "its name says"),
        ("flowlogs", {}, "its name says"),
        ("/app/audit", {}, "its name says"),
        ("/x", {"Compliance": "pci"}, "its tag Compliance says"),
        ("/x", {"legal-hold": ""}, "its tag legal-hold says"),
    ],
)
def test_what_may_be_kept_by_law_is_asked_about(build, name, tags, doubt) -> None:
    held = {"stored_bytes": 2_000_000_000_000}
    seen = build.seen("aws_cloudwatch_log_group", name, held, Usage(), declared={}, age_days=730, tags=tags)
    [change] = log_retention.plan(build.estate(seen), build.context(Settings()))

    assert doubt in change.doubts[0]


@pytest.mark.parametrize("name", ["mlflow-logs", "/ecs/workflow-logs", "airflow_logs", "tensorflowlogs"])
def test_the_logs_of_a_workflow_are_no_flow_logs(build, name) -> None:
    held = {"stored_bytes": 2_000_000_000_000}
    seen = build.seen("aws_cloudwatch_log_group", name, held, Usage(), declared={}, age_days=730)
    [change] = log_retention.plan(build.estate(seen), build.context(Settings()))

    assert not change.doubts


def test_an_auditorium_is_no_audit(build) -> None:
    held = {"stored_bytes": 2_000_000_000_000}
    seen = build.seen("aws_cloudwatch_log_group", "/auditorium/web", held, Usage(), declared={}, age_days=730)
    [change] = log_retention.plan(build.estate(seen), build.context(Settings()))

    assert not change.doubts
