"""Where the price list of a region is asked for, and with whose credentials.

The Price List API lives in few regions, each of which answers for all of its partition and for GovCloud, which has
none: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import UnknownRegionError

from remediator.config import AccountConfig, Config
from remediator.errors import RemediatorError
from remediator.observe.calls import CallCounter
from remediator.observe.sessions import core, open_clients, settings

if TYPE_CHECKING:
    from mypy_boto3_pricing import PricingClient

_COMMERCIAL = "aws"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A region that the Price List API is asked in, by an account."""

    account: AccountConfig
    region: str
    url: str | None

    def open(self, counter: CallCounter) -> "PricingClient":
        """A client whose calls are counted, and which gives up soon: prices must not hold up a run.

        Raises RemediatorError where the account's credentials cannot be had.
        """
        session = open_clients(self.account, self.region, f"prices, as account {self.account.name}").session
        tries = settings(attempts=4, connect_timeout=5, read_timeout=30)
        try:
            client = session.client("pricing", region_name=self.region, endpoint_url=self.url, config=tries)
        except ValueError as error:
            raise RemediatorError(f"{self.url} is no endpoint; write [prices] endpoint_url as https://host") from error
        client.meta.events.register("before-call", counter.before_call)
        return client


def endpoint_of(region: str, config: Config) -> Endpoint | None:
    """Where the prices of a region are asked for; None where no account can.

    That is the account that `[prices]` names, or the first of the region's partition. An account with an endpoint_url
    of its own is an emulator's or lies behind a gateway, and is taken only where `[prices]` says so.
    """
    wanted, url = config.prices.account, config.prices.endpoint_url
    partition = _partition(region)
    if not _regions(partition):
        partition = _COMMERCIAL
    for account in config.accounts:
        if wanted not in (None, account.name) or _partition(account.regions[0]) != partition:
            continue
        if wanted is None and url is None and account.endpoint_url is not None:
            continue
        return Endpoint(account, _nearest(account.regions[0], partition), url or account.endpoint_url)
    return None


def _nearest(region: str, partition: str) -> str:
    """The region of the API on an account's continent, which its own rules are likeliest to allow."""
    known = _regions(partition)
    continent = region.partition("-")[0]
    return next((r for r in known if r.startswith(f"{continent}-")), known[-1])


@cache
def _regions(partition: str) -> Sequence[str]:
    return tuple(sorted(core().get_available_regions("pricing", partition)))


@cache
def _partition(region: str) -> str:
    try:
        return str(core().get_partition_for_region(region))
    except UnknownRegionError:
        return _COMMERCIAL
