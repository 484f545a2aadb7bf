"""What Cost Optimization Hub recommends, by AWS' own model of its answers."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.config import AccountConfig
from remediator.model import Finding
from remediator.observe.opinions import Opinions
from remediator.observe.opinions.hub import read_hub
from tests.aws_service import Error, ScriptedAws

AT = datetime(2026, 11, 20, tzinfo=UTC)


def item(id_: str, type_: str = "Ec2Instance", action: str = "Rightsize", **more: object) -> dict[str, object]:
    known = {"accountId": "123456789012", "region": "us-east-1", "resourceId": id_, "currentResourceType": type_}
    return {**known, "actionType": action, "estimatedMonthlySavings": 12.5, "currencyCode": "USD", **more}


@pytest.fixture
def read(scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account = AccountConfig(name="dev", regions=("us-east-1", "eu-west-1"), endpoint_url=scripted_aws.url)
    return lambda: read_hub(account)


def test_a_recommendation_is_an_opinion(scripted_aws: ScriptedAws, read) -> None:
    more = {"currentResourceSummary": "m5.4xlarge", "recommendedResourceSummary": "m5.xlarge"}
    pages = [
        {"items": [item("i-1", **more, recommendationLookbackPeriodInDays=14, lastRefreshTimestamp=AT)]},
        {"items": [item("vol-1", "EbsVolume", "Delete", region="eu-west-1"), item("sp", "ComputeSavingsPlans")]},
    ]
    scripted_aws.pages("cost-optimization-hub", "ListRecommendations", pages)

    said = read()
    first, second = said.opinions

    assert (first.kind, first.resource, first.finding) == ("aws_instance", "i-1", Finding.OVER)
    assert (first.current, first.best, first.days, first.refreshed_at) == ("m5.4xlarge", "m5.xlarge", 14.0, AT)
    assert (first.saving, first.currency, first.idle) == (Decimal("12.5"), "USD", None)
    assert (second.kind, second.region, second.idle) == ("aws_ebs_volume", "eu-west-1", True)
    assert not (first.against_less or second.against_stopping)
    assert [(c.operation, c.calls) for c in said.calls] == [("ListRecommendations", 2)]
    assert scripted_aws.asked("ListRecommendations")[0] == {"filter": {"regions": ["us-east-1", "eu-west-1"]}}


def test_a_database_may_be_a_member_of_aurora(scripted_aws: ScriptedAws, read) -> None:
    more = {"currentResourceSummary": "db.r6g.2xlarge", "recommendedResourceSummary": "db.r6g.xlarge"}
    scripted_aws.answer("cost-optimization-hub", "ListRecommendations", {"items": [item("a", "RdsDbInstance", **more)]})

    said = read().opinions

    assert [(o.kind, o.resource, o.best) for o in said] == [
        ("aws_db_instance", "a", "db.r6g.xlarge"),
        ("aws_rds_cluster_instance", "a", "db.r6g.xlarge"),
    ]


def test_what_two_accounts_call_alike_is_nobodys(scripted_aws: ScriptedAws, read) -> None:
    both = [item("web", "Ec2AutoScalingGroup"), item("web", "Ec2AutoScalingGroup", accountId="999999999999")]
    scripted_aws.answer("cost-optimization-hub", "ListRecommendations", {"items": [*both, item("i-1")]})

    assert [opinion.resource for opinion in read().opinions] == ["i-1"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Error("AccessDeniedException", "not enrolled"), "enrol the account"),
        (Error("ThrottlingException", "slow"), "throttled"),
    ],
)
def test_no_recommendation_is_no_disagreement(scripted_aws: ScriptedAws, read, error: Error, words: str) -> None:
    scripted_aws.answer("cost-optimization-hub", "ListRecommendations", error)

    said = read()

    assert said.opinions == ()
    assert words in said.notes[0]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1"])
def test_partitions_without_a_hub_are_not_asked(region: str) -> None:
    assert read_hub(AccountConfig(name="dev", regions=(region,))) == Opinions()
