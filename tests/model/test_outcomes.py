from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import Outcome, Route, Status

NOW = datetime(2026, 11, 20, tzinfo=UTC)
OUTCOME = Outcome("a" * 16, ("a" * 16,), "ebs_gp3,idle_gpu", "infra", (), (), Route.PULL_REQUEST, Status.OPENED, "7")


@pytest.mark.parametrize("status", [Status.OPENED, Status.APPLIED, Status.REGRESSED])
def test_what_waits_for_people_is_open_also_where_its_target_was_left_again(status: Status) -> None:
    assert replace(OUTCOME, status=status).is_open


def test_what_regressed_after_its_end_is_over() -> None:
    regressed = replace(OUTCOME, status=Status.REGRESSED)

    assert not replace(regressed, merged_at=NOW).is_open
    assert not replace(regressed, closed_at=NOW).is_open
    assert not replace(regressed, live_at=NOW).is_open


def test_several_rules_are_told_apart() -> None:
    assert OUTCOME.rules == ("ebs_gp3", "idle_gpu")
