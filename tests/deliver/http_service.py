"""A small stateful HTTP service on loopback, in a thread, with faults on order; both fakes stand on it."""

import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from tests.loopback import Loopback


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: object
    headers: dict[str, str]
    all: dict[str, list[str]] = field(default_factory=dict)  # every value that the query has of a name


@dataclass
class Reply:
    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What happens to the next `times` requests that match; `carried_out` says whether the service acts first.

    With `half` the answer is cut in its middle, with `late` it comes after so many seconds.
    """

    method: str
    path: str
    reply: Reply | None  # None cuts the connection
    carried_out: bool = False
    times: int = 1
    word: str = ""
    half: bool = False
    late: float = 0.0


class Service:
    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.after: Callable[[str], None] | None = None  # told of each request once it was carried out
        self.heard: Callable[[Request, Reply | None], None] | None = None  # told of each request and its answer
        self._lock = threading.Lock()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # head and body in one packet, or the client waits for its acknowledgement

            def handle_one(self) -> None:
                parts = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                every = parse_qs(parts.query)
                query = {key: values[-1] for key, values in every.items()}
                request = Request(self.command, parts.path, query, _decoded(raw), dict(self.headers), every)
                with service._lock:
                    service.requests.append(request)
                    reply, fault = service._reply(request, answer)
                    if service.heard is not None:
                        service.heard(request, reply)
                    if service.after is not None:
                        service.after(f"{request.method} {request.path}")
                if fault is not None and fault.late:
                    time.sleep(fault.late)
                if reply is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                content = b"" if reply.body is None else _encoded(reply.body)
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if fault is not None and fault.half:
                    self.wfile.write(content[: len(content) // 2])
                    self.wfile.flush()
                    self.close_connection = True
                    self.connection.close()
                    return
                with suppress(BrokenPipeError, ConnectionResetError):  # nobody waits for what comes late
                    self.wfile.write(content)
                    self.wfile.flush()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

            def log_message(self, *arguments: object) -> None:
                pass

        self.at = Loopback(Handler)
        self.url = self.at.url

    def close(self) -> None:
        self.at.close()

    def fail(
        self,
        method: str,
        path: str,
        status: int | None = None,
        *,
        carried_out: bool = False,
        times: int = 1,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Let the next matching requests fail with a status, or with a cut connection where there is none."""
        reply = None if status is None else Reply(status, body or {"message": "Server Error"}, headers or {})
        self.faults.append(Fault(method, path, reply, carried_out, times))

    def spoil(self, method: str, path: str, *, half: bool = False, late: float = 0.0) -> None:
        """Let the next matching request be carried out and its answer be cut in the middle, or come late."""
        self.faults.append(Fault(method, path, None, True, half=half, late=late))

    def fail_body(self, method: str, word: str, status: int, *, carried_out: bool = False) -> None:
        """Let the next request that has a word in its body fail."""
        reply = Reply(status, {"message": "Server Error"})
        self.faults.append(Fault(method, "", reply, carried_out, word=word))

    @property
    def writes(self) -> list[str]:
        """Every request that could change something."""
        return [f"{r.method} {r.path}" for r in self.requests if r.method != "GET"]

    def _reply(self, request: Request, answer: Callable[[Request], Reply]) -> tuple[Reply | None, Fault | None]:
        for fault in self.faults:
            here = fault.method == request.method and re.search(fault.path, request.path)
            if fault.times and here and fault.word in str(request.body):
                fault.times -= 1
                done = answer(request) if fault.carried_out else None
                return (done if fault.half or fault.late else fault.reply), fault
        return answer(request), None


def _encoded(body: object) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _decoded(raw: bytes) -> object:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw
