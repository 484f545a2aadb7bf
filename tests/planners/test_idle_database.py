import pytest

from planners import idle_database
from planners.idle_database import Settings
from remediator.model import Effect

SPEC = {"status": "available", "instance_class": "db.m5.large", "engine": "postgres"}


@pytest.fixture
def changes(build):
    def run(kind, spec, usage, **over):
        seen = build.seen(kind, "x", spec, usage, declared={}, price="200", **over)
        return list(idle_database.plan(build.estate(seen), build.context(Settings())))

    return run


def test_a_database_that_nobody_connects_to_is_asked_about(build, changes) -> None:
    [change] = changes("aws_db_instance", SPEC, build.lookback(connections=0))

    assert change.title == "Stop database aws_db_instance.x, which nothing connects to"
    assert change.reason == "no connection to this db.m5.large (postgres) for 14 days"
    assert [a.type for a in change.actions] == ["aws_rds_instance_state"]
    assert "AWS starts a stopped database again after seven days" in change.doubts[0]
    assert change.saving is None  # its storage goes on being paid, and the price of the instance alone is not known


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [({"replicate_source_db": "main"}, "replica of main"), ({"replicas": ("a", "b")}, "replicas (a, b)")],
)
def test_replicas_are_named(build, changes, spec, doubt) -> None:
    [change] = changes("aws_db_instance", {**SPEC, **spec}, build.lookback(connections=0))

    assert any(doubt in said for said in change.doubts)


@pytest.mark.parametrize(("cpu", "doubted"), [(4.0, False), (60.0, True)])
def test_one_that_works_without_a_connection_may_run_jobs_of_its_own(build, changes, cpu, doubted) -> None:
    [change] = changes("aws_db_instance", SPEC, build.lookback(connections=0, cpu=cpu))

    said = "its CPU works (up to 60 %) although nothing connects, as for jobs that it schedules itself"
    assert (said in change.doubts) == doubted
    [unmeasured] = changes("aws_db_instance", SPEC, build.lookback(connections=0))
    assert [("what its CPU does" in one.missing) for one in (change, unmeasured)] == [False, True]


@pytest.mark.parametrize("usage", [{"connections": 1.0}, {"cpu": 0.0}])
def test_one_that_is_used_or_not_measured_stays(build, changes, usage) -> None:
    assert changes("aws_db_instance", SPEC, build.lookback(**usage)) == []


def test_a_cache_that_nobody_asks_is_asked_about(build, changes) -> None:
    [change] = changes(
        "aws_elasticache_replication_group", {"node_type": "cache.r6g.large"}, build.lookback(commands=0)
    )

    assert change.effect is Effect.DATA_LOSS
    assert "snapshot" in change.doubts[0]


def test_a_node_is_judged_with_its_group(build, changes) -> None:
    assert changes("aws_elasticache_cluster", {}, build.lookback(commands=0), member_of="group") == []
