"""What a saving comes to at most, at least, and why."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import idle_gpu
from planners._money import monthly, whole
from remediator.model import Finding, Opinion, Price, Usage


def a_month(amount: str, currency: str = "USD") -> Price:
    return Price(Decimal(amount), "month", currency, "AWS Price List", date(2026, 7, 20))


@pytest.fixture
def seen(build):
    def make(kind="aws_instance", *opinions):
        return replace(build.seen(kind, "x", {}, Usage()), opinions=opinions)

    return make


def thinks(**said) -> Opinion:
    return Opinion("ml", "us-east-1", "aws_instance", "x", "AWS Compute Optimizer", Finding.UNKNOWN,
                   currency="USD", **said)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "low"),
    [
        ("aws_instance", "28.00"),
        ("aws_autoscaling_group", "28.00"),
        ("aws_sagemaker_endpoint", "36.00"),
        ("aws_db_instance", "31.00"),
        ("aws_elasticache_cluster", "45.00"),
        ("aws_ebs_volume", "100.00"),
        ("aws_nat_gateway", "100.00"),
    ],
)
def test_at_least_what_is_left_under_the_deepest_published_discount(seen, kind, low) -> None:
    saved = whole(a_month("100"), seen(kind))

    assert (saved.low, saved.monthly, saved.high) == (Decimal(low), Decimal("100.00"), Decimal("100.00"))
    if low == "100.00":
        assert saved.basis == "list, which no Savings Plan or reservation lowers"
    else:
        share = Decimal(low) / 100
        assert saved.basis == f"list, always on; at least {share:.0%} of it, as under the deepest published commitment"


def test_what_an_adviser_counts_after_commitments_takes_the_place_of_the_deepest_discount(seen) -> None:
    idle = seen("aws_instance", thinks(idle=True, net=Decimal("61.5")))
    sized = seen("aws_instance", thinks(best="m5.large", net=Decimal(9)))

    assert whole(a_month("100"), idle).low == Decimal("61.50")
    said = "list; at least 61.50, which is what AWS Compute Optimizer counts after commitments"
    assert (whole(a_month("100"), idle).basis, whole(a_month("100"), idle).net_low) == (said, True)
    assert not whole(a_month("100"), seen()).net_low
    assert monthly(a_month("100"), a_month("50"), sized, "m5.large").low == Decimal("9.00")


@pytest.mark.parametrize("said", [{"idle": False}, {"idle": None}, {"idle": True, "currency": "CNY"}], ids=str)
def test_an_opinion_on_something_else_does_not(seen, said) -> None:
    other = replace(thinks(net=Decimal(1)), **said)

    assert whole(a_month("100"), seen("aws_instance", other)).low == Decimal("28.00")
    assert monthly(a_month("100"), a_month("50"), seen("aws_instance", other), "m5.xlarge").low == Decimal("14.00")


def test_what_may_go_on_being_paid_is_said(seen) -> None:
    stored, run = (whole(a_month("100"), seen(kind), Decimal(40)) for kind in ("aws_ebs_snapshot", "aws_instance"))

    assert stored.low == Decimal("60.00") and stored.basis == (
        "list, which no Savings Plan or reservation lowers; at least 60.00, since some of it may go on being paid"
    )
    assert run.low == Decimal("16.80") and run.basis == (
        "list, always on; at least 28% of it, as under the deepest published commitment, less what may go on being paid"
    )


def test_storage_of_a_database_has_no_commitments(seen) -> None:
    saved = monthly(a_month("100"), a_month("40"), seen("aws_db_instance"), committed=False)

    assert saved.low == saved.high == Decimal("60.00")


@pytest.mark.parametrize(("before", "after"), [("100", "100"), ("100", "120"), ("100", None), (None, "1")])
def test_an_unknown_price_and_one_that_is_no_lower_save_nothing(seen, before, after) -> None:
    assert monthly(before and a_month(before), after and a_month(after), seen()) is None


@given(
    high=st.decimals(0, 1_000_000, places=2),
    least=st.decimals(0, 1_000_000, places=2),
    ran=st.decimals(0, 1, places=2),
    net=st.none() | st.decimals(0, 1_000_000, places=2),
)
def test_the_range_holds_what_is_claimed(build, high, least, ran, net) -> None:
    seen = replace(build.seen("aws_instance", "x", {}, Usage()), opinions=(thinks(idle=True, net=net),))
    saved = whole(a_month(str(high)), seen, least, ran)

    assert 0 <= saved.low <= saved.monthly == saved.high
    assert saved.basis.startswith("list")  # what is no list price is disclosed by other rules


@pytest.mark.parametrize(("hours", "ran"), [(24, "7%"), (168, "50%"), (400, None)])
def test_a_machine_that_has_not_run_for_two_weeks_may_be_one_that_people_stop(build, hours, ran) -> None:
    usage = build.recent(hours=hours, gpu=0.0, gpu_memory=1.0, cpu=2.0, network=2_000.0)
    usage = replace(usage, running_since=build.now - timedelta(hours=hours))
    seen = build.instance(usage=usage, price="1000")

    [change] = idle_gpu.plan(build.estate(seen), build.context(idle_gpu.Settings()))

    low = Decimal("280.00") * (Decimal(1) if ran is None else Decimal(ran.removesuffix("%")) / 100)
    assert change.saving.low == low
    assert change.saving.basis.endswith("commitment" if ran is None else f"for the {ran} of two weeks that it has run")


def test_a_group_is_saved_for_as_many_as_it_had(build) -> None:
    usage = build.recent(gpu=0.0, gpu_memory=1.0, cpu=2.0, network=2_000.0)
    had = replace(build.metric("in_service", 2.0), mean=0.5)
    group = build.group(("p3.2xlarge",), Usage((*usage.summaries, had)), price="1000")

    [change] = idle_gpu.plan(build.estate(group), build.context(idle_gpu.Settings()))

    assert (change.saving.low, change.saving.high) == (Decimal("70.00"), Decimal("1000.00"))
