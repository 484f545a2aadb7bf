from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remediator.config import LimitsConfig
from remediator.deliver.lifecycle import transition
from remediator.deliver.limits import Counts, reason_to_hold_ticket, reason_to_wait
from remediator.deliver.markers import Marker
from remediator.deliver.protocols import PullRequest
from remediator.ledger.ledger import open_ledger
from remediator.model import Effect, Facts, RemoveResource, RequestState, Status

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)


def requests(count: int, state=RequestState.OPEN, rule="ebs_gp3", removes=False, at=LONG_AGO):
    marker = Marker("a" * 16, rule, removes, ("a" * 16,))
    return [PullRequest(str(n), "", "", state, marker, at) for n in range(count)]


@pytest.fixture
def removal(make_change, make_plan):
    return make_plan(change=make_change(actions=(RemoveResource(),), effect=Effect.DATA_LOSS))


def test_nothing_waits_without_a_reason(make_plan) -> None:
    assert reason_to_wait(make_plan(), requests(4), Counts(1), LimitsConfig(), NOW) is None


@pytest.mark.parametrize(
    ("ours", "last_hour", "limit"),
    [
        (requests(5), 0, "open_per_repo"),
        (requests(3, RequestState.CLOSED), 0, "breaker_declines"),
        (requests(2, RequestState.MERGED, at=NOW - timedelta(minutes=59)), 0, "opened_per_hour"),
        ([], 2, "opened_per_hour"),
    ],
)
def test_a_limit_that_is_reached_is_named(make_plan, ours, last_hour: int, limit: str) -> None:
    assert f"limits.{limit}" in reason_to_wait(make_plan(), ours, Counts(last_hour), LimitsConfig(), NOW)


def test_the_breaker_counts_only_its_own_rule(make_plan) -> None:
    declined = requests(9, RequestState.CLOSED, rule="idle_gpu")
    assert reason_to_wait(make_plan(), declined, Counts(), LimitsConfig(), NOW) is None


def test_removals_have_a_limit_of_their_own(make_plan, removal) -> None:
    ours = requests(2, removes=True)
    assert "open_destructive" in reason_to_wait(removal, ours, Counts(), LimitsConfig(), NOW)
    assert reason_to_wait(make_plan(), ours, Counts(), LimitsConfig(), NOW) is None


@pytest.mark.parametrize(("window", "frozen"), [("2026-11-20/2026-11-23", True), ("2026-11-24/2026-11-30", False)])
def test_nothing_is_opened_in_a_freeze(make_plan, window: str, frozen: bool) -> None:
    reason = reason_to_wait(make_plan(), [], Counts(), LimitsConfig(freeze=(window,)), NOW)
    assert (reason is not None) is frozen


def test_a_first_run_with_many_findings_opens_only_what_the_limits_allow(desk) -> None:
    plans = [desk.plan(name) for name in "abcdef"]
    limits = {"opened_per_hour": 2, "open_per_repo": 3}

    first = desk.deliver(*plans, limits=limits)
    second = desk.deliver(*plans, limits=limits, now=NOW + timedelta(hours=2))

    assert [d.action for d in first] == ["opened", "opened", "held", "held", "held", "held"]
    assert "opened_per_hour" in first[2].reason
    assert [d.action for d in second] == ["kept", "kept", "opened", "held", "held", "held"]
    assert "open_per_repo" in second[3].reason


def test_declined_tickets_stop_their_rule_too(desk) -> None:
    plans = [desk.plan(name, doubts=("unsure",)) for name in "abc"]
    with_limit = {"breaker_declines": 1}
    first = desk.deliver(plans[0])
    path = desk.state_dir / "outbox" / "tickets" / f"{first[0].reference}.json"
    path.write_text(path.read_text().replace('"state": "open"', '"state": "closed"'))
    (desk.state_dir / "ledger.sqlite").unlink()

    done = desk.deliver(*plans, limits=with_limit)

    assert [d.action for d in done] == ["held", "held", "held"]
    assert "breaker_declines" in done[1].reason


@pytest.mark.parametrize(
    ("open_", "last_hour", "freeze", "limit"),
    [
        (49, 19, (), None),
        (50, 0, (), "open_tickets"),
        (0, 20, (), "tickets_per_hour"),
        (0, 0, ("2026-11-23/2026-11-23",), "freeze"),
    ],
)
def test_tickets_have_limits_too(open_: int, last_hour: int, freeze: tuple[str, ...], limit: str | None) -> None:
    reason = reason_to_hold_ticket("ebs_gp3", 0, open_, last_hour, LimitsConfig(freeze=freeze), NOW)
    assert (reason or "").startswith(f"limits.{limit}" if limit else "")
    assert (reason is None) is (limit is None)


@pytest.mark.parametrize(
    ("counts", "limit"),
    [
        (Counts(of_owner=10), "open_per_owner"),
        (Counts(in_all=100), "open_total"),
        (Counts(failing=3), "breaker_failures"),
        (Counts(of_owner=9, in_all=99, failing=2), None),
        (Counts(of_owner=10, in_all=100, asked=True), None),
        (Counts(failing=3, asked=True), "breaker_failures"),
    ],
)
def test_limits_over_all_repositories(make_plan, counts: Counts, limit: str | None) -> None:
    reason = reason_to_wait(make_plan(), [], counts, LimitsConfig(), NOW)

    assert (reason or "").startswith(f"limits.{limit}" if limit else "")
    assert (reason is None) is (limit is None)


