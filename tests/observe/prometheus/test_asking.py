"""What a Prometheus is asked for GPUs, and how often: in parts, in steps, and only for what is new."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from remediator.config import RunConfig
from remediator.model import Attributes
from remediator.observe.prometheus import gpus, ranges
from remediator.observe.prometheus.gpus import GpuSeries
from remediator.observe.series import grid
from tests.deliver.http_service import Fault, Reply
from tests.observe.prometheus.stored import HOURS, NOW, Store, machine


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
