from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from remediator.model import Attributes, Price, Resource, Value
from remediator.observe import prices
from remediator.observe.costs import monthly_price

HELD = "size_in_bytes.value"


def resource(kind: str, region: str = "us-east-1", **spec: Value) -> Resource:
    return Resource(
        "aws", "dev", region, kind, "x", None, Attributes(spec), Attributes(), datetime(2026, 1, 1, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("seen", "amount"),
    [
        (resource("aws_instance", instance_type="g5.xlarge"), Decimal("734.380")),
        (
            resource("aws_instance", instance_type="g5.xlarge", platform="Linux/UNIX", tenancy="default"),
            Decimal("734.380"),
        ),
        (resource("aws_ebs_volume", type="gp2", size=800), Decimal("80.0")),
        (resource("aws_ebs_volume", type="gp3", size=800, iops=3000, throughput=125), Decimal("64.00")),
        (resource("aws_ebs_volume", type="gp3", size=800, iops=4000, throughput=250), Decimal("74.00")),
        (resource("aws_ebs_volume", type="io2", size=100, iops=1000), Decimal("77.5")),
        (resource("aws_autoscaling_group", member_types=("g5.xlarge", "g5.xlarge")), Decimal("1468.760")),
        (resource("aws_eks_cluster"), Decimal("73.0")),
        (
            resource("aws_efs_file_system", **{f"{HELD}_in_standard": 100 * 2**30, f"{HELD}_in_ia": 10 * 2**30}),
            Decimal("30.25"),
        ),
        (
            resource(
                "aws_efs_file_system",
                availability_zone_name="us-east-1a",
                throughput_mode="provisioned",
                provisioned_throughput_in_mibps=11,
                **{f"{HELD}_in_standard": 20 * 2**30},
            ),
            Decimal("63.2"),
        ),
    ],
)
def test_the_list_price_a_month(seen: Resource, amount: Decimal) -> None:
    price = monthly_price(seen, prices.load())

    assert price is not None
    assert (price.amount, price.unit, price.currency) == (amount, "month", "USD")


@pytest.mark.parametrize(
    "seen",
    [
        resource("aws_instance", instance_type="z9.unheard"),
        resource("aws_instance", "eu-north-1", instance_type="g5.xlarge"),
        resource("aws_ebs_volume", type="gp9", size=1),
        resource("aws_autoscaling_group", member_types=("g5.xlarge", "z9.unheard")),
        resource("aws_autoscaling_group"),
        resource("aws_s3_bucket"),
        resource("aws_efs_file_system", **{f"{HELD}_in_archive": 2**30}),
        resource("aws_rds_cluster_instance", instance_class="db.serverless", engine="aurora-mysql"),
        resource("aws_batch_compute_environment", **{"compute_resources.min_vcpus": 4}),
        resource("aws_ec2_capacity_block_reservation", instance_type="p5.48xlarge", instance_count=1),
        resource("aws_instance", instance_type="g5.xlarge", instance_lifecycle="spot"),
        resource("aws_instance", instance_type="g5.xlarge", platform="Windows"),
        resource("aws_instance", instance_type="g5.xlarge", platform="Red Hat Enterprise Linux"),
        resource("aws_instance", instance_type="g5.xlarge", tenancy="dedicated"),
        resource("aws_autoscaling_group", member_types=("g5.xlarge",), on_demand_percentage=0),
    ],
)
def test_an_unknown_price_is_none_and_not_zero(seen: Resource) -> None:
    assert monthly_price(seen, prices.load()) is None


def test_jobs_and_members_of_aurora_are_priced_by_what_they_run_on() -> None:
    class Book:
        def price(self, kind: str, item: str, region: str) -> Price | None:
            known = {
                ("aws_sagemaker_training_job", "ml.p4d.24xlarge"): Decimal(25),
                ("aws_db_instance", "db.r6g.large:aurora-postgresql:single"): Decimal("0.26"),
                ("aws_db_instance", "db.r6g.large:aurora-postgresql:io-optimized"): Decimal("0.338"),
                ("aws_s3_bucket", "standard:storage"): Decimal("0.021"),
            }
            amount = known.get((kind, item))
            return None if amount is None else Price(amount, "hour", "CNY", "x", date(2026, 11, 1))

    job = resource("aws_sagemaker_training_job", instance_types=("ml.p4d.24xlarge",), instance_counts=("2",))
    member = {"instance_class": "db.r6g.large", "engine": "aurora-postgresql"}
    amounts = [
        (price.amount, price.currency)
        for seen in (
            job,
            resource("aws_rds_cluster_instance", **member, storage_type="aurora"),
            resource("aws_rds_cluster_instance", **member, storage_type="aurora-iopt1"),
            resource("aws_s3_bucket", standard_bytes=1000 * 2.0**30),
        )
        if (price := monthly_price(seen, Book())) is not None
    ]

    assert [float(amount) for amount, _ in amounts] == pytest.approx([36500, 189.8, 246.74, 21])
    assert {currency for _, currency in amounts} == {"CNY"}  # as the price list has it
    spot = resource("aws_sagemaker_training_job", **dict(job.spec), enable_managed_spot_training=True)
    assert monthly_price(spot, Book()) is None


def test_iops_that_a_database_has_bought_are_in_its_price() -> None:
    class Book:
        def price(self, kind: str, item: str, region: str) -> Price | None:
            amount = {"db.m5.large:mysql:single": "0.1", "io1:storage": "0.125", "io1:iops": "0.10"}.get(item)
            return None if amount is None else Price(Decimal(amount), "unit", "USD", "list", date(2026, 7, 20))

    database = {"instance_class": "db.m5.large", "engine": "mysql", "multi_az": False, "allocated_storage": 100}
    bought = resource("aws_db_instance", storage_type="io1", iops=1000, **database)
    unknown = resource("aws_db_instance", storage_type="io2", iops=1000, **database)

    price = monthly_price(bought, Book())

    # 730 hours of 0.1, 100 GiB of 0.125, and 1,000 operations a second of 0.10
    assert price is not None and price.amount == Decimal("185.5")
    assert monthly_price(unknown, Book()) is None
