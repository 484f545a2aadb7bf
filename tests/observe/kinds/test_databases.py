"""Databases and caches."""

import pytest

from remediator.observe.inventory import resource
from tests.observe.kinds.conftest import BY_NAME


def test_databases_and_caches_are_listed_with_their_size(cloud, listed) -> None:
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="main",
        DBInstanceClass="db.m5.large",
        Engine="postgres",
        AllocatedStorage=100,
        MasterUsername="x",
        MasterUserPassword="password",
        Tags=[{"Key": "team", "Value": "ranking"}],
    )
    cloud.client("elasticache").create_cache_cluster(
        CacheClusterId="hot", CacheNodeType="cache.m5.large", Engine="redis", NumCacheNodes=1
    )
    [database], [cache] = listed("aws_db_instance"), listed("aws_elasticache_cluster")

    assert (database.id, database.spec["instance_class"], database.spec["engine"]) == (
        "main",
        "db.m5.large",
        "postgres",
    )
    assert (database.spec["allocated_storage"], database.tags["team"]) == (100, "ranking")
    assert (cache.id, cache.spec["node_type"], cache.spec["engine"]) == ("hot", "cache.m5.large", "redis")
    assert cache.member_of is None


def test_an_aurora_cluster_and_its_instances_are_resources_of_their_own(cloud, listed) -> None:
    rds = cloud.client("rds")
    scaling = {"MinCapacity": 0.5, "MaxCapacity": 4}
    rds.create_db_cluster(
        DBClusterIdentifier="main",
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="password1",
        ServerlessV2ScalingConfiguration=scaling,
        Tags=[{"Key": "team", "Value": "ranking"}],
    )
    rds.create_db_instance(
        DBInstanceIdentifier="main-1",
        DBClusterIdentifier="main",
        DBInstanceClass="db.r6g.large",
        Engine="aurora-postgresql",
    )
    [cluster], [instance] = listed("aws_rds_cluster"), listed("aws_rds_cluster_instance")

    assert (cluster.id, cluster.spec["engine"], cluster.tags["team"]) == ("main", "aurora-postgresql", "ranking")
    assert cluster.spec["serverlessv2_scaling_configuration.min_capacity"] == 0.5
    assert cluster.spec.texts("cluster_members") == ("main-1",) and cluster.spec["writer"] == "main-1"
    assert (cluster.spec.text("db_cluster_parameter_group_name") or "").startswith("default.aurora")
    assert (instance.id, instance.spec["cluster_identifier"]) == ("main-1", "main")
    assert instance.spec["instance_class"] == "db.r6g.large"
    assert instance.spec.texts("db_parameter_group_names")[0].startswith("default.aurora-postgresql")
    assert listed("aws_db_instance") == []


@pytest.mark.parametrize(
    ("groups", "nodes"),
    [
        ([{"NodeGroupMembers": [{}, {}, {}]}, {"NodeGroupMembers": [{}, {}]}], 2),
        ([{"NodeGroupMembers": [{}]}], 1),
        ([], None),
        (None, None),
    ],
)
def test_a_group_of_caches_says_how_many_nodes_its_smallest_shard_has(groups: object, nodes: int | None) -> None:
    item = {"ReplicationGroupId": "sessions", "NodeGroups": groups}

    found = resource(BY_NAME["aws_elasticache_replication_group"], item, "ml", "us-east-1")

    assert found.spec.number("nodes_per_shard") == nodes
