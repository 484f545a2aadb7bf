"""Sessions and clients of an account: profile, assumed role, endpoint, adaptive retries, counted calls."""

import os
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, cast

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import ProfileNotFound
from botocore.loaders import Loader, create_loader
from botocore.session import Session, get_session
from botocore.utils import parse_timestamp

from remediator.config import AccountConfig
from remediator.errors import RemediatorError
from remediator.observe.calls import CallCounter
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.parsing import Parsers, after_call, understood

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from mypy_boto3_sts import STSClient

_ROLE_SECONDS = 3600
_ATTEMPTS = 8
"""Tries of one call, unless the variable AWS_MAX_ATTEMPTS says otherwise; an account that is throttled throughout takes
two minutes, with the pauses between."""


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of one account in one region, each made once: every call they make is counted.

    Threads may share them; what adaptive retries learn of an account's limits holds for all its calls.
    """

    session: boto3.session.Session
    region: str
    endpoint_url: str | None
    counter: CallCounter
    attempts: int = _ATTEMPTS
    _made: dict[str, "BaseClient"] = field(default_factory=dict, compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    def client(self, service: str) -> "BaseClient":
        """The client of a service, such as `ec2`."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self._make(service)
            return self._made[service]

    def _make(self, service: str) -> "BaseClient":
        try:
            made: BaseClient = self.session.client(  # type: ignore[call-overload]  # the service's name is data here
                service, region_name=self.region, endpoint_url=self.endpoint_url, config=settings(self.attempts)
            )
        except ValueError as error:
            raise RemediatorError(
                f"{self.endpoint_url} is no endpoint; write the account's endpoint_url as https://host:port"
            ) from error
        made.meta.events.register("before-call", self.counter.before_call)
        made.meta.events.register("after-call", after_call)
        return made


def open_clients(account: AccountConfig, region: str, where: str, counter: CallCounter | None = None) -> Clients:
    """The clients of an account in a region; raises RemediatorError where its credentials cannot be had."""
    counter = counter or CallCounter()
    try:
        session = boto3.session.Session(profile_name=account.profile, botocore_session=core())
        if account.profile is not None and account.profile not in session.available_profiles:
            raise ProfileNotFound(profile=account.profile)
        if account.role_arn is not None:
            base = Clients(session, region, account.endpoint_url, counter)
            session = _assumed(base, account.role_arn, account.external_id)
        return Clients(session, region, account.endpoint_url, counter)
    except REFUSALS as error:
        raise explained(where, error) from error


def instant(value: object) -> datetime:
    """A time in an answer, epoch seconds or text, in UTC.

    Botocore's own parser goes by local time and a grammar for any text, which is slow where points come by the million.
    """
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    try:
        found = datetime.fromisoformat(str(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except ValueError:
        parsed: datetime = parse_timestamp(str(value))
        return parsed


@cache
def _models() -> Loader:
    """The models of AWS' services: megabytes of JSON, read once however many accounts and regions there are."""
    return create_loader()


def core() -> Session:
    """A session of botocore that reads times by `instant`, and shares what is known of services with the others."""
    made = get_session()
    made.register_component("data_loader", _models())
    parsers = Parsers()
    parsers.set_parser_defaults(timestamp_parser=instant)
    made.register_component("response_parser_factory", parsers)
    return made


def settings(attempts: int = _ATTEMPTS, connect_timeout: int = 10, read_timeout: int = 60) -> BotoConfig:
    """How a client tries: its timeouts in seconds, and the tries of one call unless AWS_MAX_ATTEMPTS says otherwise."""
    wanted = os.environ.get("AWS_MAX_ATTEMPTS", "")
    return BotoConfig(
        retries={
            "mode": "adaptive",
            "total_max_attempts": int(wanted) if wanted.isdecimal() and int(wanted) else attempts,
        },
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        max_pool_connections=16,
    )


def _assumed(base: Clients, role_arn: str, external_id: str | None) -> boto3.session.Session:
    sts = cast("STSClient", base.client("sts"))
    if external_id is None:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="remediator", DurationSeconds=_ROLE_SECONDS)
    else:
        answer = sts.assume_role(
            RoleArn=role_arn, RoleSessionName="remediator", DurationSeconds=_ROLE_SECONDS, ExternalId=external_id
        )
    with understood():
        credentials = answer["Credentials"]
        key, secret, token = (credentials[n] for n in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    return boto3.session.Session(key, secret, token, botocore_session=core())
