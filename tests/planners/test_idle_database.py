import pytest

from planners import idle_database
from planners.idle_database import Settings
from remediator.model import Effect, Usage

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
    [
        ({"replicate_source_db": "main"}, "replica of main, and AWS stops none"),
        ({"replicas": ("a", "b")}, "replicas (a, b)"),
        ({"engine": "sqlserver-se", "multi_az": True}, "SQL Server in several zones"),
    ],
)
def test_what_aws_does_not_stop_is_named(build, changes, spec, doubt) -> None:
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


def cluster(build, usage, *members, **spec):
    """An Aurora cluster, and instances by their price a month."""
    known = {"engine": "aurora-postgresql", "status": "available", **spec}
    seen = build.seen("aws_rds_cluster", "orders", known, usage, declared={})
    instances = [
        build.seen("aws_rds_cluster_instance", f"orders-{n}", {"cluster_identifier": "orders"}, Usage(), price=price)
        for n, price in enumerate(members)
    ]
    return list(idle_database.plan(build.estate(seen, *instances), build.context(Settings())))


def test_an_aurora_cluster_that_nobody_connects_to_is_asked_about(build) -> None:
    [change] = cluster(build, build.lookback(connections=0), "200", "150")

    assert change.title == "Stop Aurora cluster aws_rds_cluster.orders, which nothing connects to"
    assert change.actions == ()  # Terraform has no attribute that stops one
    assert change.saving.monthly == 350 and change.effect is Effect.STOP
    assert "after seven days" in change.doubts[0]
    assert cluster(build, build.lookback(connections=1), "200") == []
    assert cluster(build, build.lookback(connections=0), "200", engine="postgres") == []


def test_an_instance_of_unknown_price_leaves_the_saving_unknown(build) -> None:
    [change] = cluster(build, build.lookback(connections=0), "200", None)

    assert change.saving is None


def test_a_serverless_cluster_may_pause_by_itself(build) -> None:
    spec = {"serverlessv2_scaling_configuration.min_capacity": 0.5}
    [change] = cluster(build, build.lookback(connections=0), None, **spec)

    assert [(a.path, a.target) for a in change.actions] == [("serverlessv2_scaling_configuration.min_capacity", 0)]
    assert cluster(build, build.lookback(connections=0), None, **{next(iter(spec)): 0}) == []


def test_a_cluster_of_a_global_database_cannot_be_stopped(build) -> None:
    [change] = cluster(build, build.lookback(connections=0), "200", global_cluster_identifier="world")

    assert any("global database world" in doubt for doubt in change.doubts)


def test_a_cache_of_a_global_datastore_is_asked_about(build, changes) -> None:
    spec = {"node_type": "cache.r6g.large", "global_replication_group_id": "ldgnf-world"}
    [change] = changes("aws_elasticache_replication_group", spec, build.lookback(commands=0))

    assert any("global datastore ldgnf-world" in doubt for doubt in change.doubts)
