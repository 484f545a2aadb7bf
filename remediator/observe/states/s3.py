"""States in S3: read as they stream, and found by listing buckets."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, cast

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.parsing import understood
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
        written = answer.get("LastModified")
        with closing(answer["Body"]) as body:
            yield StateStream(body.iter_chunks(CHUNK), written.astimezone(UTC) if written else None)
    except REFUSALS as error:
        raise explained(where, error) from error


MOST_KEYS = 500_000
"""Keys of a bucket that are listed, in 500 calls; one for states has some thousands, those of old runs included."""


def list_keys(account: AccountConfig, bucket: str) -> tuple[str, ...]:
    """Every key of a bucket, a page of a thousand at a call; raises RemediatorError, also where it has too many."""
    where = f"s3://{bucket}"
    pages = _client(account, where).get_paginator("list_objects_v2").paginate(Bucket=bucket)
    try:
        with understood():
            keys = tuple(islice((item["Key"] for page in pages for item in page.get("Contents", ())), MOST_KEYS + 1))
    except REFUSALS as error:
        raise explained(where, error) from error
    if len(keys) > MOST_KEYS:
        raise RemediatorError(
            f"{where} has more than {MOST_KEYS:,} keys, which are not listed; leave it out of state_buckets, and "
            "name the root of each of its states"
        )
    return keys


def _client(account: AccountConfig, where: str) -> "S3Client":
    return cast("S3Client", open_clients(account, account.regions[0], where).client("s3"))
