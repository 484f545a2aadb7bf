"""Machines that come and go under one address, from their series to one usage."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from remediator.model import Attributes, Resource, Usage, Window
from remediator.observe import portions
from remediator.observe.measuring import Measured
from remediator.observe.purse import Purse
from remediator.observe.succession import Former, Succession
from tests.observe.written_metrics import HOURS, Metrics, resource

END = HOURS.time(HOURS.count)
BIG, SMALL = "g4dn.2xlarge", "g4dn.xlarge"


def ago(hours: float) -> datetime:
    return END - timedelta(hours=hours)


def machine(id_: str, hours: float, type_: str = SMALL) -> Resource:
    """One that was launched so many hours ago."""
    return replace(resource(id_, instance_type=type_), created_at=ago(hours))


def former(id_: str, launched: float, last: float, type_: str = SMALL, first: float | None = None) -> Former:
    """One that was launched, first seen, and last seen so many hours ago."""
    gone = replace(machine(id_, launched, type_), spec=Attributes({"instance_type": type_}))
    return Former(gone, ago(launched if first is None else first), ago(last))


def after(*before: Former, since: float = 10) -> dict[str, dict[str, Succession]]:
    return {"successions": {"aws_instance/i-new": Succession(ago(since), before)}}


@pytest.fixture
def did(metrics: Metrics) -> Callable[..., None]:
    def ran(id_: str, begin: int, end: int, gpu: float = 0.0, cpu: float = 2.0) -> None:
        """A machine that ran from so many hours ago to so many hours ago."""
        rest = [None] * end
        metrics.put("CPUUtilization", [cpu] * (begin - end) + rest, InstanceId=id_)
        metrics.gpu(id_, 0, [gpu] * (begin - end) + rest)

    return ran


def used(found: Measured) -> Usage:
    assert set(found.usages) == {"aws_instance/i-new"}
    return found.usages["aws_instance/i-new"]


def test_what_the_machine_before_did_counts(did, measured) -> None:
    did("i-new", 10, 0)
    did("i-old", 40, 10, gpu=0.0)

    alone = used(measured(machine("i-new", 10)))
    both = used(measured(machine("i-new", 10), **after(former("i-old", 40, 11))))

    assert alone.metric("gpu", Window.RECENT).hours == 10
    assert (alone.earlier, both.earlier) == ((), ("i-old",))
    recent = both.metric("gpu", Window.RECENT)
    assert (recent.hours, recent.coverage, recent.quiet_since) == (24, 1.0, ago(40))
    assert recent.source.endswith("; with 1 earlier machine of its address (i-old)")
    assert both.metric("cpu").hours == 40  # they have one size
    assert both.running_since == ago(10)


def test_its_work_is_work_of_the_address(did, measured) -> None:
    did("i-new", 30, 0)
    did("i-old", 40, 31, gpu=80.0)

    recent = used(measured(machine("i-new", 30), **after(former("i-old", 40, 31)))).metric("gpu", Window.RECENT)

    assert (recent.maximum, recent.quiet_since, recent.longest_pause) == (0.0, ago(31), timedelta(0))


def test_of_another_size_only_whether_it_worked_counts(did, measured) -> None:
    did("i-new", 10, 0)
    did("i-old", 40, 10, gpu=50.0, cpu=90.0)

    found = used(measured(machine("i-new", 10), **after(former("i-old", 40, 11, BIG))))

    assert (found.metric("cpu").hours, found.metric("cpu").maximum) == (10, 2.0)
    assert (found.metric("gpu").hours, found.metric("gpu").maximum) == (40, 50.0)


@pytest.mark.parametrize(
    ("before", "hours"),
    [
        ((former("i-b", 20, 11), former("i-a", 40, 21)), 40),
        ((former("i-b", 20, 11), former("i-a", 40, 21, BIG)), 20),
        ((former("i-b", 20, 11, BIG), former("i-a", 40, 21)), 10),
        ((former("i-b", 20, 11, first=30), former("i-a", 40, 31)), 20),  # started again, perhaps in another size
    ],
)
def test_the_present_size_goes_back_as_far_as_is_sure(did, measured, before, hours) -> None:
    did("i-new", 10, 0)
    did("i-b", 20, 10)
    did("i-a", 40, 20)

    assert used(measured(machine("i-new", 10), **after(*before))).metric("cpu").hours == hours


def test_started_again_at_its_address_only_its_last_start_is_surely_of_its_size(did, measured) -> None:
    did("i-new", 20, 0)
    did("i-old", 40, 20)

    found = used(measured(machine("i-new", 5), **after(former("i-old", 40, 21), since=20)))

    assert found.metric("cpu").hours == 5
    assert found.metric("gpu").hours == 40  # its own hours before that start are hours of the address


def test_a_machine_whose_metrics_cannot_be_read_ends_what_is_counted(did, metrics, measured) -> None:
    did("i-new", 10, 0)
    did("i-b", 20, 10, gpu=90.0)
    did("i-a", 40, 20)
    metrics.refused = {"i-b"}

    found = measured(machine("i-new", 10), **after(former("i-b", 20, 11), former("i-a", 40, 21)))

    assert used(found).earlier == ()
    assert used(found).metric("gpu", Window.RECENT).hours == 10
    assert len(found.problems) == 1


def test_within_the_spend_cap(did, measured) -> None:
    did("i-new", 10, 0)
    did("i-old", 40, 10)
    before, enough = after(former("i-old", 40, 11)), Purse(16)  # eight series each

    without = measured(machine("i-new", 10), purse=Purse(15), **before)
    within = measured(machine("i-new", 10), purse=enough, **before)

    assert used(without).summaries == ()
    assert "max_metric_cost" in without.problems[0]
    assert (used(within).earlier, enough.left) == (("i-old",), 0)


def test_within_the_memory_bound(did, measured, monkeypatch) -> None:
    did("i-new", 10, 0)
    did("i-b", 20, 10)
    did("i-a", 40, 20)
    monkeypatch.setattr(portions, "HELD_POINTS", HOURS.count * 20)  # two machines, of eight series each

    assert used(measured(machine("i-new", 10), **after(former("i-b", 20, 11), former("i-a", 40, 21)))).earlier == (
        "i-b",
    )


def test_what_has_ended_is_asked_for_till_all_of_it_is_known(did, metrics, measured) -> None:
    did("i-new", 40, 0)
    did("i-old", 48, 40)
    before = after(former("i-old", 48, 41), since=40)

    measured(machine("i-new", 40), **before)
    assert "i-old" in metrics.asked
    metrics.asked.clear()
    again = measured(machine("i-new", 40), **before)

    assert metrics.asked == []
    assert used(again).earlier == ("i-old",)


def test_what_is_listed_no_more_is_known_by_what_is_kept(did, metrics, measured) -> None:
    did("i-new", 10, 0)
    did("i-old", 40, 20, gpu=70.0)
    measured(machine("i-old", 40))  # a run while it was there
    metrics.unlisted = 15

    found = used(measured(machine("i-new", 10), **after(former("i-old", 40, 21))))

    assert found.metric("gpu").maximum == 70.0


def test_an_address_whose_machines_come_and_go_has_their_hours_and_no_others(did, measured) -> None:
    did("i-new", 5, 0)
    did("i-b", 20, 12)
    did("i-a", 48, 40)

    found = used(measured(machine("i-new", 5), **after(former("i-b", 20, 13), former("i-a", 48, 41), since=5)))

    recent = found.metric("gpu", Window.RECENT)
    assert (recent.hours, recent.expected, recent.coverage) == (21, 21, 1.0)
    assert recent.start == ago(48)
