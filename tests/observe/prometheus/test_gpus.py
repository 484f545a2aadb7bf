"""GPUs as a Prometheus knows them, over HTTP on loopback; its answers are no more trusted than anybody's."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest

from remediator.config import RunConfig
from remediator.model import Attributes, Resource
from remediator.observe.metrics import DCGM
from remediator.observe.prometheus import gpus, ranges
from remediator.observe.prometheus.gpus import GpuSeries, read_gpus
from remediator.observe.series import Grid, grid
from tests.deliver.http_service import Fault, Reply, Request, Service

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


@pytest.fixture(autouse=True)
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_ATTEMPTS", 1)


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store()
    yield made
    made.http.close()


@pytest.fixture
def read(store: Store, tmp_path: Path):
    def run(*machines: Resource, on: Grid = HOURS, **more: object) -> GpuSeries:
        settings = RunConfig.model_validate({"state_dir": tmp_path, "prometheus_url": store.url, **more})
        return read_gpus(machines, settings, on)

    return run


@pytest.mark.parametrize(
    "labels",
    [
        {"Hostname": "ip-10-0-0-1.ec2.internal"},
        {"Hostname": "ip-10-0-0-1"},
        {"instance": "10.0.0.1:9400"},
        {"node": "I-1"},
        {"instance_id": "i-1", "Hostname": "dcgm-exporter-x7k2p"},
    ],
)
def test_a_machine_is_known_by_what_a_label_calls_it(store: Store, read, labels: dict[str, str]) -> None:
    store.put(7.0, 25.0, **labels)
    one = machine("i-1", private_dns="ip-10-0-0-1.ec2.internal", private_ip="10.0.0.1")

    found = read(one).by_machine["dev/us-east-1/i-1"]

    assert (found["gpu"] == 7.0).all()
    assert (found["gpu_memory"] == 25.0).all()


def test_three_queries_are_all_however_many_machines_there_are(store: Store, read) -> None:
    for n in range(40):
        store.put(float(n), node=f"i-{n}")

    found = read(*(machine(f"i-{n}") for n in range(40)), machine("i-cpu", "m5.large"))

    assert len(found.by_machine) == 40
    assert len(store.asked) == 3
    assert [(c.service, c.calls) for c in found.calls] == [("prometheus", 3)]
    assert {(a["start"], a["end"], a["step"]) for a in store.asked} == {
        (str(HOURS.start + 3600), str(HOURS.end), "3600")
    }


def test_the_value_at_the_end_of_a_period_is_that_of_the_period(store: Store, read) -> None:
    store.put(0.0, node="i-1")
    store.known[0][1]["busy"] = lambda at: 80.0 if at == HOURS.start + 3600 else 0.0  # type: ignore[index]

    values = read(machine("i-1")).by_machine["dev/us-east-1/i-1"]["gpu"]

    assert (values[0], values[1:].max()) == (80.0, 0.0)


def test_a_later_run_asks_for_what_is_new_alone(store: Store, read) -> None:
    store.put(5.0, node="i-1")
    read(machine("i-1"))
    store.asked.clear()
    store.known.clear()
    store.put(60.0, node="i-1")
    later = grid(NOW + timedelta(hours=3), 3600, 2)

    values = read(machine("i-1"), on=later).by_machine["dev/us-east-1/i-1"]["gpu"]

    # one hour of what was known is asked for again, since values may come late
    assert {int(asked["start"]) for asked in store.asked} == {HOURS.end}
    assert list(values[-4:]) == [60.0] * 4 and set(values[:-4]) == {5.0}


def test_a_machine_that_was_launched_since_makes_nothing_older_be_asked_for(store: Store, read) -> None:
    read(machine("i-1"))
    store.asked.clear()
    young = replace(machine("i-2"), created_at=NOW - timedelta(minutes=30))

    read(machine("i-1"), young)
    assert {int(asked["start"]) for asked in store.asked} == {HOURS.end}

    store.asked.clear()
    read(machine("i-1"), young, replace(machine("i-3"), created_at=None))
    assert {int(asked["start"]) for asked in store.asked} == {HOURS.start + 3600}


def test_what_another_prometheus_said_is_not_taken_for_this_ones(store: Store, read) -> None:
    store.put(5.0, node="i-1")
    read(machine("i-1"))
    store.asked.clear()

    read(machine("i-1"), prometheus_url=f"{store.url}/")

    assert {int(asked["start"]) for asked in store.asked} == {HOURS.start + 3600}


def test_a_machine_whose_gpus_do_not_all_report_is_not_known(store: Store, read) -> None:
    store.put(0.0, count=7, node="i-1")

    assert np.isnan(read(machine("i-1", "p4d.24xlarge")).by_machine["dev/us-east-1/i-1"]["gpu"]).all()


def test_a_name_that_two_machines_have_is_nobodys(store: Store, read) -> None:
    store.put(0.0, instance="10.0.0.1:9400")
    one, other = machine("i-1", private_ip="10.0.0.1"), machine("i-2", account="prod", private_ip="10.0.0.1")

    assert read(one, other).by_machine == {}


def test_memory_is_what_is_held_and_not_how_busy_the_bus_is(store: Store, read) -> None:
    read(machine("i-1"))
    queries = " ".join(asked["query"] for asked in store.asked)

    assert "DCGM_FI_DEV_FB_USED" in queries and "DCGM_FI_DEV_FB_FREE" in queries
    assert "MEM_COPY_UTIL" not in queries
    assert {name for metric in DCGM for name in metric.names} <= set(re.findall(r"DCGM_\w+", queries))


def test_a_token_is_named_by_its_variable_and_goes_no_further(
    store: Store, read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_TOKEN", "s3cret")
    store.put(0.0, node="i-1")
    assert read(machine("i-1"), prometheus_token_env="PROMETHEUS_TOKEN").problem is None
    assert {asked["authorization"] for asked in store.asked} == {"Bearer s3cret"}

    elsewhere = Reply(302, None, {"Location": "http://127.0.0.1:9/api/v1/query_range"})
    store.http.faults.append(Fault("POST", r"/api/v1/.*", elsewhere, times=9))
    found = read(machine("i-1"), prometheus_token_env="PROMETHEUS_TOKEN")

    assert found.by_machine == {}
    assert "write prometheus_url without /api/v1" in (found.problem or "")
    assert "s3cret" not in (found.problem or "")


def test_a_token_that_is_not_set_says_which(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_TOKEN", raising=False)

    assert "NO_SUCH_TOKEN" in (read(machine("i-1"), prometheus_token_env="NO_SUCH_TOKEN").problem or "")


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_refusal_is_a_problem_and_no_gpu_is_idle(store: Store, read, status: int) -> None:
    store.http.faults.append(Fault("POST", r"/api/v1/.*", Reply(status, {}), times=9))

    found = read(machine("i-1"))

    assert found.by_machine == {}
    assert str(status) in (found.problem or "")


@pytest.mark.parametrize(
    "odd",
    [
        "not a matrix",
        {"status": "error", "data": {"resultType": "matrix", "result": []}},
        {"status": "success", "data": {"resultType": "vector", "result": []}},
        {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {"node": 3}, "values": []}]}},
        [],
    ],
)
def test_what_is_no_answer_is_a_problem(store: Store, read, odd: object) -> None:
    store.odd = odd

    assert "prometheus_url" in (read(machine("i-1")).problem or "")


@pytest.mark.parametrize(
    "values",
    [
        [[HOURS.start + 3600, "NaN"], [HOURS.start + 7200, "+Inf"], [HOURS.start + 10800, "many"]],
        [[HOURS.start - 1e9, "1"], [HOURS.end + 1e9, "1"]],
        [],
    ],
)
def test_values_that_are_none_are_left_out(store: Store, read, values: list[list[object]]) -> None:
    series = [{"metric": {"node": "i-1"}, "values": values}]
    store.odd = {"status": "success", "data": {"resultType": "matrix", "result": series}}

    found = read(machine("i-1"))

    assert found.problem is None
    assert all(np.isnan(v).all() for of in found.by_machine.values() for v in of.values())


def test_a_large_answer_is_asked_for_in_parts(store: Store, read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_BYTES", 600)
    store.put(3.0, node="i-1")

    values = read(machine("i-1")).by_machine["dev/us-east-1/i-1"]["gpu"]

    assert (values == 3.0).all()
    assert len(store.asked) > 6


def test_a_long_look_back_is_asked_for_in_steps_that_it_allows(
    store: Store, read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "_STEPS", 10)
    store.put(3.0, node="i-1")

    values = read(machine("i-1")).by_machine["dev/us-east-1/i-1"]["gpu"]
    spans = [(int(a["end"]) - int(a["start"])) // 3600 + 1 for a in store.asked]

    assert (values == 3.0).all()
    assert max(spans) == 10 and sum(spans) == 3 * HOURS.count


def test_nothing_is_asked_where_no_machine_has_a_gpu(store: Store, read) -> None:
    assert read(machine("i-1", "m5.large")) == GpuSeries()
    assert store.asked == []
    assert gpus.read_gpus([machine("i-1")], RunConfig(), HOURS) == GpuSeries()


def test_a_store_that_is_busy_is_asked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_ATTEMPTS", 3)
    waited: list[float] = []
    store.put(3.0, node="i-1")
    store.http.faults += [Fault("POST", r"/api/v1/.*", Reply(503, {})), Fault("POST", r"/api/v1/.*", None)]
    prometheus = ranges.Prometheus(store.url, sleep=waited.append)

    points = list(prometheus.query_range("x", HOURS.start, HOURS.start + 7200, 3600))

    assert ([point.value for point in points], waited) == ([3.0] * 3, [1.0, 2.0])


def test_what_a_machine_did_that_is_no_more_is_what_was_kept_of_it(store: Store, read) -> None:
    store.put(80.0, instance="10.0.0.1:9400")
    old = machine("i-old", private_ip="10.0.0.1")
    read(old)
    store.known.clear()
    store.put(3.0, instance="10.0.0.1:9400")
    later = grid(NOW + timedelta(hours=3), 3600, 2)
    ended = replace(old, spec=Attributes({"instance_type": "g5.xlarge", "instance_state": "terminated"}))
    unknown = machine("i-new", private_ip="10.0.0.1")  # so that all of the look-back is asked for once more

    found = read(unknown, ended, on=later).by_machine

    assert (found["dev/us-east-1/i-new"]["gpu"][-1], np.nanmax(found["dev/us-east-1/i-old"]["gpu"])) == (3.0, 80.0)
    assert np.isnan(found["dev/us-east-1/i-old"]["gpu"][-3:]).all()
