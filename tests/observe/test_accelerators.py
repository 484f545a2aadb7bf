"""GPUs and NeuronCores in use at a time, out of what the agent says of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.model import Attributes, Resource
from remediator.observe import catalogue
from remediator.observe.accelerators import gpus_used, in_use
from remediator.observe.metrics import METRICS
from remediator.observe.queries import queries
from remediator.observe.series import Grid, Series
from remediator.observe.usage import Track

ON = Grid(0, 300, 3)
MACHINE = Resource(
    "aws", "ml", "us-east-1", "aws_instance", "i-1", None, Attributes({"instance_type": "g5.12xlarge"}),
    Attributes(), None,
)  # fmt: skip
NAMES = ("nvidia_smi_utilization_gpu", "nvidia_smi_memory_used", "nvidia_smi_memory_total")
NAN = float("nan")


def used(busy: dict[str, list[float]], held: dict[str, list[float]], count: int = 2) -> list[float] | None:
    """The GPUs in use, by percent of use and of memory held, by index."""
    known = {("i-1", "CWAgent", name): [(("InstanceId", "i-1"), ("index", index)) for index in busy] for name in NAMES}
    of = {NAMES[0]: busy, NAMES[1]: held, NAMES[2]: {index: [100.0] * 3 for index in held}}
    asked = tuple(queries(MACHINE, known))
    series = {
        query.key: Series(query.key, np.array(of[query.name][query.part or ""], dtype=np.float32), ON.end)
        for query in asked
        if query.name in of and query.part in of[query.name]
    }
    found = gpus_used(asked, series, ON, 0, count)
    return None if found is None else found.values.tolist()


def test_a_gpu_that_works_or_holds_memory_is_in_use() -> None:
    assert used({"0": [90, 0, 0], "1": [0, 0, 1]}, {"0": [0, 60, 5], "1": [0, 60, 0]}) == [1, 2, 0]


def test_a_time_at_which_one_is_not_seen_is_not_known() -> None:
    found = used({"0": [90, NAN, 0], "1": [0, 0, 0]}, {"0": [0, 0, 0], "1": [0, 0, NAN]})

    assert found is not None and found[0] == 1 and np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("why", "busy", "held", "count"),
    [
        ("one GPU is not seen", {"0": [0, 0, 0]}, {"0": [0, 0, 0]}, 2),
        ("of one the memory is not known", {"0": [0, 0, 0], "1": [0, 0, 0]}, {"0": [0, 0, 0]}, 2),
        ("a single GPU needs no counting", {"0": [0, 0, 0]}, {"0": [0, 0, 0]}, 1),
        ("there are more than there can be", {n: [0, 0, 0] for n in "012"}, {n: [0, 0, 0] for n in "012"}, 2),
    ],
)
def test_nothing_is_known_where(why, busy, held, count) -> None:
    found = used(busy, held, count)

    assert found is None or np.isnan(found).all()


CORES = Resource(
    "aws", "ml", "us-east-1", "aws_instance", "i-1", None, Attributes({"instance_type": "inf2.24xlarge"}),
    Attributes(), None,
)  # fmt: skip
USE, HELD = "neuroncore_utilization_ratio", "neuroncore_memory_usage_"
STATES = {
    "gone": (NAN, NAN),
    "taken": (0.0, 100.0),
    "held": (0.0, 500.0),
    "active": (0.5, 100.0),
    "quiet": (NAN, 500.0),
}
"""Use and MiB of a core: free, taken for nothing, with a model, at work, and with a model of which no use is told."""


@given(
    st.lists(st.lists(st.sampled_from(sorted(STATES)), min_size=3, max_size=3), min_size=1, max_size=12),
    st.lists(st.booleans(), min_size=3, max_size=3),
)
def test_cores_in_use_are_those_that_a_model_or_work_is_on_whenever_the_monitor_is_heard(cores, heard) -> None:
    own = ("instance_id", "i-1")
    parts = [(own, ("neuroncore", str(index))) for index in range(len(cores))]
    names = next(m for m in METRICS if m.name == "core_memory" and m.part == "neuroncore").names
    known = {("i-1", "CWAgent/Prometheus", name): list(parts) for name in (USE, *names)}
    asked = tuple(queries(CORES, known))

    def values(name: str, core: int) -> list[float]:
        told = [STATES[state] for state in cores[core]]
        share = 1.0 if name == f"{HELD}tensors" else 0.0
        return [use if name == USE else mib * share * 2.0**20 for use, mib in told]

    series = {q.key: Series(q.key, np.array(values(q.name, int(q.part or 0)), dtype=np.float32), ON.end) for q in asked}
    hardware = next(m for m in METRICS if m.name == "neuron_hardware")
    beat = Track(hardware, np.array([1.0 if h else NAN for h in heard], dtype=np.float32), 0)
    type_ = catalogue.load().instance_type("inf2.24xlarge")
    found = {t.metric.name: t.values for t in in_use(type_, asked, series, {"neuron_hardware": beat}, ON, 0)}

    for at in range(3):
        states = [core[at] for core in cores]
        known_then = heard[at] or "gone" not in states
        used = sum(state in ("held", "active", "quiet") for state in states)
        assert found["cores_used"][at] == used if known_then else np.isnan(found["cores_used"][at])
        held = sum(STATES[state][1] for state in states if state != "gone")
        assert found["device_memory"][at] == held if known_then else np.isnan(found["device_memory"][at])
