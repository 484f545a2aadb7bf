"""What a cloud's refusal means, as a sentence that says how to mend it."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    InvalidRegionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)
from botocore.exceptions import ConnectionError as NetworkError
from botocore.parsers import ResponseParserError
from pydantic import BaseModel

from remediator.errors import RemediatorError

Refusal: TypeAlias = BotoCoreError | ClientError | ResponseParserError
REFUSALS = (BotoCoreError, ClientError, ResponseParserError)
"""All that boto3 raises where a service refuses, is not reached, or answers what it cannot read."""

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_INVALID = {"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "AuthFailure"}
_THROTTLED = {
    *("Throttling", "ThrottlingException", "ThrottledException", "EC2ThrottledException", "RequestThrottled"),
    *("RequestThrottledException", "RequestLimitExceeded", "BandwidthLimitExceeded", "TooManyRequestsException"),
    *("ProvisionedThroughputExceededException", "PriorRequestNotComplete", "SlowDown"),
}
"""What botocore waits and asks again for: https://docs.aws.amazon.com/boto3/latest/guide/retries.html"""
_SKEWED = {"RequestTimeTooSkewed", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch"}
_CLOCK = re.compile(r"not yet current|signature expired|too large|in the future", re.IGNORECASE)
"""What messages say where it is the time that a signature is wrong about, and not the key."""
_ABSENT = {"NoSuchKey", "NoSuchBucket", "404"}
_NAMED = 5
IAM_NAMES = {
    "ListObjectsV2": "ListBucket",
    "ListBuckets": "ListAllMyBuckets",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "ListMultipartUploads": "ListBucketMultipartUploads",
}
"""What IAM calls an operation whose action has another name."""
IAM_SERVICES = {
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
}
"""What IAM calls a service that botocore has another name for."""
_REACH = "check the region's name, that it is enabled, and the account's endpoint_url"
_ADVICE: tuple[tuple[tuple[type[BotoCoreError], ...], str], ...] = (
    ((NoCredentialsError, PartialCredentialsError), "set a profile or a role_arn for the account"),
    ((ProfileNotFound,), "name a profile of your AWS configuration"),
    ((SSOError, TokenRetrievalError), "sign in again with aws sso login, for the account's profile"),
    ((CredentialRetrievalError,), "check the credential_process or role of the account's profile"),
    ((EndpointConnectionError, InvalidRegionError), _REACH),
    ((NetworkError, HTTPClientError), f"the network may be at fault: run again, and {_REACH}"),
)


class _Statement(BaseModel):
    Action: tuple[str, ...]


class _Policy(BaseModel):
    Statement: tuple[_Statement, ...]


def explained(where: str, error: Refusal, service: str = "") -> RemediatorError:
    """The error that a person can act on; `where` is the unit or the object that was asked for.

    `service` is whose operation it was, as botocore calls it, where several have one of that name.
    """
    if isinstance(error, ClientError):
        return RemediatorError(f"{where}: {_client_error(error, service)}")
    if isinstance(error, ResponseParserError):
        return RemediatorError(f"{where}: the answer is not what the API gives; check the account's endpoint_url")
    for kinds, advice in _ADVICE:
        if isinstance(error, kinds):
            return RemediatorError(f"{where}: {str(error).rstrip('.')}; {advice}")
    return RemediatorError(f"{where}: {error}")


def is_denied(error: ClientError) -> bool:
    """Whether it is the right to do it that is missing."""
    return error.response.get("Error", {}).get("Code", "") in _DENIED


def is_undecided(error: ClientError) -> bool:
    """Whether it was refused before it was looked at whether it is allowed, as what another partition is asked."""
    return error.response.get("Error", {}).get("Code", "") in _EXPIRED | _INVALID | _SKEWED | _THROTTLED


def is_no_answer(error: Refusal) -> bool:
    """Whether an endpoint of the user's own does not speak the API: AWS' errors have names, not numbers."""
    if isinstance(error, ClientError):
        return error.response.get("Error", {}).get("Code", "").isdecimal()
    return isinstance(error, ResponseParserError)


def unread(where: str, statuses: Mapping[str, int], asked: int) -> str:
    """The sentence on series that CloudWatch did not answer whole; `statuses` counts them by its status code."""
    count, codes = sum(statuses.values()), ", ".join(sorted(statuses))
    grant = "; grant the role cloudwatch:GetMetricData on them" if "Forbidden" in statuses else ""
    return (
        f"{where}: {count:,} of {asked:,} series were not answered whole ({codes}){grant}; they count as not measured, "
        "and the next run asks for them again"
    )


def unreadable(where: str, names: Sequence[str]) -> str:
    """The sentence on resources whose descriptions cannot be read."""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return (
        f"{where}: {', '.join(names[:_NAMED])}{more} cannot be read and were left out: they nest too deep, or "
        "lack what the API gives; look for the tag or document of theirs, or check the account's endpoint_url"
    )


def _client_error(error: ClientError, service: str) -> str:
    code, operation = error.response.get("Error", {}).get("Code", ""), error.operation_name
    if code in _DENIED:
        return _denied(operation, service)
    if code in _EXPIRED:
        return f"the credentials have expired ({operation}); renew them and run again"
    message = error.response.get("Error", {}).get("Message", "")
    if code in _SKEWED and _CLOCK.search(message):
        return f"AWS finds the time of the request wrong ({operation}); set this machine's clock by a time server"
    if code == "OptInRequired":
        return f"the region is not enabled for the account ({operation}); enable it, or take it out of regions"
    if code in _INVALID:
        return f"the credentials are not valid here ({operation}: {code}); check them, and that the region is enabled"
    if code in _THROTTLED:
        return f"{operation} was throttled through every retry; the next run goes on from what is cached"
    if code in _ABSENT:
        return "it does not exist; check the bucket, the key and the workspace"
    return f"{operation} failed: {code}: {error.response.get('Error', {}).get('Message', '')}"


def _denied(operation: str, service: str) -> str:
    if operation == "AssumeRole":
        return (
            "the role may not be assumed; let its trust policy name who runs this, allow them sts:AssumeRole, and "
            "check role_arn and external_id"
        )
    policy = "the policy in remediator/observe/data/iam-policy.json, which allows just what is needed"
    if operation == "GetObject":
        return (
            f"access to s3:GetObject is denied; check that the object exists (S3 says the same of one that does not), "
            f"grant the role {policy}, and kms:Decrypt where the bucket is encrypted with a key of yours"
        )
    return f"access to {_action(operation, service)} is denied; grant the role {policy}"


def _action(operation: str, service: str) -> str:
    """The IAM action of an operation that the shipped policy allows, else the operation itself."""
    allowed = _actions().get(IAM_NAMES.get(operation, operation), ())
    own = f"{IAM_SERVICES.get(service, service)}:"
    return next((action for action in allowed if action.startswith(own)), allowed[0] if allowed else operation)


@cache
def _actions() -> Mapping[str, Sequence[str]]:
    """The actions of the shipped policy by what follows the service."""
    text = files("remediator.observe.data").joinpath("iam-policy.json").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for statement in _Policy.model_validate_json(text).Statement:
        for action in statement.Action:
            found.setdefault(action.partition(":")[2], []).append(action)
    return found
