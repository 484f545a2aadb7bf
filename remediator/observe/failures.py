"""What a cloud's refusal means, as a sentence that says how to mend it."""

from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from remediator.errors import RemediatorError

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_INVALID = {"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException", "AuthFailure"}
_THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"}
_ABSENT = {"NoSuchKey", "NoSuchBucket", "404"}


def explained(where: str, error: BotoCoreError | ClientError) -> RemediatorError:
    """The error that a person can act on; `where` is the unit or the object that was asked for."""
    if isinstance(error, ClientError):
        return RemediatorError(f"{where}: {_client_error(error)}")
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return RemediatorError(f"{where}: there are no AWS credentials; set a profile or a role_arn for the account")
    if isinstance(error, ProfileNotFound):
        return RemediatorError(f"{where}: {error}; name a profile of your AWS configuration")
    if isinstance(error, EndpointConnectionError):
        return RemediatorError(
            f"{where}: {error}; check the region's name, that it is enabled, and the account's endpoint_url"
        )
    return RemediatorError(f"{where}: {error}")


def unread(where: str, statuses: Mapping[str, int], asked: int) -> str:
    """The sentence on series that CloudWatch did not answer whole; `statuses` counts them by its status code."""
    count, codes = sum(statuses.values()), ", ".join(sorted(statuses))
    grant = "; grant the role cloudwatch:GetMetricData on them" if "Forbidden" in statuses else ""
    return (
        f"{where}: {count:,} of {asked:,} series were not answered whole ({codes}){grant}; they count as not measured, "
        "and the next run asks for them again"
    )


def _client_error(error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    operation = error.operation_name
    if code in _DENIED:
        return (
            f"access to {operation} is denied; grant the role the policy in remediator/observe/data/iam-policy.json, "
            "which allows just what is needed"
        )
    if code in _EXPIRED:
        return f"the credentials have expired ({operation}); renew them and run again"
    if code == "OptInRequired":
        return f"the region is not enabled for the account ({operation}); enable it, or take it out of regions"
    if code in _INVALID:
        return f"the credentials are not valid here ({operation}: {code}); check them, and that the region is enabled"
    if code in _THROTTLED:
        return f"{operation} was throttled through every retry; the next run goes on from what is cached"
    if code in _ABSENT:
        return "it does not exist; check the bucket, the key and the workspace"
    return f"{operation} failed: {code}: {error.response.get('Error', {}).get('Message', '')}"
