"""An AWS of the query protocol over HTTP on loopback, which answers as a test says."""

from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs

from remediator.observe.kinds import KINDS
from tests.loopback import Loopback

MACHINES = KINDS[:3]
Answer = tuple[int, str]


def refused(code: str, status: int = 400, message: str = "no") -> Answer:
    return status, (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    )


def empty(action: str) -> Answer:
    return 200, f"<{action}Response><{action}Result></{action}Result></{action}Response>"


class QueryAws:
    """An AWS whose services speak XML: what it answers to each action is a function of the form that was sent."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.scripts: dict[str, Callable[[dict[str, str]], Answer]] = {}
        aws = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                form = {key: values[0] for key, values in parse_qs(raw).items()}
                action = form.get("Action", self.headers.get("X-Amz-Target", "").rpartition(".")[2])
                aws.calls[action] += 1
                status, text = aws.scripts.get(action, lambda _: empty(action))(form)
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST

            def log_message(self, *arguments: object) -> None:
                pass

        self._at = Loopback(Handler)
        self.url = self._at.url

    def close(self) -> None:
        self._at.close()


def volumes(first: int, count: int, token: str) -> Answer:
    items = "".join(
        f"<item><volumeId>vol-{n}</volumeId><size>100</size><volumeType>gp3</volumeType><status>available</status>"
        f"<availabilityZone>me-south-1a</availabilityZone><createTime>2026-01-01T00:00:00.000Z</createTime>"
        f"<tagSet><item><key>team</key><value>t{n % 50}</value></item></tagSet></item>"
        for n in range(first, first + count)
    )
    more = f"<nextToken>{token}</nextToken>" if token else ""
    return 200, f"<DescribeVolumesResponse><volumeSet>{items}</volumeSet>{more}</DescribeVolumesResponse>"
