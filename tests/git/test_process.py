import base64
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import sync
from remediator.git.process import Access, environment, run, stream
from tests.git.http_backend import served


class _Closed(BaseHTTPRequestHandler):
    """A forge that lets nobody in, or sends them elsewhere, and remembers what it was shown."""

    def do_GET(self):
        self.server.shown.append(self.headers.get("Authorization"))
        if self.server.elsewhere:
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere + self.path)
            self.end_headers()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def closed_forge():
    with HTTPServer(("127.0.0.1", 0), _Closed) as server:
        server.shown, server.elsewhere = [], None
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_token_goes_in_a_header_and_never_into_the_error(closed_forge, tmp_path, monkeypatch):
    monkeypatch.setenv("FORGE_TOKEN", "t0ps3cret")
    url = f"http://127.0.0.1:{closed_forge.server_port}/acme/infra.git"

    with pytest.raises(RemediatorError, match="FORGE_TOKEN") as caught:
        sync(RepositoryConfig(name="infra", url=url), tmp_path, "FORGE_TOKEN")

    expected = base64.b64encode(b"x-access-token:t0ps3cret").decode()
    assert closed_forge.shown[:2] == [None, f"Basic {expected}"]  # asked for first, as git does
    assert "t0ps3cret" not in str(caught.value)
    assert expected not in str(caught.value)


@pytest.mark.parametrize("where", ["http://git.acme.io/x", "ssh://git@git.acme.io/x", "/srv/git/x"])
def test_the_token_is_not_sent_in_the_clear_or_to_a_path(monkeypatch, where):
    monkeypatch.setenv("FORGE_TOKEN", "t0ps3cret")

    assert Access(where, "FORGE_TOKEN").token is None
    assert "REMEDIATOR_GIT_TOKEN" not in environment(Access(where, "FORGE_TOKEN"))
    assert Access("https://u@git.acme.io/x", "FORGE_TOKEN").token == "t0ps3cret"


def test_a_redirect_takes_the_token_nowhere_else(repository, closed_forge, tmp_path, monkeypatch):
    monkeypatch.setenv("FORGE_TOKEN", "t0ps3cret")
    repository.commit({"a.tf": "a = 1\n"})
    run(None, ["init", "--quiet", "--bare", str(tmp_path / "x.git")])
    with served(repository.path.parent) as (url, asked):
        closed_forge.elsewhere = url.replace("127.0.0.1", "localhost")
        url = f"http://127.0.0.1:{closed_forge.server_port}/upstream/.git"
        run(tmp_path / "x.git", ["fetch", "--", url, "refs/heads/main"], Access(url, "FORGE_TOKEN"))

    assert asked == ["GET refs", "POST git-upload-pack", "POST git-upload-pack"]


def test_the_environment_of_the_caller_does_not_steer_git(monkeypatch):
    for name in (
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_CONFIG_PARAMETERS",
        "GIT_EXTERNAL_DIFF",
        "GIT_ASKPASS",
        "SSH_ASKPASS",
    ):
        monkeypatch.setenv(name, "/bin/false")

    env = environment(Access("/x"))

    assert not {"GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_PARAMETERS", "GIT_EXTERNAL_DIFF", "GIT_ASKPASS"} & env.keys()
    assert "SSH_ASKPASS" not in env
    assert env["GIT_TERMINAL_PROMPT"] == "0"


def test_user_configuration_and_hooks_are_not_obeyed(repository, tmp_path, monkeypatch):
    marker = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".gitconfig").write_text(f"[diff]\n external = {script}\n[core]\n fsmonitor = {script}\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    repository.commit({"a.tf": "a = 1\n", ".gitattributes": "*.tf diff=evil\n"})
    repository.git("config", "diff.evil.command", str(script))
    repository.git("config", "diff.evil.textconv", str(script))
    clone = repository.sync()
    hook = clone.path / "hooks" / "reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_bytes(script.read_bytes())
    hook.chmod(0o755)

    repository.commit({"a.tf": "a = 2\n"})
    clone = repository.sync()
    run(clone.path, ["log", "-p", clone.head])

    assert not marker.exists()


def test_a_directory_that_is_no_repository_is_not_looked_for_further_up(repository):
    repository.commit({"a.tf": ""})

    with pytest.raises(RemediatorError):
        run(repository.path / "inside", ["rev-parse", "HEAD"])


def test_leaving_a_stream_early_ends_git_without_an_error(repository):
    repository.commit({f"f{n}.tf": "x = 1\n" * 2000 for n in range(20)})

    with stream(repository.path / ".git", ["log", "-p", "HEAD"]) as output:
        assert output.readline().startswith(b"commit ")


def test_a_stream_that_fails_says_so(repository):
    repository.commit({"a.tf": ""})

    with (
        pytest.raises(RemediatorError, match="git log failed"),
        stream(repository.path / ".git", ["log", "no-such-revision"]) as output,
    ):
        output.read()


def test_what_takes_too_long_is_stopped(repository):
    repository.commit({"a.tf": ""})

    with (
        pytest.raises(RemediatorError, match="took longer than 0 s"),
        stream(repository.path / ".git", ["-c", "alias.nap=!sleep 20", "nap"], timeout=0.1) as output,
    ):
        output.read()
    with pytest.raises(RemediatorError, match=r"git nap of .* took longer"):
        run(repository.path / ".git", ["-c", "alias.nap=!exec sleep 20", "nap"], timeout=0.1)


def test_a_machine_without_git_gets_a_sentence(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(RemediatorError, match="install git"):
        run(None, ["version"])
