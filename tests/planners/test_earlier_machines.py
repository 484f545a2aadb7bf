"""What rules make of an address whose machines came and went."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from planners import idle_gpu, idle_instance
from remediator.model import Usage, Window
from tests.planners.loads import QUIET

EARLIER = ("i-0b", "i-0a")


def pooled(usage: Usage, now, *, own: float, ran: float, quiet: float, earlier: tuple[str, ...] = EARLIER) -> Usage:
    """The same, of which the present machine did so many hours, out of so many running and quiet ones."""

    def along(summary):
        recent = summary.window is Window.RECENT
        hours, start = (24, now - timedelta(hours=30)) if recent else (ran, summary.start)
        spans = {"ran": timedelta(hours=hours), "quiet_for": timedelta(hours=quiet)}
        return replace(summary, **spans, start=start, expected=hours * 12, points=hours * 12)

    return Usage(tuple(map(along, usage.summaries)), now - timedelta(hours=own), earlier)


@pytest.fixture
def gpus(build):
    def changes(usage: Usage):
        seen = build.instance(usage=usage, price="730")
        return list(idle_gpu.plan(build.estate(seen), build.context(idle_gpu.Settings())))

    return changes


def test_running_hours_are_judged_and_paid_for_and_no_others(build, gpus) -> None:
    [change] = gpus(pooled(build.recent(hours=100, **QUIET), build.now, own=30, ran=50, quiet=40))

    assert change.reason == (
        "no GPU of this p3.2xlarge has done any work for 100 hours; counted with 2 earlier machines under this address "
        "(i-0b, i-0a)"
    )
    assert change.accrued == Decimal("40.00")  # a dollar an hour
    assert change.doubts == ()
    assert change.saving is not None and "for the 15% of two weeks that it has run" in change.saving.basis


def test_hours_in_which_nothing_ran_are_none_of_the_twenty_four(build, gpus) -> None:
    usage = build.recent(hours=100, **QUIET)
    short = tuple(replace(s, ran=timedelta(hours=23)) for s in usage.summaries)

    assert gpus(replace(usage, summaries=short, earlier=EARLIER)) == []


def test_what_took_over_within_the_day_may_be_waiting_for_its_work(build, gpus) -> None:
    [young] = gpus(pooled(build.recent(hours=100, **QUIET), build.now, own=5, ran=100, quiet=100))
    [grown] = gpus(pooled(build.recent(hours=100, **QUIET), build.now, own=24, ran=100, quiet=100))

    assert young.doubts == (
        "it was started 5 hours ago at the address that i-0b had, and may be only waiting to be used",
    )
    assert grown.doubts == ()


def test_an_agent_that_only_just_started_is_not_asked_for(build, gpus) -> None:
    usage = build.recent(**QUIET)
    partly = tuple(replace(s, points=s.points // 2) if s.name == "gpu" else s for s in usage.summaries)
    found = replace(usage, summaries=partly, earlier=EARLIER, running_since=build.now - timedelta(hours=2))

    assert gpus(found) == []
    [change] = gpus(replace(found, running_since=build.now - timedelta(hours=30)))
    assert "GPU evidence is only 50.0% complete" in change.doubts[0]


def test_an_incomplete_look_back_counts_the_last_running_day_alone(build, gpus) -> None:
    usage = build.recent(hours=100, **QUIET)
    gaps = tuple(replace(s, points=1) if s.window is Window.LOOKBACK else s for s in usage.summaries)
    found = pooled(replace(usage, summaries=gaps), build.now, own=30, ran=90, quiet=90)
    gone = tuple(replace(s, points=1) if s.window is Window.LOOKBACK else s for s in found.summaries)

    [change] = gpus(replace(found, summaries=gone))

    assert change.accrued == Decimal("24.00")


def test_an_idle_instance_says_what_it_is_counted_with(build) -> None:
    usage = build.lookback(days=20, cpu=2.0, network=1_000.0, ebs_ops=0.0)
    both = pooled(usage, build.now, own=10, ran=15 * 24, quiet=15 * 24)
    seen = build.instance("m5.large", usage=both, price="730")

    [change] = idle_instance.plan(build.estate(seen), build.context(idle_instance.Settings()))

    assert change.reason.endswith("for 20 days; counted with 2 earlier machines under this address (i-0b, i-0a)")
    assert change.accrued == Decimal("360.00")
    assert any(doubt.startswith("it was started 10 hours ago at the address that i-0b had") for doubt in change.doubts)


def test_of_many_machines_five_are_named(build, gpus) -> None:
    many = tuple(f"i-{n}" for n in range(7))

    [change] = gpus(pooled(build.recent(hours=100, **QUIET), build.now, own=30, ran=50, quiet=40, earlier=many))

    assert "counted with 7 earlier machines under this address (i-0, i-1, i-2, i-3, i-4 and 2 more)" in change.reason
