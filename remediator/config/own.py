"""`.remediator.toml` of a repository or its organization, which only narrows: fewer rules, lower limits, own people."""

import tomllib
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, ValidationError

from remediator.config.disclosure import DisclosureConfig
from remediator.config.exceptions import ExceptionConfig
from remediator.config.limits import Environment, Freeze, LimitsConfig, ScheduleConfig, Window, Zone
from remediator.config.loading import sentence
from remediator.config.requests import OwnRequests
from remediator.config.table import Section
from remediator.errors import ConfigError

_SHOWN = 300
"""Characters of a mistake that are told, which may quote a key of any length."""

MOST = 65_536
"""Bytes of the file that are read; it is written by whoever can commit, so that it is bounded."""

Count = Annotated[int, Field(ge=0)]
Breaker = Annotated[int, Field(ge=1)]


class OwnLimits(Section):
    """`[limits]` of a repository or an organization: what is wider than the limits above has no effect.

    A `freeze` is one more; `dashboard = false` does without that issue. A `schedule` lets nothing be opened that the
    one above does not; its hours are by `timezone`, or by the time zone above.
    """

    open_per_repo: Count | None = None
    opened_per_hour: Count | None = None
    open_destructive: Count | None = None
    breaker_declines: Breaker | None = None
    breaker_failures: Breaker | None = None
    freeze: Annotated[tuple[Freeze, ...], Field(max_length=100)] = ()
    freeze_environments: tuple[Environment, ...] = ()
    schedule: Annotated[tuple[Window, ...], Field(max_length=100)] = ()
    timezone: Zone | None = None
    dashboard: bool = True

    @property
    def counts(self) -> Mapping[str, int]:
        """The counts that it gives."""
        return {name: value for name, value in self if isinstance(value, int) and not isinstance(value, bool)}

    def narrowed(self, limits: LimitsConfig) -> LimitsConfig:
        """The limits above, narrower where its own are."""
        hours = ScheduleConfig(windows=self.schedule, timezone=self.timezone or limits.timezone)
        lower = {name: value for name, value in self.counts.items() if value < getattr(limits, name)}
        return limits.model_copy(
            update={
                **lower,
                "freeze": tuple(dict.fromkeys((*limits.freeze, *self.freeze))),
                "freeze_environments": tuple(dict.fromkeys((*limits.freeze_environments, *self.freeze_environments))),
                "further": (*limits.further, hours) if self.schedule else limits.further,
                "dashboard": limits.dashboard and self.dashboard,
            }
        )


class OwnPlanner(Section):
    """`[planners.RULE]` of a repository: a rule that is off for all stays off."""

    enabled: bool = True


class OwnDisclosure(Section):
    """`[disclosure]` of a repository: what its readers are not shown though the configuration lets them see it."""

    resource_ids: bool = True
    account_ids: bool = True
    net_rates: bool = True
    addresses: bool = True
    people: bool = True

    def narrowed(self, disclosure: DisclosureConfig) -> DisclosureConfig:
        """The disclosure above with less of it, whatever the audience."""
        hidden = {name: False for name, value in self if value is False}
        return disclosure.model_copy(update={name: audience.model_copy(update=hidden) for name, audience in disclosure})


class OwnConfig(Section):
    """`.remediator.toml` of a repository, its organization, or a folder in it."""

    limits: OwnLimits = OwnLimits()
    disclosure: OwnDisclosure = OwnDisclosure()
    planners: dict[str, OwnPlanner] = Field(default_factory=dict)
    exceptions: Annotated[tuple[ExceptionConfig, ...], Field(max_length=500)] = ()
    requests: OwnRequests = OwnRequests()

    @property
    def off(self) -> frozenset[str]:
        """The rules that it switches off."""
        return frozenset(rule for rule, planner in self.planners.items() if not planner.enabled)

    @property
    def rules(self) -> frozenset[str]:
        """Every rule that it names."""
        return frozenset((*self.planners, *(rule for one in self.exceptions for rule in one.rule)))


def parse_own(content: bytes, path: str) -> OwnConfig:
    """A repository's own configuration; raises ConfigError, worded for whoever committed it."""
    if len(content) > MOST:
        raise ConfigError(f"{path} has {len(content):,} bytes; at most {MOST:,} are read")
    try:
        return OwnConfig.model_validate(tomllib.loads(content.decode("utf-8")))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)[:10]
        sentences = [sentence(e["loc"], e["type"], e["msg"], OwnConfig)[:_SHOWN] for e in found]
        raise ConfigError(f"{path}: " + "; ".join(sentences)) from error
    except (ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits, too
        raise ConfigError(f"{path} is not valid TOML: {str(error)[:200]}") from error
