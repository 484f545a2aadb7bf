from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import Config
from remediator.model import Outcome, Route, Status
from remediator.run.following import awaiting, under_way

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def outcome(status: Status, live_at: datetime | None = None) -> Outcome:
    return Outcome("a", ("a", "b"), "r", "infra", ("x",), (), Route.PULL_REQUEST, status, "1", live_at=live_at)


@pytest.mark.parametrize(("days", "waits"), [(3, True), (15, False)])
def test_use_from_before_the_last_change_proves_nothing(days: int, waits: bool) -> None:
    live = outcome(Status.LIVE, NOW - timedelta(days=days))

    assert awaiting([live], Config(), NOW).keys() == ({"a", "b"} if waits else set())


def test_what_went_back_does_not_wait() -> None:
    regressed = outcome(Status.REGRESSED, NOW - timedelta(days=3))

    assert awaiting([regressed], Config(), NOW) == {}


@pytest.mark.parametrize("status", [Status.OPENED, Status.MERGED, Status.APPLIED])
def test_what_is_under_way(status: Status) -> None:
    assert under_way([outcome(status)]) == {"a", "b"}
    assert under_way([outcome(Status.LIVE), outcome(Status.DECLINED)]) == set()
