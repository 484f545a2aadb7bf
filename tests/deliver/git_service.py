"""A bare repository over smart HTTP, by git's own http-backend, for whoever shows the token as GitLab takes it."""

import base64
import os
import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.loopback import Loopback


class GitOverHttp:
    """`bare` at `/acme/ml/infra.git`; `refused` counts the tokens that do not hold."""

    def __init__(self, bare, token: str) -> None:
        self.bare, self.tokens, self.refused = bare, {token}, 0
        self.after: Callable[[str], None] | None = None  # told of each request once it was carried out
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                forge._answer(self)

            do_GET = do_POST = handle_one

            def log_message(self, *arguments: object) -> None:
                pass

        self.at = Loopback(Handler)
        self.url = f"{self.at.url}/acme/ml/infra.git"

    def close(self) -> None:
        self.at.close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        user, _, password = _basic(handler.headers.get("Authorization", "")).partition(":")
        if not user or password not in self.tokens:  # GitLab takes any name with a token
            self.refused += bool(user)  # git asks without one first
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Basic realm="GitLab"')
            handler.end_headers()
            return
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.bare),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": parts.path.removeprefix("/acme/ml/infra.git"),
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": handler.command,
            "REMOTE_USER": user,
            "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": handler.headers.get("Content-Encoding", ""),
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        if self.after is not None:
            self.after(f"{handler.command} {environment['PATH_INFO']}")
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        handler.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)


def _basic(header: str) -> str:
    kind, _, value = header.partition(" ")
    return base64.b64decode(value).decode() if kind == "Basic" else ""
