"""The accounts of an organization, each with the role that is assumed in it.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import cast

from pydantic import BaseModel, Field, ValidationError

from remediator.config import AccountConfig, Config, OrganizationConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Failure
from remediator.observe.calls import CallCounter
from remediator.observe.failures import REFUSALS, explained
from remediator.observe.parsing import understood
from remediator.observe.sessions import Clients, open_clients
from remediator.observe.walking import Paginator

_UNITS = 2_000
"""Organizational units that are walked; an organization may have as many.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html"""
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Organized:
    """The accounts that were found, the organizations that could not be read, and the calls it took."""

    accounts: tuple[AccountConfig, ...] = ()
    failures: tuple[Failure, ...] = ()
    calls: tuple[CallCount, ...] = ()


class _Account(BaseModel):
    id: str = Field(alias="Id", pattern=r"^\d{12}$")
    arn: str = Field(alias="Arn", pattern=r"^arn:aws[a-z-]*:organizations::")
    name: str = Field(alias="Name", default="")
    state: str = Field(alias="State", default="")
    status: str = Field(alias="Status", default="")

    @property
    def active(self) -> bool:
        """`State` takes the place of `Status`, and some answers have only one of them."""
        return (self.state or self.status) == "ACTIVE"


def organized(config: Config) -> Organized:
    """Every account of the organizations that are configured; one that cannot be read is a failure."""
    counter = CallCounter()
    found: list[AccountConfig] = []
    failures: list[Failure] = []
    for at, organization in enumerate(config.organizations):
        where = f"organizations.{at}"
        taken = {account.name for account in (*config.accounts, *found)}
        known = {_account_of(account) for account in (*config.accounts, *found)}
        try:
            members = _members(organization, where, counter)
        except RemediatorError as error:
            failures.append(Failure(where, str(error)))
            continue
        for member in sorted(members, key=lambda account: account.id):
            if member.active and member.id not in known and _is_wanted(member, organization):
                found.append(_configured(member, organization, taken))
                taken.add(found[-1].name)
    return Organized(tuple(found), tuple(failures), counter.counts())


def _members(organization: OrganizationConfig, where: str, counter: CallCounter) -> list[_Account]:
    """The accounts that lie where they should; raises RemediatorError where the organization cannot be read."""
    reader = AccountConfig(
        name="organization",
        regions=organization.regions[:1],
        profile=organization.profile,
        role_arn=organization.role_arn,
        external_id=organization.external_id if organization.role_arn else None,
        endpoint_url=organization.endpoint_url,
    )
    clients = open_clients(reader, reader.regions[0], where, counter)
    try:
        left_out = {account.id for account in _under(clients, organization.exclude_units)}
        of = _under(clients, organization.include_units) if organization.include_units else _all(clients)
        return [account for account in of if account.id not in left_out]
    except REFUSALS as error:
        raise explained(where, error, "organizations") from error


def _all(clients: Clients) -> Iterator[_Account]:
    yield from _accounts(clients, "list_accounts", "")


def _under(clients: Clients, units: Collection[str]) -> Iterator[_Account]:
    """The accounts in units and in the units under them: two calls a unit, however many accounts it has."""
    waiting, seen = list(units), set(units)
    while waiting:
        unit = waiting.pop()
        yield from _accounts(clients, "list_accounts_for_parent", unit)
        for page in _pages(clients, "list_organizational_units_for_parent", unit):
            listed = page.get("OrganizationalUnits")
            with understood():
                ids = [str(one["Id"]) for one in (listed if isinstance(listed, list) else [])]
            new = [id_ for id_ in ids if id_ not in seen]
            if len(seen) + len(new) > _UNITS:
                raise RemediatorError(f"the organization has more than {_UNITS:,} units; name fewer of them")
            seen.update(new)
            waiting += new


def _accounts(clients: Clients, operation: str, parent: str) -> Iterator[_Account]:
    for page in _pages(clients, operation, parent):
        listed = page.get("Accounts")
        for one in listed if isinstance(listed, list) else []:
            try:
                yield _Account.model_validate(one)
            except ValidationError:
                continue


def _pages(clients: Clients, operation: str, parent: str) -> Iterator[dict[str, object]]:
    paginator = cast(Paginator, clients.client("organizations").get_paginator(operation))
    for page in paginator.paginate(**({"ParentId": parent} if parent else {})):
        yield dict(page)


def _is_wanted(account: _Account, organization: OrganizationConfig) -> bool:
    included = organization.include_accounts
    return account.id not in organization.exclude_accounts and (not included or account.id in included)


def _account_of(account: AccountConfig) -> str:
    parts = (account.role_arn or "").split(":")
    return parts[4] if len(parts) > 5 else ""


def _configured(account: _Account, organization: OrganizationConfig, taken: Collection[str]) -> AccountConfig:
    """An account as it would be configured: called by its name, and by its id as well where that is taken or odd."""
    plain = _ODD.sub("-", account.name).strip("-._")[:80]
    name = plain if plain and plain not in taken else f"{plain}-{account.id}".lstrip("-")
    partition = account.arn.split(":")[1]
    return AccountConfig(
        name=name,
        regions=organization.regions,
        profile=organization.profile,
        role_arn=f"arn:{partition}:iam::{account.id}:role/{organization.role_name}",
        external_id=organization.external_id,
        endpoint_url=organization.endpoint_url,
    )
