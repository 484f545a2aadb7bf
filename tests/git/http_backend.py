"""A real `git http-backend` on the loopback, and what was asked of it."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit


class _Server(ThreadingHTTPServer):
    root: Path
    asked: list[str]
    after: int | None
    stalled: threading.Event
    going: threading.Event


class _Backend(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _answer(self, body: bytes) -> None:
        server, url = cast("_Server", self.server), urlsplit(self.path)
        known = " with a token" if self.headers.get("Authorization") else ""
        server.asked.append(f"{self.command} {url.path.rpartition('/')[2]}{known}")
        env = os.environ | {
            "GIT_PROJECT_ROOT": str(server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": url.path,
            "QUERY_STRING": url.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((value for name, value in lines if name == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for name, value in lines:
            if name != "Status":
                self.send_header(name, value)
        self.end_headers()
        if self.command == "POST" and server.after is not None and len(content) > server.after:
            self.wfile.write(content[: server.after])
            self.wfile.flush()
            server.stalled.set()
            server.going.wait(60)
            return
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def stalling(root: Path, after: int) -> Iterator[tuple[str, threading.Event]]:
    """The URL of repositories of which no answer comes whole that is longer than so many bytes; set once one stalls."""
    with _running(root) as (server, url):
        server.after = after
        try:
            yield url, server.stalled
        finally:
            server.going.set()


@contextmanager
def served(root: Path) -> Iterator[tuple[str, list[str]]]:
    """The URL below which the repositories in a folder are served, and the calls made there."""
    with _running(root) as (server, url):
        yield url, server.asked


@contextmanager
def _running(root: Path) -> Iterator[tuple[_Server, str]]:
    with _Server(("127.0.0.1", 0), _Backend) as server:
        server.root, server.asked, server.after = root, [], None
        server.stalled, server.going = threading.Event(), threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server, f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
