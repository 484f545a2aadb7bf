"""A repository with real history, plans for it, and the two services, for the tests of delivery."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from remediator.config import Config, RepositoryConfig, parse
from remediator.deliver.delivery import Delivered, deliver
from remediator.deliver.places import Places
from remediator.deliver.site import Around
from remediator.git.clones import Clone
from remediator.ledger.ledger import open_ledger
from remediator.model import Change, Plan
from remediator.run.codebase import cloned
from tests.deliver.volume_plans import MAIN, NOW, volume_change, volume_plan
from tests.quiet_git import QUIET

load_key = cache(serialization.load_pem_private_key)
"""Parses a private key once, which takes longer than a test may."""


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"deliver_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


http_service, git_service, github_service, gitlab_service, jira_service, contract = map(
    _load, ("http_service", "git_service", "github_service", "gitlab_service", "jira_service", "contract")
)


class Upstream:
    """A bare repository that is pushed to for real, and a work tree of somebody else's."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.work = folder / "infra.git", folder / "work"

    def make(self) -> None:
        for path, kind in ((self.bare, ["--bare"]), (self.work, [])):
            path.mkdir(parents=True)
            self._run(path, "init", "--quiet", "--template=", "--initial-branch=main", *kind)
        self.git("remote", "add", "origin", "../infra.git")
        self.commit({"main.tf": MAIN})
        for path in (self.bare, self.work):
            self._run(path, "gc", "--quiet", "--prune=now")
        self.bare_git("config", "receive.autogc", "false")  # a process more for every push

    def _run(self, folder: Path, *arguments: str, env: dict[str, str] | None = None, stdin: bytes = b"") -> str:
        person = {
            f"GIT_{r}_{k}": v for r in ("AUTHOR", "COMMITTER") for k, v in (("NAME", "Al"), ("EMAIL", "al@acme.io"))
        }
        settings = os.environ | person | QUIET | (env or {})
        done = subprocess.run(
            ["git", *arguments], cwd=folder, env=settings, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def git(self, *arguments: str) -> str:
        return self._run(self.work, *arguments)

    def commit(self, files: dict[str, str], branch: str = "main") -> None:
        self.git("checkout", "--quiet", "-B", branch)
        for name, text in files.items():
            (self.work / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Work")
        self.git("push", "--quiet", "--force", "origin", branch)

    def merge(self, branch: str, *options: str) -> None:
        self.git("fetch", "--quiet", "origin")
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", *options, f"origin/{branch}")
        if "--squash" in options:
            self.git("commit", "--quiet", "--message", "Squashed")
        self.git("push", "--quiet", "origin", "main")

    def bare_git(self, *arguments: str) -> str:
        return self._run(self.bare, *arguments)

    def commit_in_bare(
        self, base: str, files: dict[str, bytes], message: str, author: tuple[str, str], committer: tuple[str, str]
    ) -> str:
        """A commit that nobody's work tree sees, as a forge makes one."""
        index = {"GIT_INDEX_FILE": str(self.bare / "scratch-index")}
        self._run(self.bare, "read-tree", base, env=index)
        for path, content in files.items():
            blob = self._run(self.bare, "hash-object", "-w", "--stdin", stdin=content)
            self._run(self.bare, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=index)
        tree = self._run(self.bare, "write-tree", env=index)
        people = {
            f"GIT_{role}_{key}": value
            for role, person in (("AUTHOR", author), ("COMMITTER", committer))
            for key, value in zip(("NAME", "EMAIL"), person, strict=True)
        }
        return self._run(self.bare, "commit-tree", tree, "-p", base, "-m", message, env=people)

    def branches(self) -> dict[str, str]:
        lines = self._run(self.bare, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
        return dict(line.split() for line in lines.splitlines())

    def read(self, branch: str, path: str = "main.tf") -> str:
        return self._run(self.bare, "show", f"{branch}:{path}")


@pytest.fixture(scope="session")
def make_change() -> Callable[..., Change]:
    """A gp2 volume of `MAIN` that is to be gp3."""
    return volume_change


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., Plan]:
    """A plan for one volume of `MAIN`: a pull request, or with `doubts` a ticket."""
    return volume_plan


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "upstream"
    Upstream(folder).make()
    return folder


@pytest.fixture
def upstream(tmp_path: Path, template: Path) -> Upstream:
    return Upstream(shutil.copytree(template, tmp_path / "upstream"))


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


@pytest.fixture
def make_desk(
    tmp_path: Path, upstream: Upstream, make_plan: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Desk]:
    for name in ("HUB_TOKEN", "LAB_TOKEN", "JIRA_USER", "JIRA_TOKEN"):
        monkeypatch.setenv(name, "t0ken")
    nobody = "http://127.0.0.1:9"

    def make(forge: str = "files", tracker: str = "files", state: str = "state", github: str = nobody,
             gitlab: str = nobody, jira: str = nobody, url: str = "") -> Desk:  # fmt: skip
        text = CONFIG.format(
            state=tmp_path / state, url=url or upstream.bare, forge=forge, tracker=tracker, github=github,
            gitlab=gitlab, jira=jira, slug="acme/ml/infra" if forge == "lab" else "acme/infra",
        )  # fmt: skip
        return Desk(parse(text, tmp_path / "config.toml"), upstream, make_plan)

    return make


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Delivers to files."""
    return make_desk()


@pytest.fixture(scope="session")
def contract_of() -> Callable[..., object]:
    """What a service says of itself, read once."""
    return cache(contract.Contract)


@pytest.fixture(scope="session")
def questions() -> object:
    return contract.Questions()


@pytest.fixture
def github(upstream: Upstream, contract_of: Callable[[str], object], questions: object) -> Iterator[object]:
    service = http_service.Service(lambda request: fake.answer(request))
    fake = github_service.GitHub(service, http_service.Reply, upstream, contract_of("github"), questions)
    yield fake
    service.close()
    assert fake.problems == []


@pytest.fixture
def gitlab(upstream: Upstream, contract_of: Callable[[str], object]) -> Iterator[object]:
    service = http_service.Service(lambda request: fake.answer(request))
    fake = gitlab_service.GitLab(service, http_service.Reply, upstream, contract_of("gitlab"))
    yield fake
    service.close()
    assert fake.problems == []


@pytest.fixture
def git_over_http(upstream: Upstream) -> Iterator[object]:
    """The upstream as GitLab serves it: over HTTP, to whoever shows the token."""
    upstream.bare_git("config", "http.receivepack", "true")
    forge = git_service.GitOverHttp(upstream.bare, "t0ken")
    yield forge
    forge.close()


@pytest.fixture
def make_elsewhere() -> Iterator[Callable[[], object]]:
    """Another host, which answers an empty list to whatever it is asked."""
    made: list[object] = []

    def make() -> object:
        # Reached by another name than the fakes, so that it is another host to a client.
        service = http_service.Service(lambda _: http_service.Reply(200, []))
        service.url = service.url.replace("127.0.0.1", "localhost")
        made.append(service)
        return service

    yield make
    for service in made:
        service.close()  # type: ignore[attr-defined]


@pytest.fixture
def jira(contract_of: Callable[..., object]) -> Iterator[object]:
    service = http_service.Service(lambda request: fake.answer(request))
    own = contract_of("jira"), contract_of("jira-data-center", "/rest")
    fake = jira_service.Jira(service, http_service.Reply, *own)
    yield fake
    service.close()
    assert fake.problems == []


@pytest.fixture
def hub(make_desk: Callable[..., Desk], github: object, jira: object) -> Desk:
    """Delivers to GitHub and Jira."""
    return make_desk("hub", "jira", github=github.service.url, jira=jira.service.url)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def app_key() -> tuple[str, str]:
    """The private key of a GitHub App, as GitHub gives it, and its public one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


@pytest.fixture
def app(make_desk, github, git_over_http, app_key, monkeypatch) -> Desk:
    """Delivers to GitHub as an App, and clones over HTTP with its tokens alone."""
    monkeypatch.setenv("APP_KEY", app_key[0].replace("\n", "\\n"))
    monkeypatch.setattr("jwt.algorithms.load_pem_private_key", load_key)
    github.app_key, github.login = app_key[1], "acme-remediator[bot]"
    github.tokens.clear()
    git_over_http.tokens = github.tokens
    desk = make_desk("hub", github=github.service.url, url=git_over_http.url)
    hub = desk.config.forges["hub"].model_copy(update={"token_env": None, "app_id": 4711, "private_key_env": "APP_KEY"})
    return replace(desk, config=desk.config.model_copy(update={"forges": {**desk.config.forges, "hub": hub}}))


@pytest.fixture
def lab(make_desk: Callable[..., Desk], gitlab: object, jira: object) -> Desk:
    """Delivers to GitLab and Jira."""
    return make_desk("lab", "jira", gitlab=gitlab.service.url, jira=jira.service.url)  # type: ignore[attr-defined]
