"""States in S3: read as they stream, and found by listing buckets."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.failures import explained
from remediator.observe.sessions import open_clients
from remediator.observe.states.streams import CHUNK, StateStream

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

__all__ = ["from_s3", "list_keys"]


@contextmanager
def from_s3(ref: str, account: AccountConfig | None, workspace: str, prefix: str) -> Iterator[StateStream]:
    """The state of a workspace; `ref` is `s3://bucket/key`.

    Terraform keeps other workspaces than `default` at `<workspace_key_prefix>/<workspace>/<key>`
    (https://developer.hashicorp.com/terraform/language/backend/s3). Raises RemediatorError.
    """
    bucket, _, key = ref.removeprefix("s3://").partition("/")
    if not bucket or not key:
        raise RemediatorError(f"{ref}: a state in S3 is written s3://bucket/key")
    if account is None:
        raise RemediatorError(f"{ref}: no account is configured to read it; name one as the root's state_account")
    key = key if workspace == "default" else f"{prefix}/{workspace}/{key}"
    where = f"s3://{bucket}/{key}"
    s3 = _client(account, where)
    try:
        answer = s3.get_object(Bucket=bucket, Key=key)
        with closing(answer["Body"]) as body:
            yield StateStream(body.iter_chunks(CHUNK), answer["LastModified"].astimezone(UTC))
    except (BotoCoreError, ClientError) as error:
        raise explained(where, error) from error


def list_keys(account: AccountConfig, bucket: str) -> tuple[str, ...]:
    """Every key of a bucket, a page of a thousand at a call; raises RemediatorError."""
    where = f"s3://{bucket}"
    pages = _client(account, where).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    try:
        return tuple(item["Key"] for page in pages for item in page.get("Contents", ()))
    except (BotoCoreError, ClientError) as error:
        raise explained(where, error) from error


def _client(account: AccountConfig, where: str) -> "S3Client":
    return cast("S3Client", open_clients(account, account.regions[0], where).client("s3"))
