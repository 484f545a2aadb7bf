"""List prices in whole runs: asked, kept, shown with where they are from, and never a reason to fail."""

from decimal import Decimal

import pytest

from tests.aws_service import Answer, Error, Params, ScriptedAws
from tests.run.listed_prices import price_list

RATES = {
    "EBS:VolumeUsage.gp2": ("GB-Mo", "0.12"),
    "EBS:VolumeUsage.gp3": ("GB-Mo", "0.06"),
    "EBS:VolumeP-IOPS.gp3": ("IOPS-Mo", "0.005"),
    "EBS:VolumeP-Throughput.gp3": ("GiBps-mo", "40.96"),
}


def products(params: Params) -> Answer:
    """Every rate, whatever is asked: what it is the price of, the usage type says."""
    return price_list(RATES)


@pytest.fixture
def listed(site, scripted_aws: ScriptedAws):
    scripted_aws.compute("pricing", "GetProducts", products)
    site.tables["prices"] = {"endpoint_url": scripted_aws.url}
    return site


def test_a_saving_is_made_of_the_accounts_own_prices_and_says_so(listed, scripted_aws: ScriptedAws) -> None:
    summary = listed.run()

    assert summary.failures == ()
    # 1,000 GB: 120.00 as gp2; as gp3 60.00, and 5.00 for the 125 MB/s that gp2 of this size has beyond gp3's own
    assert Decimal("55.00") in [p.monthly_saving for p, _ in summary.plans]
    body = listed.delivered()["pulls/1.json"]["body"]
    assert "AWS Price List API, us-east-1, SKU EBSVolumeUsagegp2" in body
    asked = {c.operation: c.calls for c in summary.calls if c.service == "pricing"}
    assert asked == {"GetProducts": len(scripted_aws.calls)}
    assert listed.written()["cost_of_calls"] == str(summary.cost)

    again = listed.run(1)
    assert not [c for c in again.calls if c.service == "pricing"]


def test_a_price_list_that_may_not_be_asked_is_a_note_and_the_run_goes_on(listed, scripted_aws: ScriptedAws) -> None:
    scripted_aws.answer("pricing", "GetProducts", Error("AccessDeniedException", "no"))

    summary = listed.run()

    assert summary.failures == ()
    assert [n for n in summary.notes if "access to pricing:GetProducts is denied" in n]
    assert summary.monthly_saving > 0
    assert "AWS Price List, us-east-1" in listed.delivered()["pulls/1.json"]["body"]


def test_an_emulator_is_not_asked_for_prices(site) -> None:
    summary = site.run()

    assert not [c for c in summary.calls if c.service == "pricing"]
    assert not [n for n in summary.notes if "prices" in n]
