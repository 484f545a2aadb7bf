"""The scripted services answer the real client, and hold both sides to botocore's models."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.aws_service import Error, ScriptedAws


def client(aws: ScriptedAws, service: str, attempts: int = 1):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=aws.url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


def test_the_real_client_reads_a_scripted_answer_and_the_call_is_kept(scripted_aws: ScriptedAws) -> None:
    scripted_aws.answer("pricing", "GetProducts", {"FormatVersion": "aws_v1", "PriceList": ["{}"]})

    answer = client(scripted_aws, "pricing").get_products(ServiceCode="AmazonEC2", MaxResults=100)

    assert answer["PriceList"] == ["{}"]
    assert scripted_aws.asked("GetProducts") == [{"ServiceCode": "AmazonEC2", "MaxResults": 100}]


def test_pages_are_linked_by_the_tokens_of_the_model(scripted_aws: ScriptedAws) -> None:
    scripted_aws.pages("pricing", "GetProducts", [{"PriceList": ["1"]}, {"PriceList": ["2"]}, {"PriceList": []}])

    pages = client(scripted_aws, "pricing").get_paginator("get_products").paginate(ServiceCode="AmazonEC2")

    assert [page["PriceList"] for page in pages] == [["1"], ["2"], []]


def test_a_service_without_a_paginator_has_pages_too(scripted_aws: ScriptedAws) -> None:
    optimizer = client(scripted_aws, "compute-optimizer")
    scripted_aws.pages(
        "compute-optimizer",
        "GetEC2InstanceRecommendations",
        [{"instanceRecommendations": [{"finding": "OVER_PROVISIONED"}]}, {}],
    )

    first = optimizer.get_ec2_instance_recommendations()
    second = optimizer.get_ec2_instance_recommendations(nextToken=first["nextToken"])

    assert first["instanceRecommendations"] == [{"finding": "OVER_PROVISIONED"}]
    assert "nextToken" not in second


def test_a_rest_service_is_told_by_method_and_path(scripted_aws: ScriptedAws) -> None:
    scripted_aws.answer("savingsplans", "DescribeSavingsPlans", {"savingsPlans": [{"savingsPlanId": "sp-1"}]})

    answer = client(scripted_aws, "savingsplans").describe_savings_plans(states=["active"])

    assert [plan["savingsPlanId"] for plan in answer["savingsPlans"]] == ["sp-1"]
    assert scripted_aws.asked("DescribeSavingsPlans") == [{"states": ["active"]}]


def test_an_error_reaches_the_client_and_a_throttled_call_is_made_again(scripted_aws: ScriptedAws) -> None:
    scripted_aws.answer("cost-optimization-hub", "ListEnrollmentStatuses", Error("ThrottlingException"), {"items": []})

    assert client(scripted_aws, "cost-optimization-hub", attempts=2).list_enrollment_statuses()["items"] == []

    scripted_aws.answer("pricing", "GetProducts", Error("AccessDeniedException", "no pricing:GetProducts"))
    with pytest.raises(ClientError, match="no pricing:GetProducts"):
        client(scripted_aws, "pricing").get_products(ServiceCode="AmazonEC2")


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"Prices": []}, "Unknown parameter"),
        ({"PriceList": [{"sku": "1"}]}, "Invalid type"),
        (Error("NoSuchThing"), "no error of GetProducts"),
    ],
)
def test_an_answer_that_the_api_would_not_give_cannot_be_scripted(
    scripted_aws: ScriptedAws, answer: dict[str, object] | Error, complaint: str
) -> None:
    with pytest.raises(AssertionError, match=complaint):
        scripted_aws.answer("pricing", "GetProducts", answer)


def test_a_computed_answer_and_an_unscripted_call_are_held_to_the_models_when_the_test_ends() -> None:
    aws = ScriptedAws()
    aws.compute("pricing", "GetProducts", lambda params: {"Prices": []})
    for operation in ("get_products", "describe_services"):
        with pytest.raises(ClientError):
            getattr(client(aws, "pricing"), operation)(ServiceCode="AmazonEC2")

    with pytest.raises(AssertionError) as caught:
        aws.close()

    assert "Unknown parameter" in str(caught.value)
    assert "DescribeServices is not scripted" in str(caught.value)


def test_a_parameter_that_the_model_does_not_know_is_refused() -> None:
    aws = ScriptedAws()
    aws.answer("pricing", "GetProducts", {"PriceList": []})
    other = client(aws, "pricing")
    other.meta.events.register("before-call", lambda params, **_: params.update(body=b'{"ServiceCode":"x","Sku":"1"}'))

    with pytest.raises(ClientError):
        other.get_products(ServiceCode="x")
    with pytest.raises(AssertionError, match="not what the model knows"):
        aws.close()
