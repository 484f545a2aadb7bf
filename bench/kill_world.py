"""A small world to deliver to: a repository over HTTP, a forge and a Jira, on loopback, made anew at will."""

import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from remediator.config import Config, parse
from remediator.deliver.markers import read_marker
from tests.deliver.services import contract, git_service, github_service, gitlab_service, http_service, jira_service
from tests.deliver.upstream import Upstream

if TYPE_CHECKING:
    from tests.deliver.git_service import GitOverHttp
    from tests.deliver.http_service import Request, Service

TOKEN = "t0ken"  # what the fakes take

Forge = Literal["github", "gitlab"]
Tracker = Literal["jira cloud", "jira dc"]

CONFIG = """
[run]
deliver = true
state_dir = "{state}"
[[repositories]]
name = "infra"
url = "{git}"
slug = "{slug}"
forge = "forge"
tracker = "jira"
[forges.forge]
kind = "{kind}"
api_url = "{forge}"
token_env = "KILLS_TOKEN"
[trackers.jira]
kind = "jira"
url = "{jira}"
user_env = "KILLS_USER"
token_env = "KILLS_TOKEN"
[limits]
onboarding = false
opened_per_hour = 100
tickets_per_hour = 100
open_per_owner = 100
open_per_repo = {requests}
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One call that a service carried out; `writes` is that it could change something there."""

    service: str
    name: str
    writes: bool


class Description(Protocol):
    """What a service says of itself."""

    def filled(self, request: object, reply: object) -> object:
        """The answer, completed by what the description asks of it."""

    def problems(self, *asked: object) -> list[str]:
        """What is wrong with a question or its answer."""


class Unheld:
    """A description that completes answers and holds nothing against it, which is done in the run that none kills."""

    def __init__(self, held: Description) -> None:
        self._held = held

    def filled(self, request: object, reply: object) -> object:
        """The answer, completed."""
        return self._held.filled(request, reply)

    def problems(self, *_: object) -> list[str]:
        """Nothing."""
        return []


@dataclass
class World:
    """The services and what they hold; `fresh` makes all of it anew, `on_event` hears of every call, carried out."""

    home: Path
    forge_kind: Forge
    tracker_kind: Tracker
    upstream: Upstream
    servers: dict[str, "Service | GitOverHttp"] = field(default_factory=dict)
    on_event: Callable[[Event], None] = lambda _: None

    def fresh(self, held: bool = False) -> None:
        """Everything as it was before anything was delivered; with `held` calls are held to their descriptions."""
        for name in (self.upstream.bare, self.home / "state"):
            shutil.rmtree(name, ignore_errors=True)
        shutil.copytree(self.home / "first.git", self.upstream.bare)
        github, gitlab, jira, data_center, questions = (known if held else Unheld(known) for known in descriptions())
        service, reply = self.servers["forge"], http_service.Reply
        if self.forge_kind == "github":
            self.forge = github_service.GitHub(service, reply, self.upstream, github, questions)
        else:
            self.forge = gitlab_service.GitLab(service, reply, self.upstream, gitlab)
        self.jira = jira_service.Jira(self.servers["jira"], reply, jira, data_center)
        self.jira.cloud = self.tracker_kind == "jira cloud"

    def config(self, requests: int) -> Config:
        """A configuration that lets so many requests be open."""
        text = CONFIG.format(
            state=self.home / "state",
            git=self.servers["git"].url,
            forge=self.servers["forge"].url,
            jira=self.servers["jira"].url,
            kind=self.forge_kind,
            slug="acme/infra" if self.forge_kind == "github" else "acme/ml/infra",
            requests=requests,
        )
        return parse(text, self.home / "config.toml")

    @property
    def problems(self) -> list[str]:
        """What calls had wrong, by the services' own descriptions."""
        return [*getattr(self.forge, "problems", ()), *self.jira.problems]

    def holds(self) -> dict[str, list[tuple[str, object]]]:
        """What the services hold, by service: pairs of what a thing is and how it looks, numbers and times left out."""
        branches = [(f"branch {name}", None) for name in self.upstream.branches() if name != "main"]
        return {self.forge_kind: [*branches, *map(_request, self._requests())], self.tracker_kind: self._tickets()}

    def _requests(self) -> list[dict[str, object]]:
        if self.forge_kind == "github":
            return list(self.forge.pulls)  # issues, too
        return [*self.forge.requests, *self.forge.issues]

    def _tickets(self) -> list[tuple[str, object]]:
        rows: list[tuple[str, object]] = []
        for key, issue in self.jira.issues.items():
            fields = issue["fields"]
            name = next(label for label in fields["labels"] if label.startswith("remediator-"))
            shown = {k: fields.get(k) for k in ("summary", "description", "assignee", "components", "status")}
            names = [attachment["filename"] for attachment in fields["attachment"]]
            said = [comment["body"] for comment in self.jira.comments.get(key, [])]
            rows.append((f"ticket {name}", (shown, names, said, len(self.jira.links.get(key, [])))))
        return rows

    def tell(self, service: str, name: str, writes: bool) -> None:
        """Pass on that a call was carried out."""
        self.on_event(Event(service, name, writes))


def _request(there: Mapping[str, object]) -> tuple[str, object]:
    marker = read_marker(str(there.get("body") or there.get("description") or ""))
    labels = sorted(str(one["name"] if isinstance(one, dict) else one) for one in _listed(there.get("labels")))
    asked = _listed(there.get("requested_reviewers") or there.get("reviewers"))
    people = sorted(str(one.get("login") or one.get("username")) for one in asked if isinstance(one, dict))
    name = f"request {marker.plan_id}" if marker else f"issue {there['title']}"
    return name, (there["state"], there["title"], labels, people, bool(there.get("draft")))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@contextmanager
def world(home: Path, forge: Forge, tracker: Tracker, code: dict[str, str]) -> Iterator[World]:
    """A world whose repository holds this code."""
    upstream = Upstream(home)
    upstream.make()
    upstream.commit(code)
    upstream.bare_git("config", "http.receivepack", "true")
    shutil.copytree(upstream.bare, home / "first.git")
    made = World(home, forge, tracker, upstream)
    servers = {
        "forge": http_service.Service(lambda request: made.forge.answer(request)),
        "jira": http_service.Service(lambda request: made.jira.answer(request)),
        "git": git_service.GitOverHttp(upstream.bare, TOKEN),
    }
    made.servers |= servers
    for name, kind in (("forge", forge), ("jira", tracker)):
        servers[name].heard = lambda request, _, kind=kind: made.tell(
            kind, f"{request.method} {request.path}", _writes(request)
        )
    servers["git"].after = lambda name: made.tell(forge, f"git {name}", name == "POST /git-receive-pack")
    for server in servers.values():
        server.at.server.handle_error = _pass_over_the_killed
    try:
        yield made
    finally:
        for server in servers.values():
            server.close()


def _pass_over_the_killed(*_: object) -> None:
    """That a killed process left its connection is no error; all else is shown."""
    if not isinstance(sys.exception(), ConnectionError):
        traceback.print_exc()


def _writes(request: "Request") -> bool:
    if request.path.endswith("/graphql"):
        return "mutation" in str(request.body)
    return request.method != "GET"


@cache
def descriptions() -> tuple[Description, ...]:
    """What the services say of themselves, and the questions that GitHub takes."""
    own = map(contract.Contract, ("github", "gitlab", "jira"))
    return (*own, contract.Contract("jira-data-center", "/rest"), contract.Questions())
