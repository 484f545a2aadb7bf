from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import LimitsConfig
from remediator.deliver.limits import Counts, reason_to_hold_ticket, reason_to_wait
from remediator.deliver.markers import Marker
from remediator.deliver.protocols import PullRequest
from remediator.model import Effect, RemoveResource, RequestState

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
