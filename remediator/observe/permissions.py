"""Whether an account may be looked at: every action of the shipped policy is tried once, and nothing is read whole.

EC2 has a dry run. Elsewhere one small page is asked for; where an operation wants the name of a thing, one that is not
there is named: AWS says whether an action is allowed before it says that there is no such thing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Final, cast

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import ListShape, Shape, StructureShape
from botocore.parsers import ResponseParserError
from pydantic import BaseModel

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.model.checks import Check, failed, passed, warned
from remediator.observe.failures import IAM_NAMES, REFUSALS, explained, is_denied, is_undecided
from remediator.observe.sessions import Clients, open_clients

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

_BUCKETS: Final = "Buckets"
_NOBODY: Final = "remediator-doctor"
_IN_FLIGHT: Final = 8
_TRIES: Final = 2
_PAGES: Final = ("MaxResults", "maxResults", "MaxRecords", "MaxItems", "PageSize", "ResourcesPerPage", "limit")
_PAGE: Final = 20
"""The smallest page that RDS and ElastiCache give."""
_HOME: Final[Mapping[str, str]] = {
    "pricing": "us-east-1",
    "cost-optimization-hub": "us-east-1",
    "organizations": "us-east-1",
}
"""Services that answer in one region for all."""
_OPERATIONS: Final = {name: operation for operation, name in IAM_NAMES.items()}
_SERVICES: Final = {"elasticfilesystem": ("efs",), "elasticloadbalancing": ("elb", "elbv2"),
                    "tag": ("resourcegroupstaggingapi",)}  # fmt: skip
_NOT_ON: Final = ("OptInRequired", "not enrolled", "not enabled", "NotRegistered")


class _Statement(BaseModel):
    Sid: str
    Action: tuple[str, ...]


class _Policy(BaseModel):
    Statement: tuple[_Statement, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an account is checked for: statements of the policy by their Sid, and the buckets that states lie in."""

    statements: tuple[str, ...]
    buckets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Tried:
    action: str
    problem: str | None = None
    denied: bool = False


def check_account(account: AccountConfig, asked: Asked) -> Iterator[Check]:
    """Who the account's credentials are, each statement of the policy, and that each region answers."""
    unit = f"account {account.name}"
    try:
        clients = open_clients(account, account.regions[0], unit)
        clients = Clients(clients.session, clients.region, clients.endpoint_url, clients.counter, _TRIES)
        sts = cast("STSClient", clients.client("sts"))
        yield passed(unit, "identity", f"the credentials are those of {sts.get_caller_identity()['Arn']}")
    except REFUSALS as error:
        yield failed(unit, "identity", str(explained(unit, error, "sts")))
        return
    except RemediatorError as error:
        yield failed(unit, "identity", str(error))
        return
    for statement in _policy().Statement:
        if statement.Sid in asked.statements:
            yield _statement(unit, statement, clients)
    for bucket in asked.buckets:
        yield _bucket(unit, bucket, clients)
    for region in account.regions[1:]:
        yield _region(unit, Clients(clients.session, region, clients.endpoint_url, clients.counter, _TRIES))


def _statement(unit: str, statement: _Statement, clients: Clients) -> Check:
    what, given = f"policy statement {statement.Sid}", _of_bucket(clients) if statement.Sid == _BUCKETS else {}
    if given is None:
        return passed(unit, what, "there is no bucket to try it on")
    with ThreadPoolExecutor(_IN_FLIGHT) as executor:
        tried = tuple(executor.map(partial(_try, clients, given=given), statement.Action))
    if denied := [one.action for one in tried if one.denied]:
        return failed(
            unit, what, f"denied: {', '.join(denied)}",
            f"grant the role the statement {statement.Sid} of remediator/observe/data/iam-policy.json",
        )  # fmt: skip
    if problems := [f"{one.action}: {one.problem}" for one in tried if one.problem]:
        return warned(unit, what, f"not told of {len(problems)} of {len(tried)} actions; {problems[0]}")
    return passed(unit, what, f"all {len(tried)} actions are allowed")


