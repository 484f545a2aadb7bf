from dataclasses import replace
from decimal import Decimal

import pytest

from planners import idle_file_system
from planners.idle_file_system import Settings
from remediator.model import Effect, Launcher, Level, RemoveResource, Usage

SPEC = {"storage_capacity": 4800, "deployment_type": "PERSISTENT_2", "data_repository": "s3://sets"}


@pytest.fixture
def changes(build):
    def run(usage, settings=None, environment="dev", spec=SPEC, **over):
        over = {"declared": {}, "price": "696.00", **over}
        seen = replace(build.seen("aws_fsx_lustre_file_system", "fs-1", spec, usage, **over), environment=environment)
        return list(idle_file_system.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def test_a_file_system_without_an_operation_is_asked_about(build, changes) -> None:
    [change] = changes(build.lookback(file_operations=0))

    assert (change.resource.id, change.concern, change.actions) == ("fs-1", "existence", (RemoveResource(),))
    assert change.reason == "no operation on its 4,800 GiB (PERSISTENT_2) for 14 days"
    assert change.doubts == ("it is linked to s3://sets; what was not exported there is lost with it",)
    assert (change.effect, change.risk, change.confidence) == (Effect.DATA_LOSS, Level.HIGH, 0.5)
    assert change.saving.monthly == Decimal("696.00")
    assert change.accrued == Decimal("320.35")  # 14 of its days
    assert [summary.name for summary in change.evidence] == ["file_operations"]


@pytest.mark.parametrize("most", [0.0001, 3])
def test_a_single_operation_keeps_it(build, changes, most) -> None:
    assert changes(build.lookback(file_operations=most)) == []


def test_evidence_must_be_there_long_and_complete(build, changes) -> None:
    assert changes(Usage()) == []
    assert changes(build.lookback(free_capacity=0)) == []
    assert changes(build.lookback(days=13.8, file_operations=0)) == []
    assert len(changes(build.lookback(days=13.9, file_operations=0))) == 1
    assert changes(build.lookback(coverage=0.94, file_operations=0)) == []
    assert len(changes(build.lookback(coverage=0.951, file_operations=0))) == 1


def test_what_lies_nowhere_else_is_said_to_be_lost(build, changes) -> None:
    [change] = changes(build.lookback(file_operations=0), spec={**SPEC, "data_repository": None})

    assert change.doubts == ("what it holds is lost with it; copy or back it up first",)


def test_what_is_not_told_of_it_is_not_made_up(build, changes) -> None:
    [change] = changes(build.lookback(file_operations=0), spec={}, price=None)

    assert change.reason == "no operation on it for 14 days"
    assert change.saving is None and change.accrued is None


@pytest.mark.parametrize(("environment", "asked"), [("prod", True), ("staging", False), (None, False)])
def test_production_is_asked_about_as_such(build, changes, environment, asked) -> None:
    [change] = changes(build.lookback(file_operations=0), environment=environment)

    assert any("it is in prod" in doubt for doubt in change.doubts) is asked


def test_what_a_tag_keeps_is_left_alone(build, changes) -> None:
    assert changes(build.lookback(file_operations=0), tags={"remediator:keep": ""}) == []
    assert changes(build.lookback(file_operations=0), Settings(keep_tags=("hold",)), tags={"hold": "yes"}) == []


def test_one_that_a_controller_made_is_decided_there(build, changes) -> None:
    made = Launcher("Kubernetes", "volume claim", "sets")
    [change] = changes(build.lookback(file_operations=0), launched_by=made)

    assert any("Kubernetes (volume claim sets) launched it" in doubt for doubt in change.doubts)
