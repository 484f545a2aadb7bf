import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from remediator.config import Config, RootConfig, StateHostConfig
from remediator.errors import RemediatorError
from remediator.observe.states import web
from remediator.observe.states.access import access
from remediator.observe.states.opening import open_state
from remediator.observe.states.streams import bounded
from tests.loopback import Loopback

STATE = b'{"version": 4}'
PROJECT = "/api/v4/projects/7/terraform/state/prod"


def hosts(service, **table: str) -> dict[str, object]:
    return {"state_hosts": {service.url.removeprefix("http://"): {"token_env": "STATE_TOKEN", **table}}}


def refused(read: Callable[..., bytes], *arguments: object, **tables: object) -> str:
    with pytest.raises(RemediatorError) as caught:
        read(*arguments, **tables)
    assert "s3cr3t" not in str(caught.value)
    return str(caught.value)


def test_a_state_that_gitlab_manages_by_token_and_by_user(service, read) -> None:
    service.gitlab[PROJECT] = STATE
    root = {"state": service.url + PROJECT}

    assert read(root, **hosts(service)) == STATE
    assert read(root, **hosts(service, user_env="STATE_USER")) == STATE
    assert "refuses it (401) with no token; name the variable" in refused(read, root)


def test_a_plain_state_with_the_time_it_was_written(service) -> None:
    service.plain["/state?ref=x"] = STATE
    with open_state(RootConfig(path=".", state=f"{service.url}/state?ref=x"), Config()) as stream:
        assert stream.written_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "yesterday", "Mon, 01 Jan 0001 00:00:00 +2300", "Mon, 01 Jan 2020 00:00:00 +9999999999999"]
)
def test_a_time_that_is_none_is_not_known(said: str, service) -> None:
    service.plain["/state"], service.modified = STATE, said
    with open_state(RootConfig(path=".", state=f"{service.url}/state"), Config()) as stream:
        assert stream.written_at is None or stream.written_at.year == 2000
        assert b"".join(stream.chunks) == STATE


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/none", [], "knows no such state"),
        (PROJECT, [], "there is no state yet"),
        ("/none", [(403, {})], "refuses it (403) with the token in STATE_TOKEN"),
        ("/none", [(418, {})], "answered 418; check the reference"),
        ("/none", [(503, {"Retry-After": "9999"})], "answered 503 each time it was asked; run again later"),
    ],
)
def test_what_is_refused_is_a_sentence(path: str, status: list, sentence: str, service, read) -> None:
    service.gitlab[PROJECT] = b""
    service.refuse = list(status)

    found = refused(read, {"state": f"{service.url}{path}?private_token=x"}, **hosts(service))

    assert sentence in found or "knows no such state" in found
    assert "private_token" not in found


def test_it_asks_again_when_told_to_wait_and_no_more_than_four_times(service) -> None:
    service.plain["/state"] = STATE
    pauses: list[float] = []
    known = access(service.url, None, "here")
    service.refuse = [(429, {"Retry-After": "7"}), (503, {}), (502, {})]
    with web.fetched(f"{service.url}/state", known, "here", pauses.append) as answer:
        assert answer.content == STATE
    assert pauses == [7.0, 2.0, 4.0]
    service.refuse = [(500, {})] * 9
    with (
        pytest.raises(RemediatorError, match="answered 500 each time"),
        web.fetched(f"{service.url}/state", known, "here", pauses.append),
    ):
        pass
    assert len(service.refuse) == 5


def test_no_other_host_is_sent_the_token(service, serve, read) -> None:
    other = serve()
    other.plain["/moved"] = STATE
    service.links = {PROJECT: "/again", "/again": f"{other.url}/moved"}

    assert read({"state": service.url + PROJECT}, **hosts(service)) == STATE

    assert [h.get("private-token") for _, h in service.asked] == ["s3cr3t-token"] * 2
    assert [(path, set(h) & {"private-token", "authorization"}) for path, h in other.asked] == [("/moved", set())]


def test_a_netrc_of_the_machine_is_not_read(service, read, home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "netrc").write_text("machine 127.0.0.1 login alice password other\n")
    monkeypatch.setenv("NETRC", str(home / "netrc"))
    service.plain["/state"] = STATE

    assert read({"state": f"{service.url}/state"}) == STATE
    assert "authorization" not in service.asked[0][1]


def test_endless_redirects_and_other_schemes_are_refused(service, read) -> None:
    service.links = {"/a": "/b", "/b": "/a", "/c": "file:///etc/passwd", "/d": "http://["}
    assert "leads to a URL that is none" in refused(read, {"state": f"{service.url}/d"})
    assert "redirects more than" in refused(read, {"state": f"{service.url}/a"})
    assert "neither http nor https" in refused(read, {"state": f"{service.url}/c"})


def test_a_token_is_not_sent_in_the_clear_and_not_without_being_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_TOKEN", "x")
    with pytest.raises(RemediatorError, match="not sent over plain http; write the URL with https"):
        access("http://gitlab.acme.io/state", StateHostConfig(token_env="STATE_TOKEN"), "here")
    monkeypatch.setenv("STATE_TOKEN", "a\nb")
    for name in ("STATE_TOKEN", "NOT_SET_ANYWHERE"):
        with pytest.raises(RemediatorError, match=f"{name} is not set, or holds no token"):
            access("https://gitlab.acme.io/state", StateHostConfig(token_env=name), "here")
    assert "Bearer" not in repr(access("https://a.io", StateHostConfig(token_env="PATH"), "here"))


def test_a_compressed_answer_and_one_that_breaks_off(service, read) -> None:
    service.plain["/state"] = STATE * 1000
    service.compress = True
    assert read({"state": f"{service.url}/state"}) == STATE * 1000
    service.cut = 20
    assert "the answer broke off" in refused(read, {"state": f"{service.url}/state"})


@pytest.mark.parametrize("chunked", [False, True])
def test_a_service_that_drips_is_left_when_its_time_is_over(chunked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remediator.observe.states.streams.LONGEST_READ", 0.2)
    over = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", "1000000")))
            self.end_headers()
            self.wfile.write(b"f4240\r\n" if chunked else b"")
            while not over.wait(0.05):
                self.wfile.write(b" ")
                self.wfile.flush()

        def log_message(self, *_: object) -> None: ...

    server = Loopback(Dripping)
    threading.Timer(5, over.set).start()
    url = f"{server.url}/state"
    try:
        with pytest.raises(RemediatorError, match="had not come after"), web.from_http(url, "default", None) as stream:
            list(bounded(stream.chunks, "here"))
    finally:
        over.set()
        server.close()


def test_a_host_that_cannot_be_reached_is_said_after_four_tries() -> None:
    pauses: list[float] = []
    with (
        pytest.raises(RemediatorError, match=r"127.0.0.1:9 cannot be reached"),
        web.fetched("http://127.0.0.1:9/x", access("http://127.0.0.1:9", None, "here"), "here", pauses.append),
    ):
        pass
    assert pauses == [1.0, 2.0, 4.0]


def test_the_http_backend_has_no_workspaces(read) -> None:
    assert "has no workspaces" in refused(read, {"state": "https://acme.io/state", "workspace": "gpu"})
