"""A service over HTTP that keeps states as HCP Terraform and GitLab do, each by its own documents.

https://developer.hashicorp.com/terraform/cloud-docs/api-docs/state-versions
https://docs.gitlab.com/user/infrastructure/iac/terraform_state/
"""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from remediator.config import Config, RootConfig
from remediator.observe.states.opening import open_state
from tests.loopback import Loopback

TOKEN = "s3cr3t-token"  # what every part of the service asks for
WRITTEN = "2026-11-20T10:00:00Z"


@dataclass
class Service:
    """What the service keeps, and what it was asked with: (path, headers)."""

    url: str = ""
    workspaces: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    gitlab: dict[str, bytes] = field(default_factory=dict)
    plain: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    refuse: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    compress: bool = False
    cut: int | None = None
    archive: str = ""
    created_at: str = WRITTEN
    modified: str = "Fri, 20 Nov 2026 10:00:00 GMT"
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, headers))
        if self.refuse:
            status, more = self.refuse.pop(0)
            return status, more, b"wait"
        if path in self.links:
            return 302, {"Location": self.links[path]}, b""
        if path in self.plain:
            return 200, {"Last-Modified": self.modified}, self.plain[path]
        if path.startswith("/archive/"):  # the link itself is the credential, as at archivist.terraform.io
            assert "authorization" not in headers and "private-token" not in headers
            return 200, {}, self.version(path.removeprefix("/archive/"))
        if path.startswith("/api/v4/projects/"):
            basic = base64.b64encode(f"alice:{TOKEN}".encode()).decode()
            if headers.get("private-token") != TOKEN and headers.get("authorization") != f"Basic {basic}":
                return 401, {}, b'{"message":"401 Unauthorized"}'
            found = self.gitlab.get(path)
            return (404, {}, b"") if found is None else (204, {}, b"") if not found else (200, {}, found)
        if path.startswith("/api/v2/"):
            if headers.get("authorization") != f"Bearer {TOKEN}":
                return 401, {}, b'{"errors":[{"status":"401","title":"unauthorized"}]}'
            return self.hcp(path.removeprefix("/api/v2/").split("/"))
        return 404, {}, b"<html>no such page</html>"

    def hcp(self, parts: list[str]) -> tuple[int, dict[str, str], bytes]:
        missing = 404, {}, b'{"errors":[{"status":"404","title":"not found"}]}'
        names = list(self.workspaces)
        match parts:
            case ["organizations", organization, "workspaces", name]:
                if (organization, name) not in self.workspaces:
                    return missing
                at = names.index((organization, name))
                return 200, {}, json.dumps({"data": {"id": f"ws-{at}", "type": "workspaces"}}).encode()
            case ["workspaces", id_, "current-state-version"]:
                at = int(id_.removeprefix("ws-"))
                versions = self.workspaces[names[at]]
                if not versions:
                    return missing
                one = f"{at}-{len(versions) - 1}"
                link = f"{self.archive}/archive/{one}" if self.archive else f"/api/v2/state-versions/sv-{one}/download"
                attributes = {
                    "created-at": self.created_at,
                    "serial": len(versions),
                    "hosted-state-download-url": link if versions[-1] else None,
                }
                data = {"id": f"sv-{one}", "type": "state-versions", "attributes": attributes}
                return 200, {}, json.dumps({"data": data}).encode()
            case ["state-versions", id_, "download"]:
                return 200, {}, self.version(id_.removeprefix("sv-"))
        return missing

    def version(self, id_: str) -> bytes:
        at, _, number = id_.partition("-")
        return list(self.workspaces.values())[int(at)][int(number)]


@pytest.fixture
def serve() -> Iterator[Callable[[], Service]]:
    """Starts a service of its own at each call."""
    servers: list[Loopback] = []

    def start() -> Service:
        service = Service()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, more, body = service.answer(self.path, headers)
                if service.compress and status == 200:
                    body, more = gzip.compress(body), more | {"Content-Encoding": "gzip"}
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body if service.cut is None or status != 200 else body[: service.cut])

            def log_message(self, *_: object) -> None: ...

        servers.append(Loopback(Handler))
        service.url = servers[-1].url
        return service

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def service(serve: Callable[[], Service], monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("STATE_TOKEN", TOKEN)
    monkeypatch.setenv("STATE_USER", "alice")
    return serve()


@pytest.fixture
def read() -> Callable[..., bytes]:
    """The bytes of a root's state, from its table; further tables are of the configuration."""

    def call(root: dict[str, object], **tables: object) -> bytes:
        config = Config.model_validate(tables)
        with open_state(RootConfig.model_validate({"path": "."} | root), config) as stream:
            return b"".join(stream.chunks)

    return call


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path
