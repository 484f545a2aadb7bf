from dataclasses import replace
from decimal import Decimal

import pytest

from planners import provisioned_iops
from planners.provisioned_iops import Settings
from remediator.model import Effect, SetAttribute

IO1 = {"type": "io1", "size": 500, "iops": 5000, "multi_attach_enabled": False}


@pytest.fixture
def changes(build):
    def run(spec=None, environment=None, without=(), **over):
        seen = replace(build.volume(spec={**IO1, **(spec or {})}, **over), environment=environment)
        return list(provisioned_iops.plan(build.estate(seen), build.context(Settings(), without)))

    return run


def test_gp3_gets_the_figures_that_io1_had(changes) -> None:
    [change] = changes()

    assert change.actions == (
        SetAttribute("type", "io1", "gp3"),
        SetAttribute("iops", 5000, 5000),
        SetAttribute("throughput", None, 500),
    )
    assert change.effect is Effect.IN_PLACE and not change.doubts
    # 500 x 0.125 + 5,000 x 0.065 before; 500 x 0.08 + 2,000 x 0.005 + 375 x 0.04 after
    assert change.saving.monthly == Decimal("322.50")


@pytest.mark.parametrize(
    ("iops", "figures"), [(100, (3000, 125)), (1000, (3000, 250)), (4000, (4000, 500)), (16000, (16000, 500))]
)
def test_never_less_than_before_and_never_less_than_what_is_free(changes, iops, figures) -> None:
    [change] = changes({"iops": iops})

    assert tuple(action.target for action in change.actions[1:]) == figures


@pytest.mark.parametrize(
    "spec", [{"iops": 16001}, {"multi_attach_enabled": True}, {"multi_attach_enabled": None}, {"type": "gp3"}]
)
def test_what_gp3_cannot_do_stays(changes, spec) -> None:
    assert changes(spec) == []


def test_io2_is_asked_about(changes) -> None:
    [change] = changes({"type": "io2", "iops": 8000})

    assert [doubt.split(" ")[0] for doubt in change.doubts] == ["io2", "it"]
    assert change.actions[2].target == 1000


@pytest.mark.parametrize(("size", "moves"), [(20, True), (19, False), (1, False)])
def test_gp3_takes_no_more_than_500_operations_for_each_gib(changes, size, moves) -> None:
    # io2 takes 1,000 for each
    assert bool(changes({"type": "io2", "size": size, "iops": 10_000})) is moves
    assert len(changes({"type": "io2", "size": 1, "iops": 1_000})) == 1  # 3,000 are free at any size


def test_production_is_asked_and_an_unknown_price_claims_nothing(changes) -> None:
    [change] = changes(environment="prod", without=("io1:iops",))

    assert "it is in prod" in change.doubts[0]
    assert change.saving is None and change.missing == ("list prices of io1 and gp3",)
