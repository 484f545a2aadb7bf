import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
)

from remediator.observe.failures import explained, unread


@pytest.mark.parametrize(
    ("operation", "code", "sentence"),
    [
        (
            "DescribeVolumes",
            "UnauthorizedOperation",
            "access to ec2:DescribeVolumes is denied; grant the role the policy",
        ),
        ("GetMetricData", "AccessDenied", "access to cloudwatch:GetMetricData is denied"),
        ("GetObject", "AccessDenied", "S3 says the same of one that does not"),
        ("GetObject", "AccessDenied", "kms:Decrypt"),
        ("ListBuckets", "AccessDenied", "access to s3:ListAllMyBuckets is denied"),
        ("AssumeRole", "AccessDenied", "check role_arn and external_id"),
        ("DescribeInstances", "RequestExpired", "have expired (DescribeInstances); renew them"),
        ("DescribeInstances", "OptInRequired", "the region is not enabled"),
        ("DescribeInstances", "AuthFailure", "that the region is enabled"),
        ("GetMetricData", "Throttling", "GetMetricData was throttled through every retry"),
        *(
            ("DescribeServices", code, "DescribeServices was throttled through every retry")
            for code in ("RequestThrottled", "ThrottledException", "EC2ThrottledException", "BandwidthLimitExceeded")
        ),
        ("GetObject", "NoSuchBucket", "it does not exist; check the bucket"),
        ("DescribeInstances", "InternalError", "DescribeInstances failed: InternalError: the message"),
    ],
)
def test_what_aws_refuses_is_a_sentence_that_says_how_to_mend_it(operation: str, code: str, sentence: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "the message"}}, operation)

    assert sentence in str(explained("dev/us-east-1", error))
    assert str(explained("dev/us-east-1", error)).startswith("dev/us-east-1: ")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
        ("SignatureDoesNotMatch", "Signature not yet current: 20261128T150000Z is still later than 20261128T140000Z"),
        ("InvalidSignatureException", "Signature expired: 20261128T120000Z is now earlier than 20261128T135500Z"),
    ],
)
def test_a_clock_that_is_off_is_said_to_be(code: str, message: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "ListBuckets")

    assert "set this machine's clock" in str(explained("dev/us-east-1", error))


def test_an_operation_that_several_services_have_is_named_with_its_own() -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeFileSystems")

    assert "access to elasticfilesystem:DescribeFileSystems is" in str(explained("dev/us-east-1", error, "efs"))
    assert "access to fsx:DescribeFileSystems is" in str(explained("dev/us-east-1", error, "fsx"))


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NoCredentialsError(), "set a profile or a role_arn"),
        (ProfileNotFound(profile="dve"), "(dve) could not be found; name a profile of your AWS configuration"),
        (SSOTokenLoadError(error_msg="gone"), "aws sso login"),
        (CredentialRetrievalError(provider="custom-process", error_msg="no"), "check the credential_process"),
        (EndpointConnectionError(endpoint_url="https://x"), "check the region's name, that it is enabled"),
        (ConnectTimeoutError(endpoint_url="https://x"), "the network may be at fault: run again"),
    ],
)
def test_what_never_reached_aws_is_a_sentence_too(error: BotoCoreError, sentence: str) -> None:
    assert sentence in str(explained("dev/us-east-1", error))


def test_series_without_a_whole_answer_are_counted_by_what_was_answered() -> None:
    assert unread("dev/us-east-1", {"InternalError": 2, "PartialData": 1}, 1200) == (
        "dev/us-east-1: 3 of 1,200 series were not answered whole (InternalError, PartialData); they count as not "
        "measured, and the next run asks for them again"
    )
    assert "grant the role cloudwatch:GetMetricData" in unread("dev/us-east-1", {"Forbidden": 1}, 1)
