"""The tables of the configuration, frozen and closed to unknown keys."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from remediator.config.disclosure import DisclosureConfig
from remediator.config.environments import EnvironmentsConfig
from remediator.config.exceptions import ExceptionConfig
from remediator.config.limits import LimitsConfig
from remediator.config.organizations import OrganizationConfig
from remediator.config.owners import OwnersConfig
from remediator.config.requests import RequestsConfig
from remediator.config.services import ForgeConfig, TrackerConfig
from remediator.config.table import Section
from remediator.config.words import nearest

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


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


def _pairs(table: object) -> object:
    return tuple(sorted(table.items())) if isinstance(table, dict) else table


Environment = Annotated[
    tuple[tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$")], str], ...],
    BeforeValidator(_pairs),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
"""Variables of the environment by name, a table in TOML and sorted pairs here."""


class RootConfig(Section):
    """`[[repositories.roots]]`: a folder that Terraform is run in, where its state is, and what its variables are.

    `environment` holds what Terraform is run with, where it is run: `TF_VAR_` variables, and those that `get_env()` of
    Terragrunt reads. Where one folder serves several states in one workspace, each has a `name` of its own. Where there
    is a `state_command`, what it prints is the state: an argument list, started without a shell in `state_command_dir`,
    with PATH, HOME and the variables that `state_env` names; then `state` is but what it is called.
    """

    path: str
    name: str | None = None
    state: str = ""
    state_account: str | None = None
    state_command: tuple[str, ...] = ()
    state_command_dir: Path = Path()
    state_env: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    environment: Environment = ()
    workspace: Name = "default"
    workspace_key_prefix: str = "env:"

    @property
    def identity(self) -> str:
        """What its findings are known by: its name, else its path."""
        return self.name or self.path

    @property
    def backend(self) -> str:
        """What the state is called: its reference without a query, or else the program that prints it."""
        return self.state.partition("?")[0] or f"printed by {self.state_command[0]}"

    @model_validator(mode="after")
    def _state_is_somewhere(self) -> "RootConfig":
        if not self.state and not any(self.state_command[:1]):
            raise ValueError(f"root '{self.path}' has neither a state nor a state_command; give it one of them")
        if "@" in urlsplit(self.state).netloc:
            raise ValueError(
                f"root '{self.path}': a state's URL holds no user or password; name their variables in [state_hosts]"
            )
        if (self.state_env or self.state_command_dir != Path()) and not self.state_command:
            raise ValueError(f"root '{self.path}': state_env and state_command_dir belong to a state_command")
        return self


class StateHostConfig(Section):
    """`[state_hosts."HOST"]`: a host that states are read from, and the variables that hold what it asks for.

    With `user_env` it is basic authentication; else GitLab's private token on its API, and a bearer token elsewhere.
    `url` stands in for `https://HOST` where the service is reached otherwise.
    """

    user_env: str | None = None
    token_env: str | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _user_has_a_token(self) -> "StateHostConfig":
        if self.user_env and not self.token_env:
            raise ValueError("user_env needs a token_env, the variable that holds the user's token or password")
        if self.url is not None and not self.url.startswith(("https://", "http://")):
            raise ValueError("url is written as https://host")
        return self


class RepositoryConfig(Section):
    """`[[repositories]]`: a git repository that holds Terraform code, where it is hosted and tracked.

    `codeowners` is the dialect of its CODEOWNERS file; without it the forge's, or what the repository shows. `clone` is
    "blobless" for one whose history is full of large binaries: then only what is read of it is fetched.
    `config_repository` names another of them, whose `.remediator.toml` narrows this one too.
    """

    name: Name
    url: str
    branch: str = "main"
    clone: Literal["full", "blobless"] = "full"
    slug: str | None = None
    forge: str | None = None
    tracker: str | None = None
    codeowners: Literal["github", "gitlab"] | None = None
    config_repository: Name | None = None
    roots: tuple[RootConfig, ...] = ()

    @property
    def forge_slug(self) -> str:
        """`owner/name` or `group/subgroup/name` on the forge: as configured, else the URL's path, else the name."""
        if self.slug:
            return self.slug
        parts = urlsplit(self.url)
        path = parts.path if "://" in self.url else self.url.partition(":")[2]
        names = path.strip("/").removesuffix(".git").split("/")
        names = names[-2:] if parts.scheme == "file" else names  # which has folders before it, where a forge has groups
        return "/".join(names) if is_remote(self.url) and len(names) > 1 else self.name


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


def is_remote(reference: str) -> bool:
    """Whether a reference is a URL (`scheme://…` or `host:path`), not a path here."""
    return "://" in reference or ":" in reference.partition("/")[0]


def _known(where: str, key: str, value: str | None, known: Collection[str]) -> None:
    if value is not None and value not in known:
        raise ValueError(f"{where}: {key} = '{value}' is not configured{nearest(value, list(known))}")
