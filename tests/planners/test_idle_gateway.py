from dataclasses import replace
from decimal import Decimal

import pytest

from planners import idle_gateway
from planners.idle_gateway import Settings
from remediator.model import Effect, Launcher, RemoveResource, Usage

SILENT = {"connections": 0, "traffic": 0}


@pytest.fixture
def changes(build):
    def run(usage, settings=None, environment="dev", spec=None, **over):
        over = {"declared": {}, "price": "32.85", **over}
        seen = replace(build.seen("aws_nat_gateway", "nat-1", spec or {}, usage, **over), environment=environment)
        return list(idle_gateway.plan(build.estate(seen), build.context(settings or Settings())))

    return run


@pytest.mark.parametrize(
    ("usage", "found"),
    [
        (SILENT, True),
        ({"connections": 0, "traffic": 1}, False),
        ({"connections": 0, "traffic": 0.001}, False),
        ({"connections": 1, "traffic": 0}, False),
        ({"connections": 0}, False),
        ({"traffic": 0}, False),
        ({}, False),
    ],
)
def test_a_gateway_goes_only_if_neither_connections_nor_bytes_were_seen(build, changes, usage, found) -> None:
    assert [c.actions for c in changes(build.lookback(**usage))] == ([(RemoveResource(),)] if found else [])


def test_a_removal_says_what_it_saves_and_what_is_not_known(build, changes) -> None:
    [change] = changes(build.lookback(**SILENT))

    assert change.reason.startswith("no connection and no byte for 14 days")
    assert change.missing == ("route tables that name it", "whether it stands by for another zone")
    assert (change.effect, change.doubts, change.confidence) == (Effect.REMOVAL, (), 0.9)
    assert (change.saving.monthly, change.accrued) == (Decimal("32.85"), Decimal("15.12"))
    assert [summary.name for summary in change.evidence] == ["connections", "traffic"]


def test_evidence_must_be_long_and_complete_of_both(build, changes) -> None:
    assert changes(build.lookback(days=13.8, **SILENT)) == []
    assert len(changes(build.lookback(days=13.9, **SILENT))) == 1
    assert changes(build.lookback(coverage=0.94, **SILENT)) == []
    short = build.metric("traffic", 0, hours=13 * 24)
    whole = build.metric("connections", 0)
    assert changes(Usage((whole, short))) == []
    gaps = build.metric("connections", 0, coverage=0.5)
    assert changes(Usage((gaps, build.metric("traffic", 0)))) == []


def test_it_takes_longer_where_that_is_asked_for(build, changes) -> None:
    assert changes(build.lookback(**SILENT), Settings(days=32)) == []
    assert len(changes(build.lookback(days=32, **SILENT), Settings(days=32))) == 1


@pytest.mark.parametrize(("spec", "paid"), [("public", True), (None, True), ("private", False)])
def test_an_address_that_stays_is_paid_for(build, changes, spec, paid) -> None:
    [change] = changes(build.lookback(**SILENT), spec={"connectivity_type": spec} if spec else {})

    assert ("its Elastic IP is paid for as before" in change.reason) is paid


@pytest.mark.parametrize(("environment", "asked"), [("prod", True), ("staging", False), (None, False)])
def test_a_person_decides_in_production(build, changes, environment, asked) -> None:
    [change] = changes(build.lookback(**SILENT), environment=environment)

    assert (["it is in prod" in doubt for doubt in change.doubts], change.confidence) == (
        ([True], 0.5) if asked else ([], 0.9)
    )


def test_an_unknown_price_claims_nothing(build, changes) -> None:
    [change] = changes(build.lookback(**SILENT), price=None)

    assert change.saving is None and change.accrued is None


def test_what_a_tag_keeps_is_left_alone(build, changes) -> None:
    assert changes(build.lookback(**SILENT), tags={"remediator:keep": ""}) == []
    assert changes(build.lookback(**SILENT), Settings(keep_tags=("standby",)), tags={"standby": "b"}) == []


def test_one_that_a_controller_made_is_decided_there(build, changes) -> None:
    [change] = changes(build.lookback(**SILENT), launched_by=Launcher("AWS Elastic Beanstalk", "environment", "web"))

    assert "launched it and would launch another" in change.doubts[0]
