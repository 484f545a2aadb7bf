"""Reads Terraform states as bytes: from a file, or from S3 with its workspaces."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.failures import explained
from remediator.observe.sessions import open_clients

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def read_state(
    ref: str, account: AccountConfig | None, base: Path, workspace: str = "default", prefix: str = "env:"
) -> bytes:
    """The state of a workspace; `ref` is `s3://bucket/key`, or a path relative to `base`.

    Terraform keeps other workspaces than `default` at `<workspace_key_prefix>/<workspace>/<key>` in S3
    (https://developer.hashicorp.com/terraform/language/backend/s3) and in `terraform.tfstate.d/<workspace>/` beside a
    file. Raises RemediatorError.
    """
    if ref.startswith("s3://"):
        return _from_s3(ref, account, workspace, prefix)
    if "://" in ref:
        raise RemediatorError(f"{ref}: states are read from a path or from s3://bucket/key; pull it into a file")
    path = base / ref.removeprefix("file:")
    if workspace != "default":
        path = path.parent / "terraform.tfstate.d" / workspace / path.name
    try:
        return path.read_bytes()
    except OSError as error:
        raise RemediatorError(f"{path}: the state cannot be read ({error.strerror}); check the root's state") from error


def _from_s3(ref: str, account: AccountConfig | None, workspace: str, prefix: str) -> bytes:
    bucket, _, key = ref.removeprefix("s3://").partition("/")
    if not bucket or not key:
        raise RemediatorError(f"{ref}: a state in S3 is written s3://bucket/key")
    if account is None:
        raise RemediatorError(f"{ref}: no account is configured to read it; name one as the root's state_account")
    key = key if workspace == "default" else f"{prefix}/{workspace}/{key}"
    where = f"s3://{bucket}/{key}"
    clients = open_clients(account, account.regions[0], where)
    try:
        s3 = cast("S3Client", clients.client("s3"))
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content
    except (BotoCoreError, ClientError) as error:
        raise explained(where, error) from error