def test_a_merge_ends_a_row_of_declines_and_what_we_withdrew_is_none(make_plan) -> None:
    declined, merged = requests(2, RequestState.CLOSED), requests(1, RequestState.MERGED)
    withdrawn = [replace(r, marker=replace(r.marker, withdrawn="moot")) for r in requests(9, RequestState.CLOSED)]

    for ours in ([*declined, *merged, *declined], [*declined, *withdrawn]):
        assert reason_to_wait(make_plan(), ours, Counts(), LimitsConfig(), NOW) is None
    in_a_row = [*merged, *declined, *withdrawn, *requests(1, RequestState.CLOSED)]
    assert "breaker_declines" in reason_to_wait(make_plan(), in_a_row, Counts(), LimitsConfig(), NOW)


@pytest.mark.parametrize(
    ("schedule", "zone", "at", "open_"),
    [
        (("mon-fri 08:00-18:00",), "UTC", "2026-11-23T12:00+00:00", True),
        (("mon-fri 08:00-18:00",), "UTC", "2026-11-23T18:00+00:00", False),
        (("mon-fri 08:00-18:00",), "America/New_York", "2026-11-23T12:59+00:00", False),
        (("mon-fri 08:00-18:00",), "America/New_York", "2026-11-23T13:00+00:00", True),
        (("sat-mon",), "UTC", "2026-11-22T00:00+00:00", True),
        (("sat-mon",), "UTC", "2026-11-24T00:00+00:00", False),
        (("fri 22:00-06:00",), "UTC", "2026-11-28T05:59+00:00", True),
        (("fri 22:00-06:00",), "UTC", "2026-11-28T06:00+00:00", False),
        (("tue 20:00-24:00", "mon 12:00-13:00"), "UTC", "2026-11-24T23:59+00:00", True),
        ((), "UTC", "2026-11-22T03:00+00:00", True),
    ],
)
def test_nothing_is_opened_outside_the_schedule(
    make_plan, schedule: tuple[str, ...], zone: str, at: str, open_: bool
) -> None:
    limits = LimitsConfig(schedule=schedule, timezone=zone)

    reason = reason_to_wait(make_plan(), [], Counts(), limits, datetime.fromisoformat(at))

    assert reason is None if open_ else "limits.schedule" in reason


@pytest.mark.parametrize("wrong", [{"schedule": ("always",)}, {"schedule": ("mon 8-18",)}, {"timezone": "Mars/Base"}])
def test_a_schedule_that_is_none_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is not a"):
        LimitsConfig(**wrong)


def test_a_decline_lasts_until_its_snooze_ends(desk) -> None:
    [first] = desk.deliver(desk.plan())
    path = Path(first.where)
    path.write_text(path.read_text().replace('"state": "open"', '"state": "closed"'))
    desk.deliver(desk.plan())
    with open_ledger(None, desk.state_dir) as ledger:
        [declined] = ledger.outcomes()
    facts = Facts(NOW, RequestState.CLOSED, False, snooze=timedelta(days=30))

    snoozed, _ = transition(replace(declined, status=Status.OPENED, closed_at=None), facts)
    later, _ = transition(snoozed, replace(facts, now=NOW + timedelta(days=30)))

    assert (snoozed.status, snoozed.snoozed_until) == (Status.DECLINED, NOW + timedelta(days=30))
    assert later.status is Status.SUPERSEDED
    with open_ledger(None, desk.state_dir) as ledger:
        ledger.save(later)
    [again] = desk.deliver(desk.plan(), now=NOW + timedelta(days=30))
    assert (again.action, again.reference) == ("opened", "2")


@pytest.mark.parametrize(
    ("environments", "frozen"),
    [({"prod"}, True), ({"dev"}, False), ({"staging", "dev"}, False), ({"dev", None}, True), ({"dev", "prod"}, True)],
)
def test_a_freeze_holds_for_production_and_what_may_be(environments, frozen: bool) -> None:
    limits = LimitsConfig(freeze=("2026-11-20/2026-11-30",))

    assert limits.within(environments).is_frozen(NOW) is frozen


def test_a_freeze_holds_where_it_is_configured_to() -> None:
    everywhere = LimitsConfig(freeze=("2026-11-20/2026-11-30",), freeze_environments=("prod", "staging", "dev"))

    assert everywhere.within({"dev"}).is_frozen(NOW)


def test_a_freeze_begins_and_ends_with_the_days_of_its_time_zone() -> None:
    limits = LimitsConfig(freeze=("2026-11-24/2026-11-24",), timezone="Pacific/Auckland")

    times = [NOW.replace(day=day, hour=hour) for day, hour in ((23, 10), (23, 11), (24, 10), (24, 11))]
    assert list(map(limits.is_frozen, times)) == [False, True, True, False]


def test_a_schedule_keeps_its_hours_when_the_clock_changes() -> None:
    limits = LimitsConfig(schedule=("mon-sun 08:00-09:00",), timezone="Europe/Paris")
    summer, winter = NOW.replace(month=10, day=24), NOW.replace(month=10, day=25)

    assert [limits.is_open(at.replace(hour=hour)) for at in (summer, winter) for hour in (6, 7)] == [
        True, False, False, True,
    ]  # fmt: skip
