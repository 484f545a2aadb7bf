"""A machine that delivers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from remediator.config import Config, RepositoryConfig
from remediator.deliver.delivery import Delivered, deliver
from remediator.deliver.places import Places
from remediator.deliver.site import Around
from remediator.git.clones import Clone
from remediator.ledger.ledger import open_ledger
from remediator.model import Plan
from remediator.run.codebase import cloned
from tests.deliver.upstream import Upstream
from tests.deliver.volume_plans import NOW

CONFIG = """
[run]
deliver = true
state_dir = "{state}"
[[repositories]]
name = "infra"
url = "{url}"
slug = "{slug}"
forge = "{forge}"
tracker = "{tracker}"
[forges.files]
kind = "local"
[forges.hub]
kind = "github"
api_url = "{github}"
token_env = "HUB_TOKEN"
[forges.lab]
kind = "gitlab"
api_url = "{gitlab}"
token_env = "LAB_TOKEN"
[trackers.files]
kind = "local"
[trackers.jira]
kind = "jira"
url = "{jira}"
user_env = "JIRA_USER"
token_env = "JIRA_TOKEN"
[limits]
onboarding = false
opened_per_hour = 100
open_per_repo = 100
"""


@dataclass
class Desk:
    """One machine that delivers: its configuration and state directory; every call is a run of its own."""

    config: Config
    upstream: Upstream
    make_plan: Callable[..., Plan]

    @property
    def state_dir(self) -> Path:
        return self.config.run.state_dir

    @property
    def repository(self) -> RepositoryConfig:
        return self.config.repositories[0]

    def clone(self) -> Clone:
        return cloned(self.repository, self.config)

    def plan(self, name: str = "a", **fields: object) -> Plan:
        return self.make_plan(name, **{"base": self.upstream.branches()["main"], **fields})

    def places(self) -> Places:
        return Places(self.config, pace=0, sleep=lambda _: None)

    def deliver(
        self,
        *plans: Plan,
        now: datetime = NOW,
        limits: dict[str, object] | None = None,
        places: Places | None = None,
        others: Sequence[Plan] = (),
    ) -> list[Delivered]:
        config = self.config
        if limits:
            config = config.model_copy(update={"limits": config.limits.model_copy(update=limits)})
        places, clone = places or Places(config, pace=0, sleep=lambda _: None), self.clone()
        with open_ledger(config.run.ledger, self.state_dir) as ledger:
            places_of = {None: (None, None), "infra": (self.repository, clone)}
            return [
                deliver(p, *places_of[p.repository], config, ledger, now, places, Around(plans=tuple(others)))
                for p in plans
            ]
