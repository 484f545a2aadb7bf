"""The tables of the configuration, frozen and closed to unknown keys."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remediator.config.disclosure import DisclosureConfig
from remediator.config.environments import EnvironmentsConfig
from remediator.config.exceptions import ExceptionConfig
from remediator.config.limits import LimitsConfig
from remediator.config.organizations import OrganizationConfig
from remediator.config.owners import OwnersConfig
from remediator.config.repositories import RepositoryConfig, StateHostConfig
from remediator.config.requests import RequestsConfig
from remediator.config.services import ForgeConfig, TrackerConfig
from remediator.config.table import Name, Section
from remediator.config.words import nearest


def _by_currency(given: object) -> object:
    """Amounts by currency; one alone is in USD."""
    return tuple(sorted(given.items())) if isinstance(given, dict) else (("USD", given),)


_Amounts = Annotated[
    tuple[tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], Annotated[Decimal, Field(ge=0)]], ...],
    BeforeValidator(_by_currency),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "object", "additionalProperties": {"type": "number"}}]}),
]


class RunConfig(Section):
    """`[run]`: where state lives, how far to look back, whether anything may leave, what looking may cost.

    `min_monthly_saving` is USD, or a table of amounts by currency; a saving in a currency that it does not name is
    never too small, since nothing is converted. `max_metric_cost` is USD a run for GetMetricData, which is paid by the
    metric asked for; `max_bucket_calls` are the calls to buckets, which no operation describes together, in each
    account and region; `max_launch_lookups` are the resources a run of which CloudTrail is asked who launched them, two
    a second in an account and region. `second_opinion` asks AWS' own advisers too, which is free. `prometheus_url` is
    where the series of NVIDIA's DCGM exporter are; `prometheus_labels` are those of its labels that may say which
    machine a GPU is in, by instance id, private DNS name or private address, the first that does.
    """

    state_dir: Path = Path(".remediator")
    deliver: bool = False
    lookback_days: Annotated[int, Field(ge=1, le=63)] = 14
    metric_period: Annotated[int, Field(ge=60, multiple_of=60)] = 300
    prometheus_url: Annotated[str, Field(pattern=r"^https?://[^/@?#\s]+(?:/[^?#\s]*)?$")] | None = None
    prometheus_token_env: str | None = None
    prometheus_labels: tuple[Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")], ...] = (
        "instance_id",
        "Hostname",
        "node",
        "kubernetes_node",
        "instance",
    )
    max_metric_cost: Annotated[Decimal, Field(ge=0)] | None = Decimal(5)
    max_bucket_calls: Annotated[int, Field(ge=0)] = 300
    max_launch_lookups: Annotated[int, Field(ge=0)] = 600
    min_monthly_saving: _Amounts = (("USD", Decimal(10)),)
    prove: bool = True
    second_opinion: bool = True
    executor: Literal["threads"] = "threads"
    workers: Annotated[int, Field(ge=1, le=64)] = 8
    ledger: str | None = None

    def least_saving(self, currency: str) -> Decimal:
        """The least monthly saving in a currency that is delivered."""
        return dict(self.min_monthly_saving).get(currency, Decimal(0))


class AccountConfig(Section):
    """`[[accounts]]`: one cloud account and its regions.

    `state_buckets` are listed for Terraform states; `owner` is the team or person who owns what nobody else does in it.
    """

    provider: Literal["aws"] = "aws"
    name: Name
    regions: Annotated[tuple[Name, ...], Field(min_length=1)]
    profile: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    endpoint_url: str | None = None
    state_buckets: tuple[Name, ...] = ()
    owner: str | None = None


class PricesConfig(Section):
    """`[prices]`: where list prices come from.

    `account` names whose credentials ask the Price List API, which is free; without it, it is the first account that
    has no endpoint_url. `endpoint_url` stands in for AWS' own.
    """

    source: Literal["api", "embedded"] = "api"
    account: Name | None = None
    endpoint_url: Annotated[str, Field(pattern=r"^https?://")] | None = None


PlannerValue = str | int | float | bool | list[str] | list[dict[str, str]]
PlannerTable = dict[str, PlannerValue | dict[str, PlannerValue]]
"""`[planners.RULE]`: settings by name, and under the name of an environment those that differ there."""


class Config(Section):
    """The whole configuration; names are unique and every reference between tables is known to hold."""

    run: RunConfig = RunConfig()
    accounts: tuple[AccountConfig, ...] = ()
    organizations: tuple[OrganizationConfig, ...] = ()
    repositories: tuple[RepositoryConfig, ...] = ()
    forges: dict[str, ForgeConfig] = Field(default_factory=dict)
    trackers: dict[str, TrackerConfig] = Field(default_factory=dict)
    state_hosts: dict[str, StateHostConfig] = Field(default_factory=dict)
    owners: OwnersConfig = OwnersConfig()
    limits: LimitsConfig = LimitsConfig()
    requests: RequestsConfig = RequestsConfig()
    disclosure: DisclosureConfig = DisclosureConfig()
    prices: PricesConfig = PricesConfig()
    environments: EnvironmentsConfig = EnvironmentsConfig()
    exceptions: tuple[ExceptionConfig, ...] = ()
    planners: dict[str, PlannerTable] = Field(default_factory=dict)

    def account(self, name: str | None) -> AccountConfig | None:
        """The account of that name, or the first where none is named; None where there is none."""
        if name is None:
            return next(iter(self.accounts), None)
        return next((a for a in self.accounts if a.name == name), None)

    def repository(self, name: str) -> RepositoryConfig | None:
        """The repository of that name."""
        return next((r for r in self.repositories if r.name == name), None)

    def forge_host(self, name: str) -> str | None:
        """The host of a repository's forge; None where it has none, or one that stands for any."""
        repository = self.repository(name)
        forge = self.forges.get(repository.forge or "") if repository else None
        return forge.host if forge else None

    @model_validator(mode="after")
    def _names_hold(self) -> "Config":
        for table, names in (
            ("accounts", [a.name for a in self.accounts]),
            ("repositories", [r.name for r in self.repositories]),
        ):
            twice = sorted({n for n in names if names.count(n) > 1})
            if twice:
                raise ValueError(f"{table}: the name '{twice[0]}' is used twice")
        for where, key, account in () if self.organizations else self._accounts_named():
            _known(where, key, account, [a.name for a in self.accounts])
        for host in self.state_hosts:
            if host != host.lower() or "/" in host:
                raise ValueError(f"state_hosts '{host}': write the host alone, in lower case: gitlab.acme.io")
        for repository in self.repositories:
            where = f"repositories '{repository.name}'"
            _known(where, "forge", repository.forge, self.forges)
            _known(where, "tracker", repository.tracker, self.trackers)
            _known(where, "config_repository", repository.config_repository, [r.name for r in self.repositories])
            known = [(root.identity, root.workspace) for root in repository.roots]
            same = next((root for root, at in zip(repository.roots, known, strict=True) if known.count(at) > 1), None)
            if same is not None:
                raise ValueError(
                    f"{where}: two roots are '{same.identity}' in workspace '{same.workspace}'; give each a name"
                )
        return self

    def _accounts_named(self) -> Iterator[tuple[str, str, str | None]]:
        """Where and by which key an account is named; what those of an organization are called is not known yet."""
        yield "prices", "account", self.prices.account
        for at, exception in enumerate(self.exceptions):
            yield f"exceptions.{at}", "account", exception.account
        for repository in self.repositories:
            for root in repository.roots:
                yield f"repositories '{repository.name}', root '{root.path}'", "state_account", root.state_account


def _known(where: str, key: str, value: str | None, known: Collection[str]) -> None:
    if value is not None and value not in known:
        raise ValueError(f"{where}: {key} = '{value}' is not configured{nearest(value, list(known))}")
