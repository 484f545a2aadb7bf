"""Sessions and clients of an account: profile, assumed role, endpoint, adaptive retries, counted calls."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import AccountConfig
from remediator.observe.calls import CallCounter
from remediator.observe.failures import explained

if TYPE_CHECKING:
    from botocore.client import BaseClient

_ROLE_SECONDS = 3600
_ATTEMPTS = 8
"""Tries of one call, unless the variable AWS_MAX_ATTEMPTS says otherwise; an account that is throttled throughout takes
two minutes, with the pauses between."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Makes the clients of one account in one region; every call they make is counted."""

    session: boto3.session.Session
    region: str
    endpoint_url: str | None
    counter: CallCounter
    made: dict[str, "BaseClient"] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str) -> "BaseClient":
        """The client of a service, such as `ec2`; made once, since making one takes as long as a call."""
        if service in self.made:
            return self.made[service]
        made: BaseClient = self.session.client(  # type: ignore[call-overload]  # the service's name is data here
            service, region_name=self.region, endpoint_url=self.endpoint_url, config=_settings()
        )
        made.meta.events.register("before-call", self.counter.before_call)
        self.made[service] = made
        return made


def open_clients(account: AccountConfig, region: str, where: str) -> Clients:
    """The clients of an account in a region; raises RemediatorError where its credentials cannot be had."""
    counter = CallCounter()
    try:
        session = boto3.session.Session(profile_name=account.profile)
        if account.role_arn is not None:
            base = Clients(session, region, account.endpoint_url, counter)
            session = _assumed(base, account.role_arn, account.external_id)
        return Clients(session, region, account.endpoint_url, counter)
    except (BotoCoreError, ClientError) as error:
        raise explained(where, error) from error


def _settings() -> BotoConfig:
    wanted = os.environ.get("AWS_MAX_ATTEMPTS", "")
    attempts = int(wanted) if wanted.isdecimal() and int(wanted) else _ATTEMPTS
    return BotoConfig(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=16,
    )


def _assumed(base: Clients, role_arn: str, external_id: str | None) -> boto3.session.Session:
    sts = base.session.client("sts", region_name=base.region, endpoint_url=base.endpoint_url, config=_settings())
    sts.meta.events.register("before-call", base.counter.before_call)
    if external_id is None:
        answer = sts.assume_role(RoleArn=role_arn, RoleSessionName="remediator", DurationSeconds=_ROLE_SECONDS)
    else:
        answer = sts.assume_role(
            RoleArn=role_arn, RoleSessionName="remediator", DurationSeconds=_ROLE_SECONDS, ExternalId=external_id
        )
    credentials = answer["Credentials"]
    return boto3.session.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]
    )
