"""The forges and trackers of a run, each made when first asked for and kept to the run's end."""

import time
from collections.abc import Callable, Sequence
from datetime import date

from remediator.config import Config, ForgeConfig, RepositoryConfig, TeamConfig, secret
from remediator.deliver.forges.github import api as github
from remediator.deliver.forges.github import checks as github_checks
from remediator.deliver.forges.github.forge import GitHubForge
from remediator.deliver.forges.github.login import PACE, AppLogin, Login, Server, TokenLogin
from remediator.deliver.forges.github.shelf import Shelf
from remediator.deliver.forges.gitlab import api as gitlab
from remediator.deliver.forges.gitlab import checks as gitlab_checks
from remediator.deliver.forges.gitlab.forge import GitLabForge
from remediator.deliver.forges.local import LocalForge
from remediator.deliver.pace import Pace
from remediator.deliver.protocols import Forge, Tracker
from remediator.deliver.retry import Retry
from remediator.deliver.trackers.jira import api as jira
from remediator.deliver.trackers.jira.tracker import JiraTracker
from remediator.deliver.trackers.local import LocalTracker
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.git.commits import OURS
from remediator.model.checks import Check, passed
from remediator.trace.codeowners.loading import load_codeowners
from remediator.trace.codeowners.rules import CodeOwners


class Places:
    """Where a run delivers to; one for a whole run spares asking a forge again for every plan.

    `pace` is the least number of seconds between two writes to GitHub.
    """

    def __init__(self, config: Config, pace: float = PACE, sleep: Callable[[float], None] = time.sleep) -> None:
        self._config, self._pace, self._sleep = config, pace, sleep
        self._forges: dict[tuple[str, str], Forge] = {}
        self._trackers: dict[str, Tracker] = {}
        self._owners: dict[tuple[str, str], CodeOwners] = {}

    def forge(self, repository: RepositoryConfig, clone: Clone | None) -> Forge | None:
        """Where a repository's pull requests are opened, or None where none is configured; raises ConfigError."""
        name = repository.forge
        if name is None:
            return None
        forge = self._config.forges[name]
        # A local forge reads merges from the clone as it was fetched, a server's client serves all repositories.
        key = (name, f"{repository.name} {clone.head}" if clone and forge.kind == "local" else "")
        if key not in self._forges:
            self._forges[key] = self._make_forge(name, clone)
        return self._forges[key]

    def owners(self, clone: Clone) -> CodeOwners:
        """The CODEOWNERS of a repository as it was fetched, read once; raises RemediatorError where git fails."""
        key = (clone.name, clone.head)
        if key not in self._owners:
            self._owners[key] = load_codeowners(clone, clone.head, self._config)
        return self._owners[key]

    def tracker(self, repository: RepositoryConfig | None) -> Tracker | None:
        """Where tickets go: the repository's tracker, else the first one; None where none is configured."""
        name = self._tracker_name(repository)
        if name is None:
            return None
        if name not in self._trackers:
            self._trackers[name] = self._make_tracker(name)
        return self._trackers[name]

    def check_forge(self, name: str, slugs: Sequence[str], today: date) -> Sequence[Check]:
        """Whether a forge takes our credentials, and lets us do in its repositories what a run does there."""
        unit, forge = f"forge {name}", self._config.forges[name]
        if forge.kind == "local":
            return (passed(unit, "outbox", "requests are files in the outbox of state_dir"),)
        if forge.kind == "gitlab":
            return tuple(gitlab_checks.check(self._gitlab(name), unit, slugs, today))
        return tuple(github_checks.check(self._github(name), unit, slugs))

    def check_tracker(self, name: str, teams: Sequence[TeamConfig]) -> Sequence[Check]:
        """Whether a tracker takes our credentials, and its project what the configuration sets."""
        made = self._make_tracker(name)
        if isinstance(made, JiraTracker):
            return tuple(made.check(f"tracker {name}", teams))
        return (passed(f"tracker {name}", "outbox", "tickets are files in the outbox of state_dir"),)

    def is_onboarded(self, repository: RepositoryConfig | None) -> bool:
        """Whether nobody needs to be asked before a first ticket: there is no tracker, or it is files of ours."""
        name = self._tracker_name(repository)
        return name is None or self._config.trackers[name].kind == "local"

    def _tracker_name(self, repository: RepositoryConfig | None) -> str | None:
        return repository.tracker if repository and repository.tracker else next(iter(self._config.trackers), None)

    def _make_forge(self, name: str, clone: Clone | None) -> Forge:
        forge = self._config.forges[name]
        if forge.kind == "local":
            return LocalForge(self._config.run.state_dir / "outbox", clone, self._ours)
        return GitLabForge(self._gitlab(name)) if forge.kind == "gitlab" else GitHubForge(self._github(name))

    @property
    def _ours(self) -> frozenset[str]:
        """The addresses that commits of ours are by."""
        address = self._config.requests.address
        return OURS | ({address} if address else set())

    def _gitlab(self, name: str) -> gitlab.Api:
        forge = self._config.forges[name]
        token = secret(forge.token_env, f"forges.{name}")
        return gitlab.connect(forge.api, token, Retry(gitlab.judge, self._sleep), self._ours)

    def _github(self, name: str) -> github.Api:
        forge = self._config.forges[name]
        shelf = Shelf(self._config.run.state_dir / "cache" / "github")
        retry = Retry(github.judge, self._sleep)
        return github.Api(forge.api, login(forge, name, self._pace), retry, Pace(), shelf, self._ours)

    def _make_tracker(self, name: str) -> Tracker:
        tracker = self._config.trackers[name]
        if tracker.kind == "local":
            return LocalTracker(self._config.run.state_dir / "outbox", tracker.project)
        if tracker.url is None:
            raise ConfigError(
                f"trackers.{name} has no url; write the address of the Jira, such as https://a.atlassian.net"
            )
        user = secret(tracker.user_env, f"trackers.{name}", "a user name") if tracker.user_env else None
        token = secret(tracker.token_env, f"trackers.{name}")
        api = jira.Api(tracker.url, user, token, Retry(jira.judge, self._sleep), tracker.api)
        return JiraTracker(api, tracker, name)


def login(forge: ForgeConfig, name: str, pace: float = PACE) -> Login:
    """How GitHub knows us: as an App, or by a token; raises ConfigError where the secret is not set."""
    kind = "a private key" if forge.app_id is not None else "a token"
    held, server = secret(forge.secret_env, f"forges.{name}", kind), Server(forge.api, pace)
    return TokenLogin(server, held) if forge.app_id is None else AppLogin(server, forge.app_id, held)
