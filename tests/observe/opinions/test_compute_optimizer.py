"""What Compute Optimizer says, by AWS' own model of its answers."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from remediator.config import AccountConfig
from remediator.model import Attributes, Finding, Opinion, Resource
from remediator.observe.opinions import Opinions
from remediator.observe.opinions.compute_optimizer import read_opinions
from remediator.observe.opinions.questions import QUESTIONS
from remediator.observe.sessions import open_clients
from tests.aws_service import Error, ScriptedAws

ARN = "arn:aws:ec2:us-east-1:123456789012:instance/"
AT = datetime(2026, 11, 20, tzinfo=UTC)
MONTHLY = {
    "savingsOpportunity": {"estimatedMonthlySavings": {"currency": "USD", "value": 31.5}},
    "savingsOpportunityAfterDiscounts": {"estimatedMonthlySavings": {"currency": "USD", "value": 12.25}},
}


def recommendation(instance: str, finding: str = "OVER_PROVISIONED", **more: object) -> dict[str, object]:
    return {"instanceArn": ARN + instance, "currentInstanceType": "m5.4xlarge", "finding": finding, **more}


def resource(kind: str) -> Resource:
    return Resource("aws", "dev", "us-east-1", kind, "x", None, Attributes(), Attributes(), None)


@pytest.fixture
def read(scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=scripted_aws.url)
    scripted_aws.answer("compute-optimizer", "GetIdleRecommendations", {"idleRecommendations": []})

    def run(*kinds: str) -> Opinions:
        clients = open_clients(account, "us-east-1", "dev/us-east-1")
        return read_opinions(clients, "dev", [resource(kind) for kind in kinds or ("aws_instance",)])

    return run


def by_id(said: Opinions) -> dict[str, Opinion]:
    return {opinion.resource: opinion for opinion in said.opinions}


def test_an_opinion_names_the_best_type_and_its_risk(scripted_aws: ScriptedAws, read) -> None:
    options = [
        {"instanceType": "r6i.xlarge", "rank": 2, "performanceRisk": 1.0},
        {"instanceType": "m5.xlarge", "rank": 1, "performanceRisk": 2.0},
    ]
    said = recommendation(
        "i-1",
        findingReasonCodes=["CPUOverprovisioned"],
        recommendationOptions=options,
        lookBackPeriodInDays=14.0,
        lastRefreshTimestamp=AT,
        idle="False",
    )
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", {"instanceRecommendations": [said]})

    opinion = by_id(read())["i-1"]

    assert (opinion.finding, opinion.reasons) == (Finding.OVER, ("CPUOverprovisioned",))
    assert (opinion.current, opinion.best, opinion.risk) == ("m5.4xlarge", "m5.xlarge", 2.0)
    assert (opinion.days, opinion.refreshed_at, opinion.idle) == (14.0, AT, False)


@pytest.mark.parametrize(
    ("word", "finding", "against"),
    [
        ("Overprovisioned", Finding.OVER, False),
        ("OVER_PROVISIONED", Finding.OVER, False),
        ("Underprovisioned", Finding.UNDER, True),
        ("UNDER_PROVISIONED", Finding.UNDER, True),
        ("Optimized", Finding.OPTIMIZED, False),
        ("NotOptimized", Finding.NOT_OPTIMIZED, False),
        ("Shiny", Finding.UNKNOWN, False),
    ],
)
def test_a_finding_is_known_however_it_is_spelt(
    scripted_aws: ScriptedAws, read, word: str, finding: Finding, against: bool
) -> None:
    said = {"instanceRecommendations": [recommendation("i-1", word)]}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", said)

    opinion = by_id(read())["i-1"]

    assert (opinion.finding, opinion.against_less) == (finding, against)


def test_all_pages_are_read(scripted_aws: ScriptedAws, read) -> None:
    pages = [{"instanceRecommendations": [recommendation(f"i-{n}")]} for n in range(3)]
    scripted_aws.pages("compute-optimizer", "GetEC2InstanceRecommendations", pages)

    assert sorted(by_id(read())) == ["i-0", "i-1", "i-2"]
    assert [c.get("nextToken") for c in scripted_aws.asked("GetEC2InstanceRecommendations")] == [None, "1", "2"]


def test_an_instance_without_options_and_one_that_is_no_instance(scripted_aws: ScriptedAws, read) -> None:
    said = {"instanceRecommendations": [recommendation("i-1"), {"finding": "Optimized"}]}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", said)

    found = by_id(read())

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

    assert answer.opinions == ()
    assert any(words in note for note in answer.notes)


def test_what_was_read_before_a_failure_stands(scripted_aws: ScriptedAws, read) -> None:
    first = {"instanceRecommendations": [recommendation("i-1")], "nextToken": "more"}
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", first, Error("ThrottlingException"))

    answer = read()

    assert list(by_id(answer)) == ["i-1"]
    assert answer.notes


def test_a_volume_has_the_type_that_would_be_best(scripted_aws: ScriptedAws, read) -> None:
    volume = {
        "volumeArn": "arn:aws:ec2:us-east-1:123456789012:volume/vol-1",
        "currentConfiguration": {"volumeType": "gp2", "volumeSize": 100},
        "finding": "NotOptimized",
        "volumeRecommendationOptions": [
            {"configuration": {"volumeType": "io1"}, "rank": 2},
            {"configuration": {"volumeType": "gp3"}, "rank": 1, "performanceRisk": 1.0, **MONTHLY},
        ],
        "lookBackPeriodInDays": 14.0,
        "lastRefreshTimestamp": AT,
    }
    scripted_aws.answer("compute-optimizer", "GetEBSVolumeRecommendations", {"volumeRecommendations": [volume]})

    [said] = read("aws_ebs_volume").opinions

    assert (said.kind, said.resource, said.finding) == ("aws_ebs_volume", "vol-1", Finding.NOT_OPTIMIZED)
    assert (said.current, said.best, said.risk) == ("gp2", "gp3", 1.0)
    assert (said.saving, said.net, said.currency) == (Decimal("31.5"), Decimal("12.25"), "USD")


def test_a_group_is_known_by_its_name(scripted_aws: ScriptedAws, read) -> None:
    group = {
        "autoScalingGroupName": "web",
        "finding": "Optimized",
        "currentConfiguration": {"instanceType": "m5.large"},
        "recommendationOptions": [{"configuration": {"instanceType": "m6i.large"}, "rank": 1}],
    }
    answer = {"autoScalingGroupRecommendations": [group]}
    scripted_aws.answer("compute-optimizer", "GetAutoScalingGroupRecommendations", answer)

    [said] = read("aws_autoscaling_group").opinions

    assert (said.resource, said.finding, said.best) == ("web", Finding.OPTIMIZED, "m6i.large")


def test_databases_and_members_of_aurora_are_told_apart(scripted_aws: ScriptedAws, read) -> None:
    def one(name: str, **more: object) -> dict[str, object]:
        arn = f"arn:aws:rds:us-east-1:123456789012:db:{name}"
        options = [{"dbInstanceClass": "db.r6g.large", "rank": 1, "performanceRisk": 0.0}]
        known = {"resourceArn": arn, "instanceFinding": "Underprovisioned", "currentDBInstanceClass": "db.t3.medium"}
        return {**known, "idle": "False", "instanceRecommendationOptions": options, **more}

    answer = {"rdsDBRecommendations": [one("main"), one("au-1", dbClusterIdentifier="au")]}
    scripted_aws.answer("compute-optimizer", "GetRDSDatabaseRecommendations", answer)

    said = read("aws_db_instance").opinions

    assert [(o.kind, o.resource) for o in said] == [("aws_db_instance", "main"), ("aws_rds_cluster_instance", "au-1")]
    assert all(o.against_less and o.against_stopping and o.best == "db.r6g.large" for o in said)


def test_a_service_has_the_size_of_its_tasks(scripted_aws: ScriptedAws, read) -> None:
    arn = "arn:aws:ecs:us-east-1:123456789012:service/ml/web"
    options = [{"cpu": 512, "memory": 1024, **MONTHLY}]
    service = {"serviceArn": arn, "finding": "Overprovisioned", "serviceRecommendationOptions": options}
    answer = {"ecsServiceRecommendations": [service]}
    scripted_aws.answer("compute-optimizer", "GetECSServiceRecommendations", answer)

    [said] = read("aws_ecs_service").opinions

    assert (said.resource, said.finding, said.best) == (arn, Finding.OVER, "512 CPU units, 1024 MiB")


def test_what_is_idle_is_so_in_every_kind_that_is_known(scripted_aws: ScriptedAws, read) -> None:
    items = [
        {
            "resourceId": "nat-1",
            "resourceType": "NatGateway",
            "finding": "Unused",
            "findingDescription": "d",
            **MONTHLY,
        },
        {"resourceId": "vol-1", "resourceType": "EBSVolume", "finding": "Unattached"},
        {"resourceId": "ws-1", "resourceType": "WorkSpaces", "finding": "Idle"},
    ]
    scripted_aws.answer("compute-optimizer", "GetIdleRecommendations", {"idleRecommendations": items})

    said = by_id(read("aws_nat_gateway"))

    assert {id_: (o.kind, o.idle) for id_, o in said.items()} == {
        "nat-1": ("aws_nat_gateway", True),
        "vol-1": ("aws_ebs_volume", True),
    }
    assert (said["nat-1"].saving, said["nat-1"].net) == (Decimal("31.5"), Decimal("12.25"))
    assert said["nat-1"].reasons == ("d",)


def test_nothing_is_asked_about_kinds_that_are_not_there(scripted_aws: ScriptedAws, read) -> None:
    assert read("aws_s3_bucket") == Opinions()
    assert scripted_aws.calls == []


def test_one_question_that_is_denied_leaves_the_others(scripted_aws: ScriptedAws, read) -> None:
    scripted_aws.answer("compute-optimizer", "GetEC2InstanceRecommendations", Error("AccessDeniedException"))
    item = {"resourceId": "i-1", "resourceType": "EC2Instance", "finding": "Idle"}
    scripted_aws.answer("compute-optimizer", "GetIdleRecommendations", {"idleRecommendations": [item]})

    answer = read()

    assert by_id(answer)["i-1"].idle is True
    assert ["compute-optimizer:GetEC2InstanceRecommendations is denied" in note for note in answer.notes] == [True]


def test_an_endpoint_of_ones_own_without_the_service_says_nothing(cloud) -> None:
    clients = open_clients(cloud.account(), "us-east-1", "dev/us-east-1")
    said = read_opinions(replace(clients, attempts=1), "dev", [resource("aws_instance")])

    assert (said.opinions, said.notes) == ((), ())


def test_every_question_is_about_an_operation_that_there_is(scripted_aws: ScriptedAws) -> None:
    clients = open_clients(AccountConfig(name="dev", regions=("us-east-1",)), "us-east-1", "dev/us-east-1")
    client = clients.client("compute-optimizer")

    for question in QUESTIONS:
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[question.operation])
        assert question.items in model.output_shape.members
        members = model.output_shape.members[question.items].member.members
        assert question.days in members and "lastRefreshTimestamp" in members
