"""The configuration: TOML in, frozen values out; an unknown key is an error that names the nearest known one."""

from remediator.config.disclosure import AudienceConfig, DisclosureConfig, PublicConfig
from remediator.config.environments import EnvironmentsConfig
from remediator.config.exceptions import ExceptionConfig
from remediator.config.limits import LimitsConfig
from remediator.config.loading import load, parse, secret
from remediator.config.organizations import OrganizationConfig
from remediator.config.owners import (
    MachineConfig,
    OwnersConfig,
    PlaceholderConfig,
    TeamConfig,
    ToolConfig,
    WeightsConfig,
)
from remediator.config.repositories import RepositoryConfig, RootConfig, StateHostConfig, is_remote
from remediator.config.sections import AccountConfig, Config, PlannerTable, PlannerValue, PricesConfig, RunConfig
from remediator.config.services import ForgeConfig, TrackerConfig
from remediator.config.words import nearest

__all__ = [
    "AccountConfig",
    "AudienceConfig",
    "Config",
    "DisclosureConfig",
    "EnvironmentsConfig",
    "ExceptionConfig",
    "ForgeConfig",
    "LimitsConfig",
    "MachineConfig",
    "OrganizationConfig",
    "OwnersConfig",
    "PlaceholderConfig",
    "PlannerTable",
    "PlannerValue",
    "PricesConfig",
    "PublicConfig",
    "RepositoryConfig",
    "RootConfig",
    "RunConfig",
    "StateHostConfig",
    "TeamConfig",
    "ToolConfig",
    "TrackerConfig",
    "WeightsConfig",
    "is_remote",
    "load",
    "nearest",
    "parse",
    "secret",
]
