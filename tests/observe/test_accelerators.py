"""GPUs in use at a time, out of what the agent says of each."""

import numpy as np
import pytest

from remediator.model import Attributes, Resource
from remediator.observe.accelerators import gpus_used
from remediator.observe.queries import queries
from remediator.observe.series import Grid, Series

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
