"""A Prometheus over HTTP on loopback, and the machines that it is asked for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from remediator.model import Attributes, Resource
from remediator.observe.series import grid
from tests.deliver.http_service import Reply, Request, Service

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
HOURS = grid(NOW, 3600, 2)
OLD = NOW - timedelta(days=30)


def machine(id_: str, type_: str = "g5.xlarge", account: str = "dev", **names: str) -> Resource:
    spec = {"instance_type": type_, "instance_state": "running", **names}
    return Resource("aws", account, "us-east-1", "aws_instance", id_, None, Attributes(spec), Attributes(), OLD)


class Store:
    """A Prometheus that knows, of each machine by its labels, the use, the memory and the number of its GPUs."""

    def __init__(self) -> None:
        self.known: list[tuple[Mapping[str, str], Mapping[str, Callable[[int], float]]]] = []
        self.asked: list[dict[str, str]] = []
        self.odd: object = None
        self.http = Service(self.reply)
        self.url = self.http.url

    def put(self, busy: float, held: float = 0.0, count: int = 1, **labels: str) -> None:
        self.known.append((labels, {"busy": lambda _: busy, "held": lambda _: held, "count": lambda _: count}))

    def reply(self, request: Request) -> Reply:
        raw = request.body.decode() if isinstance(request.body, bytes) else ""
        form = {key: values[0] for key, values in parse_qs(raw).items()}
        self.asked.append({**form, "authorization": request.headers.get("Authorization", "")})
        assert request.path == "/api/v1/query_range"
        if self.odd is not None:
            return Reply(200, self.odd)
        query = form["query"]
        what = "count" if query.startswith("count") else "held" if "FB_USED" in query else "busy"
        times = range(int(form["start"]), int(form["end"]) + 1, int(form["step"]))
        result = [
            {"metric": labels, "values": [[at, str(series[what](at))] for at in times]} for labels, series in self.known
        ]
        return Reply(200, {"status": "success", "data": {"resultType": "matrix", "result": result}})
