"""A repository's own `.remediator.toml`, which only narrows: fewer rules, lower limits, more exceptions, own people."""

import tomllib
from typing import Annotated

from pydantic import Field, ValidationError

from remediator.config.exceptions import ExceptionConfig
from remediator.config.limits import LimitsConfig
from remediator.config.loading import sentence
from remediator.config.requests import OwnRequests
from remediator.config.table import Section
from remediator.errors import ConfigError

MOST = 65_536
"""Bytes of the file that are read; it is written by whoever can commit, so that it is bounded."""

Count = Annotated[int, Field(ge=0)]


class OwnLimits(Section):
    """`[limits]` of a repository: what is higher than the limit of all has no effect."""

    open_per_repo: Count | None = None
    opened_per_hour: Count | None = None
    open_destructive: Count | None = None

    def narrowed(self, limits: LimitsConfig) -> LimitsConfig:
        """The limits of all, lowered where the repository's own are lower."""
        own = {name: value for name, value in self if value is not None and value < getattr(limits, name)}
        return limits.model_copy(update=own)


class OwnPlanner(Section):
    """`[planners.RULE]` of a repository: a rule that is off for all stays off."""

    enabled: bool = True


class OwnConfig(Section):
    """`.remediator.toml` at the root of a repository."""

    limits: OwnLimits = OwnLimits()
    planners: dict[str, OwnPlanner] = Field(default_factory=dict)
    exceptions: Annotated[tuple[ExceptionConfig, ...], Field(max_length=500)] = ()
    requests: OwnRequests = OwnRequests()

    @property
    def off(self) -> frozenset[str]:
        """The rules that it switches off."""
        return frozenset(rule for rule, planner in self.planners.items() if not planner.enabled)


def parse_own(content: bytes, path: str) -> OwnConfig:
    """A repository's own configuration; raises ConfigError, worded for whoever committed it."""
    if len(content) > MOST:
        raise ConfigError(f"{path} has {len(content):,} bytes; at most {MOST:,} are read")
    try:
        return OwnConfig.model_validate(tomllib.loads(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except ValidationError as error:
        sentences = [sentence(e["loc"], e["type"], e["msg"], OwnConfig) for e in error.errors()[:10]]
        raise ConfigError(f"{path}: " + "; ".join(sentences)) from error
    except (ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits, too
        raise ConfigError(f"{path} is not valid TOML: {str(error)[:200]}") from error