def _of_bucket(clients: Clients) -> Mapping[str, object] | None:
    """A bucket of the account's own, since one that nobody has shows nothing; None where it has none to try."""
    try:
        found = cast("S3Client", clients.client("s3")).list_buckets().get("Buckets")
    except REFUSALS:
        return None  # which the statement that allows it says
    return {"Bucket": found[0].get("Name", "")} if found else None


def _try(clients: Clients, action: str, given: Mapping[str, object] | None = None) -> _Tried:
    """Try one action once; what AWS refuses once it knows who asks, for any other reason, was allowed."""
    prefix, _, name = action.partition(":")
    operation = _OPERATIONS.get(name, name)
    try:
        for service in _SERVICES.get(prefix, (prefix,)):
            _send(_at_home(clients, service), service, operation, given or {})
    except ClientError as error:
        if is_denied(error):
            return _Tried(action, denied=True)
        if is_undecided(error):
            return _Tried(action, str(explained(action, error, prefix)))
        said = f"{error.response.get('Error', {}).get('Code', '')} {error.response.get('Error', {}).get('Message', '')}"
        return _Tried(action, "it is not switched on for the account" if any(n in said for n in _NOT_ON) else None)
    except (BotoCoreError, ResponseParserError) as error:
        return _Tried(action, str(explained(action, error, prefix)))
    except RemediatorError as error:
        return _Tried(action, str(error))
    return _Tried(action)


def _at_home(clients: Clients, service: str) -> Clients:
    region = _HOME.get(service, clients.region)
    if region == clients.region:
        return clients
    return Clients(clients.session, region, clients.endpoint_url, clients.counter, _TRIES)


def _send(clients: Clients, service: str, operation: str, given: Mapping[str, object]) -> None:
    client = clients.client(service)
    shape = client.meta.service_model.operation_model(operation).input_shape
    send: Callable[..., object] = getattr(client, xform_name(operation))
    send(**{**(_least(shape) if isinstance(shape, StructureShape) else {}), **given})


def _least(shape: StructureShape) -> dict[str, object]:
    """The least that an operation takes: what it wants, a small page, and a dry run where there is one."""
    given = {name: _value(member) for name, member in shape.members.items() if name in shape.required_members}
    if "DryRun" in shape.members:
        return {**given, "DryRun": True}
    page = next((name for name in _PAGES if name in shape.members), None)
    return {**given, page: _size(shape.members[page])} if page else given


def _size(shape: Shape) -> object:
    largest = shape.metadata.get("max", _PAGE)
    size = min(_PAGE, int(largest))
    return str(size) if shape.type_name == "string" else size


def _value(shape: Shape) -> object:
    match shape.type_name:
        case "structure":
            return _least(cast("StructureShape", shape))
        case "list":
            return [_value(cast("ListShape", shape).member)]
        case "integer" | "long":
            return int(shape.metadata.get("min", 1))
        case "boolean":
            return False
        case "timestamp":
            return 0
        case _:
            words: Sequence[str] = shape.enum if hasattr(shape, "enum") else ()
            return words[0] if words else _NOBODY


def _bucket(unit: str, bucket: str, clients: Clients) -> Check:
    s3, what = cast("S3Client", clients.client("s3")), f"state bucket {bucket}"
    try:
        s3.list_objects_v2(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        return failed(unit, what, str(explained(what, error, "s3")), "grant the statement StateBuckets on that bucket")
    except (BotoCoreError, ResponseParserError) as error:
        return failed(unit, what, str(explained(what, error, "s3")))
    return passed(unit, what, "it can be listed")


def _region(unit: str, clients: Clients) -> Check:
    tried = _try(clients, "ec2:DescribeInstances")
    if tried.denied or tried.problem:
        return failed(
            unit, f"region {clients.region}", tried.problem or "denied: ec2:DescribeInstances",
            "enable the region, let the policy hold there, or take it out of the account's regions",
        )  # fmt: skip
    return passed(unit, f"region {clients.region}", "it answers")


def _policy() -> _Policy:
    text = files("remediator.observe.data").joinpath("iam-policy.json").read_text("utf-8")
    return _Policy.model_validate_json(text)
