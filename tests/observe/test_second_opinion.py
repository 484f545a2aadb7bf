from datetime import UTC, datetime

import pytest

from remediator.config import AccountConfig
from remediator.observe.second_opinion import Finding, Opinions, read_opinions
from remediator.observe.sessions import open_clients
from tests.aws_service import Error, ScriptedAws

ARN = "arn:aws:ec2:us-east-1:123456789012:instance/"


def recommendation(instance: str, finding: str = "OVER_PROVISIONED", **more: object) -> dict[str, object]:
    return {"instanceArn": ARN + instance, "currentInstanceType": "m5.4xlarge", "finding": finding, **more}


@pytest.fixture
def read(scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=scripted_aws.url)
    return lambda: read_opinions(open_clients(account, "us-east-1", "dev/us-east-1"), "dev/us-east-1")


def test_an_opinion_names_the_best_type_and_its_risk(scripted_aws: ScriptedAws, read) -> None:
    options = [
        {"instanceType": "r6i.xlarge", "rank": 2, "performanceRisk": 1.0},
        {"instanceType": "m5.xlarge", "rank": 1, "performanceRisk": 2.0},
    ]
    at = datetime(2026, 11, 20, tzinfo=UTC)
    said = recommendation(
        "i-1",
        findingReasonCodes=["CPUOverprovisioned"],
        recommendationOptions=options,
        lookBackPeriodInDays=14.0,
        lastRefreshTimestamp=at,
        idle="False",
    )
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", {"instanceRecommendations": [said]})

    opinion = read().by_instance["i-1"]

    assert (opinion.finding, opinion.reasons) == (Finding.OVER, ("CPUOverprovisioned",))
    assert (opinion.type, opinion.best, opinion.risk) == ("m5.4xlarge", "m5.xlarge", 2.0)
    assert (opinion.days, opinion.refreshed_at, opinion.idle) == (14.0, at, False)


@pytest.mark.parametrize(
    ("word", "finding", "against"),
    [
        ("Overprovisioned", Finding.OVER, False),
        ("OVER_PROVISIONED", Finding.OVER, False),
        ("Underprovisioned", Finding.UNDER, True),
        ("UNDER_PROVISIONED", Finding.UNDER, True),
        ("Optimized", Finding.OPTIMIZED, False),
        ("Shiny", Finding.UNKNOWN, False),
    ],
)
def test_a_finding_is_known_however_it_is_spelt(
    scripted_aws: ScriptedAws, read, word: str, finding: Finding, against: bool
) -> None:
    said = {"instanceRecommendations": [recommendation("i-1", word)]}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", said)

    opinion = read().by_instance["i-1"]

    assert (opinion.finding, opinion.against_less) == (finding, against)


def test_all_pages_are_read(scripted_aws: ScriptedAws, read) -> None:
    pages = [{"instanceRecommendations": [recommendation(f"i-{n}")]} for n in range(3)]
    scripted_aws.pages("compute-optimizer", "GetEC2InstanceRecommendations", pages)

    assert sorted(read().by_instance) == ["i-0", "i-1", "i-2"]
    assert [c.get("nextToken") for c in scripted_aws.asked("GetEC2InstanceRecommendations")] == [None, "1", "2"]


def test_an_instance_without_options_and_one_that_is_no_instance(scripted_aws: ScriptedAws, read) -> None:
    said = {"instanceRecommendations": [recommendation("i-1"), {"finding": "Optimized"}]}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", said)

    found = read().by_instance

    assert list(found) == ["i-1"]
    assert (found["i-1"].best, found["i-1"].risk, found["i-1"].idle) == (None, None, None)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Error("OptInRequiredException", "not registered"), "opt the account in"),
        (Error("AccessDeniedException", "no"), "GetEC2InstanceRecommendations is denied"),
        (Error("ThrottlingException", "slow"), "throttled"),
        (Error("ServiceUnavailableException", "later", 503), "ServiceUnavailableException"),
    ],
)
def test_no_opinion_is_a_problem_and_never_a_disagreement(
    scripted_aws: ScriptedAws, read, error: Error, words: str
) -> None:
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", error)

    answer = read()

    assert answer.by_instance == {}
    assert answer.problem is not None and words in answer.problem
    assert Opinions() == Opinions({}, None)


def test_what_was_read_before_a_failure_stands(scripted_aws: ScriptedAws, read) -> None:
    first = {"instanceRecommendations": [recommendation("i-1")], "nextToken": "more"}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", first, Error("ThrottlingException"))

    answer = read()

    assert list(answer.by_instance) == ["i-1"]
    assert answer.problem is not None
