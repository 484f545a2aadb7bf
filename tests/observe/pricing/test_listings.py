import pytest

from remediator.observe import prices
from remediator.observe.pricing.listings import LISTINGS, Listing


def named(kind: str, usage: str) -> list[str]:
    return [item for x in LISTINGS if x.kind == kind and (item := x.names(usage))]


@pytest.mark.parametrize(
    ("kind", "usage", "items"),
    [
        ("aws_instance", "BoxUsage:g5.xlarge", ["g5.xlarge"]),
        ("aws_instance", "EU-BoxUsage:m5.metal", ["m5.metal"]),
        ("aws_instance", "UGW1-BoxUsage:m5.large", ["m5.large"]),
        ("aws_instance", "CNW1-BoxUsage:m5.large", ["m5.large"]),
        ("aws_instance", "DedicatedUsage:m5.large", []),
        ("aws_instance", "USE1-UnusedBox:m5.large", []),
        ("aws_ebs_volume", "EBS:VolumeUsage.gp3", ["gp3:storage"]),
        ("aws_ebs_volume", "EUC1-EBS:VolumeUsage.piops", ["io1:storage"]),
        ("aws_ebs_volume", "EBS:VolumeUsage", ["standard:storage"]),
        ("aws_ebs_volume", "EBS:VolumeP-IOPS.piops", ["io1:iops"]),
        ("aws_ebs_volume", "EBS:VolumeP-IOPS.io2", ["io2:iops"]),
        ("aws_ebs_volume", "EBS:VolumeP-IOPS.io2.tier2", []),
        ("aws_ebs_volume", "APN1-EBS:VolumeP-Throughput.gp3", ["gp3:throughput"]),
        ("aws_ebs_volume", "USW2-Outposts-EBS:VolumeUsage.gp3", []),
        ("aws_ebs_snapshot", "EBS:SnapshotUsage", ["standard:storage"]),
        ("aws_ebs_snapshot", "EBS:SnapshotUsageUnderBilling", []),
        ("aws_ebs_snapshot", "EBS:SnapshotArchiveStorage", ["archive:storage"]),
        ("aws_db_instance", "RDS:GP3-Storage", ["gp3:storage"]),
        ("aws_db_instance", "RDS:Multi-AZ-GP3-Storage", ["gp3:storage:multi"]),
        ("aws_db_instance", "RDS:Multi-AZCluster-GP3-Storage", []),
        ("aws_db_instance", "USE2-RDS:PIOPS", ["io1:iops"]),
        ("aws_db_instance", "RDS:Multi-AZ-PIOPS", ["io1:iops:multi"]),
        ("aws_db_instance", "RDS:GP3-PIOPS", []),
        ("aws_db_instance", "EUW2-RDS:PIOPS-Storage-IO2", ["io2:storage"]),
        ("aws_db_instance", "RDS:IO2-PIOPS", ["io2:iops"]),
        ("aws_db_instance", "RDS:Multi-AZ-IO2-PIOPS", ["io2:iops:multi"]),
        ("aws_elasticache_cluster", "USE1-ExtendedSupportYr3-NodeUsage:cache.t3.micro", []),
        ("aws_nat_gateway", "NatGateway-Hours", ["hour"]),
        ("aws_nat_gateway", "EUW2-RegionalNatGateway-Hours", []),
        ("aws_elb", "TS-LoadBalancerUsage", []),
        ("aws_eip", "USE1-PublicIPv4:IdleAddress", ["hour"]),
        ("aws_eip", "USE1-PublicIPv4:InUseAddress", []),
        ("aws_sagemaker_endpoint", "USE1-Host:ml.g5.xlarge", ["ml.g5.xlarge"]),
        ("aws_sagemaker_notebook_instance", "EU-Notebk:ml.t3.medium", ["ml.t3.medium"]),
        ("aws_sagemaker_endpoint", "USE1-AsyncInf:ml.g5.xlarge", []),
        ("aws_cloudwatch_log_group", "USE1-TimedStorage-ByteHrs", ["storage"]),
        ("aws_fsx_lustre_file_system", "USW2-Storage.SSD.200", ["SSD:200:storage"]),
        ("aws_fsx_lustre_file_system", "USW2-Storage", ["SSD:scratch:storage"]),
        ("aws_efs_file_system", "USE1-TimedStorage-Z-ByteHrs", ["one-zone:storage"]),
        ("aws_efs_file_system", "USE1-ProvisionedTP-MiBpsHrs", ["throughput"]),
        ("aws_eks_cluster", "USE1-AmazonEKS-Hours:perCluster", ["hour"]),
        ("aws_eks_cluster", "USE1-AmazonEKS-Hours:extendedSupport", []),
        ("aws_s3_bucket", "EU-TimedStorage-ByteHrs", ["standard:storage"]),
        ("aws_s3_bucket", "EU-TimedStorage-SIA-ByteHrs", []),
        ("aws_sagemaker_training_job", "USE1-Train:ml.p4d.24xlarge", ["ml.p4d.24xlarge"]),
    ],
)
def test_a_usage_type_is_the_price_of_one_item_or_none(kind: str, usage: str, items: list[str]) -> None:
    assert named(kind, usage) == items


def test_databases_and_caches_are_told_apart_by_engine_and_zones() -> None:
    found = {x.item: x.query.attributes for x in LISTINGS if x.names("USE1-InstanceUsage:db.t3.large")}
    caches = {x.item: x.query.attributes for x in LISTINGS if x.names("NodeUsage:cache.r6g.large")}

    assert ("databaseEngine", "PostgreSQL") in found["{type}:postgres:single"]
    assert ("deploymentOption", "Single-AZ") in found["{type}:postgres:single"]
    assert not any("multi" in item for item in found)
    assert ("cacheEngine", "Redis") in caches["{type}:redis"]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("db.r6g.2xl", "db.r6g.2xlarge"),
        ("db.r5.xl", "db.r5.xlarge"),
        ("db.x2g.2xlarge", "db.x2g.2xlarge"),
        ("db.t3.large", "db.t3.large"),
    ],
)
def test_rds_writes_sizes_short_in_usage_types(short: str, long: str) -> None:
    items = named("aws_db_instance", f"USW2-InstanceUsageIOOptimized:{short}")

    assert items == [f"{long}:aurora-postgresql:io-optimized", f"{long}:aurora-mysql:io-optimized"]
    assert f"{long}:mysql:multi" in named("aws_db_instance", f"Multi-AZUsage:{short}")


def test_what_is_embedded_of_a_listed_kind_is_listed_under_the_same_name_and_unit() -> None:
    def listings(kind: str, item: str) -> list[Listing]:
        return [x for x in LISTINGS if x.kind == kind and x.wanted([item]) and ("{type}" in x.item or x.item == item)]

    kinds = {x.kind for x in LISTINGS}
    for (kind, item), price in prices.load().prices.items():
        if kind in kinds:
            assert [x.unit for x in listings(kind, item)] == [price.unit], (kind, item)


def test_every_listing_has_its_own_place_and_key() -> None:
    assert len({x.key for x in LISTINGS}) == len(LISTINGS)
    assert len({(x.kind, x.item) for x in LISTINGS}) == len(LISTINGS)
