from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remediator.ledger.ledger import Ledger, open_ledger
from remediator.model import Outcome, Route, Status, Target

OPENED = Outcome(
    plan_id="aaaa",
    fingerprints=("aaaa", "bbbb"),
    rule="idle_gpu",
    repository="infra",
    addresses=('module.train["a"].aws_instance.gpu[0]', "i-0123"),
    targets=(
        Target("ml-dev", "us-east-1", "i-0123", "aws_instance.gpu", "instance_state", "stopped"),
        Target("ml-dev", "us-east-1", "vol-1", None, "iops", 3000),
        Target("ml-dev", "us-east-1", "vol-2", None, None, None),
    ),
    route=Route.PULL_REQUEST,
    status=Status.OPENED,
    reference="7",
    opened_at=datetime(2026, 11, 3, 12, 0, 0, 250, tzinfo=UTC),
)


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    """An opened pull request, with some of its fields replaced."""

    def make(**fields: object) -> Outcome:
        return replace(OPENED, **fields)  # type: ignore[arg-type]  # each test names real fields

    return make


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(None, tmp_path) as opened:
        yield opened
