"""Series that are kept from before, beside those that are listed."""

import time
from collections.abc import Iterable
from functools import partial

from remediator.model import Attributes, Resource
from remediator.observe.queries import Dimensions, queries, remembered

NAME = "neuroncore_utilization_ratio"
PLACE = ("i-1", "CWAgent/Prometheus", NAME)
MACHINE = Resource(
    "aws",
    "dev",
    "us-east-1",
    "aws_instance",
    "i-1",
    None,
    Attributes({"instance_type": "trn1.32xlarge", "instance_state": "running"}),
    Attributes(),
    None,
)


def core(index: int, process: int) -> Dimensions:
    """What names the series of a NeuronCore that a process had."""
    return (("instance_id", "i-1"), ("neuroncore", str(index)), ("runtime_tag", str(process)))


def kept(series: Iterable[Dimensions]) -> list[str]:
    """What those series are kept under."""
    known = {PLACE: list(series)}
    return [query.key for query in queries(MACHINE, known) if query.name == NAME]


def _beginning(kept: dict[str, bool], begin: str) -> dict[str, bool]:
    return {key: told for key, told in kept.items() if key.startswith(begin)}


def found(keys: list[str], listed: list[Dimensions], told: bool = True) -> list[Dimensions]:
    begun = partial(_beginning, dict.fromkeys(keys, told))
    beside = remembered(begun, [MACHINE], {PLACE: listed})
    return beside.get(PLACE, listed)


def test_a_series_that_is_listed_with_its_dimensions_in_another_order_is_the_same() -> None:
    keys = kept([core(0, 7), core(1, 7)])

    assert sorted(found(keys, [core(0, 7)[::-1]])) == [core(0, 7), core(1, 7)]


def test_the_cores_of_many_processes_are_remembered_in_time_that_grows_with_their_number() -> None:
    """Each process gives all its cores series of their own: 600 runs on 32 cores."""
    keys = kept(core(index, process) for process in range(600) for index in range(32))
    began = time.monotonic()

    assert len(found(keys, [core(0, 0)])) == 19_200
    assert time.monotonic() - began < 10


def test_of_the_series_of_a_core_that_have_no_point_any_more_one_is_asked_for() -> None:
    """Each process that ever ran would be asked for, and paid for, at every run for ever."""
    keys = kept(core(index, process) for process in range(5) for index in range(3))

    assert found(keys, [core(0, 9)], told=False) == [core(0, 9), core(1, 0), core(2, 0)]
    assert len(found(keys, [core(0, 9)])) == 16
