"""A repository with real history, plans for it, and the two services, for the tests of delivery."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from remediator.config import parse
from remediator.model import Change, Plan, Unattributed
from remediator.run.codebase import read_code
from remediator.run.reaching import reach
from tests.deliver.desk import CONFIG, Desk
from tests.deliver.hostile import hostile_plan
from tests.deliver.services import contract, git_service, github_service, gitlab_service, http_service, jira_service
from tests.deliver.upstream import Upstream
from tests.deliver.volume_plans import volume_change, volume_plan

load_key = cache(serialization.load_pem_private_key)
"""Parses a private key once, which takes longer than a test may."""


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


@pytest.fixture
def hostile() -> Plan:
    """A plan in which everything from outside is hostile."""
    return hostile_plan()


@pytest.fixture
def reached():
    """What a run makes of a plan with these owners, and of its copies."""

    def make(desk, *owners, copies=1, places=None, undeclared=False, **limits):
        desk = replace(
            desk, config=desk.config.model_copy(update={"limits": desk.config.limits.model_copy(update=limits)})
        )
        plans = [desk.plan(name) for name in "abcdef"[:copies]]
        plans = [replace(plan, origin=replace(plan.origin, owners=owners)) for plan in plans]
        if undeclared:
            plans = [replace(p, repository=None, origin=Unattributed("no state holds it", owners)) for p in plans]
        codebase = read_code(desk.repository, desk.config)
        return reach(plans, {"infra": codebase}, desk.config, places or desk.places())

    return make
