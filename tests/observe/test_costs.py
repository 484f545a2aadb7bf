from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.model import Attributes, Resource, Value
from remediator.observe import prices
from remediator.observe.costs import monthly_price


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
        resource("aws_instance", instance_type="g5.xlarge", instance_lifecycle="spot"),
        resource("aws_instance", instance_type="g5.xlarge", platform="Windows"),
        resource("aws_instance", instance_type="g5.xlarge", platform="Red Hat Enterprise Linux"),
        resource("aws_instance", instance_type="g5.xlarge", tenancy="dedicated"),
        resource("aws_autoscaling_group", member_types=("g5.xlarge",), on_demand_percentage=0),
    ],
)
def test_an_unknown_price_is_none_and_not_zero(seen: Resource) -> None:
    assert monthly_price(seen, prices.load()) is None
