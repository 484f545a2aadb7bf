"""`[[organizations]]`: accounts that are found in AWS Organizations, each with a role to assume."""

from typing import Annotated

from pydantic import Field

from remediator.config.table import Section

_Role = Annotated[str, Field(pattern=r"^(?:[!-.0-~]+/)*[\w+=,.@-]{1,64}$")]
_Account = Annotated[str, Field(pattern=r"^\d{12}$")]
_Unit = Annotated[str, Field(pattern=r"^(?:r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$")]
_Region = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


class OrganizationConfig(Section):
    """`[[organizations]]`: every active account of an organization, as if each were written in `[[accounts]]`.

    The organization is read with `profile`, through `role_arn` where that is given (of the management account, or of a
    delegated administrator); in each account the role of `role_name` (with its path before it) is assumed with the
    profile's own credentials. Organizational units are named by id, and mean what lies under them too. An account that
    `[[accounts]]` already has a role of is left to that.
    """

    role_name: _Role
    regions: Annotated[tuple[_Region, ...], Field(min_length=1)]
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    endpoint_url: str | None = None
    include_units: tuple[_Unit, ...] = ()
    exclude_units: tuple[_Unit, ...] = ()
    include_accounts: tuple[_Account, ...] = ()
    exclude_accounts: tuple[_Account, ...] = ()
