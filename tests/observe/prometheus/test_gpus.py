"""GPUs as a Prometheus knows them, over HTTP on loopback; its answers are no more trusted than anybody's."""

import re

import numpy as np
import pytest

from remediator.observe.metrics import DCGM
from tests.observe.prometheus.stored import HOURS, Store, machine


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


def test_the_value_at_the_end_of_a_period_is_that_of_the_period(store: Store, read) -> None:
    store.put(0.0, node="i-1")
    store.known[0][1]["busy"] = lambda at: 80.0 if at == HOURS.start + 3600 else 0.0  # type: ignore[index]

    values = read(machine("i-1")).by_machine["dev/us-east-1/i-1"]["gpu"]

    assert (values[0], values[1:].max()) == (80.0, 0.0)


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
