from dataclasses import replace
from decimal import Decimal

import pytest

from planners import database_class
from planners.database_class import Settings
from remediator.model import Effect, Finding, Opinion, SetAttribute, Usage

GIB = 2**30
CALM = {"cpu": 20, "network": 1e6, "storage_bytes": 1e6, "storage_ops": 100, "connections": 40}
DB = {"instance_class": "db.m5.2xlarge", "engine": "mysql", "status": "available", "multi_az": False}


@pytest.fixture
def usage(build):
    """Two weeks, in which at least so many GiB of memory were free."""

    def make(free=24.0, without=(), days=14, coverage=1.0, **over):
        known = {name: value for name, value in {**CALM, **over}.items() if name not in without}
        measured = build.lookback(days=days, coverage=coverage, **known)
        if "free_memory" in without:
            return measured
        memory = build.metric("free_memory", free * GIB, hours=days * 24, coverage=coverage)
        return Usage((*measured.summaries, replace(memory, minimum=free * GIB)))

    return make


@pytest.fixture
def changes(build, usage):
    def run(measured=None, spec=None, environment="dev", without=(), settings=None, opinions=(), **over):
        seen = build.seen("aws_db_instance", "orders", {**DB, **(spec or {})}, measured or usage(), declared={}, **over)
        seen = replace(seen, environment=environment, opinions=opinions)
        return list(database_class.plan(build.estate(seen), build.context(settings or Settings(), without)))

    return run


def test_a_database_of_which_half_is_not_used_goes_one_class_down(changes) -> None:
    [change] = changes()

    assert change.actions == (SetAttribute("instance_class", "db.m5.2xlarge", "db.m5.xlarge"),)
    assert change.effect is Effect.RESTART and not change.doubts
    # 730 hours of 0.684 less 0.342
    assert change.saving.monthly == Decimal("249.66")
    assert "maintenance window" in change.reason
    assert any("reserved" in said for said in change.missing)


@pytest.mark.parametrize(
    "over",
    [
        {"cpu": 40.0},
        {"free": 18.0},
        {"network": 4e8},
        {"storage_bytes": 2e8},
        {"storage_ops": 6000},
        {"connections": 1200},
        {"connections": 0},
        {"without": ("cpu",)},
        {"without": ("free_memory",)},
        {"without": ("connections",)},
        {"without": ("network",)},
        {"without": ("storage_ops",)},
        {"days": 13},
        {"coverage": 0.9},
    ],
    ids=str,
)
def test_what_the_smaller_class_may_not_hold_or_is_not_known_stays(changes, usage, over) -> None:
    assert changes(usage(**over)) == []


def test_more_free_memory_than_the_class_has_is_evidence_of_a_larger_class(build, changes, usage) -> None:
    # 24 of 32 GiB at least, and at some time more than there is: it had a larger class then, and shares of that
    measured = usage(free=24.0)
    larger = (replace(s, maximum=40 * GIB) if s.name == "free_memory" else s for s in measured.summaries)

    assert changes(Usage(tuple(larger))) == []


def test_the_boundary_is_headroom_and_history_over_the_highest_free_memory(changes, usage) -> None:
    # 16 GiB hold x GiB in use where x times 1.2 times 15/14 is at most 16, which is 12.44
    assert changes(usage(free=32 - 12.4))
    assert changes(usage(free=32 - 12.5)) == []


@pytest.mark.parametrize(
    ("engine", "most"),
    # 90 % of 16 GiB over the bytes a connection, less 20 %
    [("mysql", 1023), ("mariadb", 511), ("postgres", 1351)],
)
def test_connections_have_to_be_allowed_by_the_smaller_class(changes, usage, engine, most) -> None:
    assert changes(usage(connections=most), {"engine": engine})
    assert changes(usage(connections=most + 2), {"engine": engine}) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"engine": "oracle-ee"},
        {"status": "stopped"},
        {"instance_class": "db.t3.xlarge"},
        {"instance_class": "db.unheard.of"},
        {"instance_class": None},
        {"instance_class": "db.m5.large"},
    ],
    ids=str,
)
def test_other_engines_burstable_and_unknown_classes_and_the_smallest_stay(changes, spec) -> None:
    assert changes(spec=spec) == []


def test_a_kept_tag_keeps_it(changes) -> None:
    assert changes(tags={"remediator:keep": ""}) == []


def test_an_unknown_price_claims_nothing(changes) -> None:
    [change] = changes(spec={"engine": "postgres"})

    assert change.saving is None
    assert change.actions[0].target == "db.m5.xlarge"
    assert any("list prices of db.m5.2xlarge and db.m5.xlarge" in said for said in change.missing)


def test_where_only_one_price_is_known_nothing_is_wanted(changes) -> None:
    assert changes(without=("db.m5.xlarge:mysql:single",)) == []


def test_production_is_asked_unless_the_evidence_holds_a_turn_of_the_month(changes, usage) -> None:
    [asked], [sure] = changes(environment="prod"), changes(usage(days=32), environment="prod")

    assert "no turn of a month" in asked.doubts[0] and asked.confidence == 0.5
    assert not sure.doubts


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [({"replicate_source_db": "main"}, "a replica of main"), ({"replicas": ("two",)}, "it has replicas (two)")],
)
def test_replicas_are_asked_about(changes, spec, doubt) -> None:
    [change] = changes(spec=spec)

    assert doubt in change.doubts[0]


def test_an_adviser_that_finds_it_too_small_makes_it_a_question(changes) -> None:
    place = ("ml", "us-east-1", "aws_db_instance", "orders")
    under = Opinion(*place, "AWS Compute Optimizer", Finding.UNDER, current="db.m5.2xlarge")
    higher = Opinion(*place, "AWS Compute Optimizer", Finding.OVER, current="db.m5.2xlarge", best="db.m5.4xlarge")

    assert changes(opinions=(under,))[0].doubts == ("AWS Compute Optimizer finds it underprovisioned",)
    assert "no lower than db.m5.4xlarge" in changes(opinions=(higher,))[0].doubts[0]


@pytest.mark.parametrize("over", [{"days": 13}, {"coverage": 0.5}, {"headroom": -1}, {"largest_step": 4}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
