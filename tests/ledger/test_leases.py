"""Who may work on a shared ledger; the same holds on PostgreSQL, see there."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.ledger.tables import LeaseRow
from remediator.run.stopping import stopped

SHORT, MINUTE = timedelta(seconds=0.5), timedelta(minutes=1)


class Clock:
    """What the ledger takes for the time; it goes on when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    def pass_(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("remediator.ledger.leases._now", lambda _: made.now)
    return made


def ends(ledger: Ledger) -> datetime | None:
    """When the lease in the database ends."""
    with ledger._engine.connect() as connection:
        return connection.scalars(select(LeaseRow.expires_at)).one_or_none()


def wait_until(come: Callable[[], bool]) -> None:
    """Wait for what comes in a moment; a machine that is slow may take a while."""
    deadline = time.monotonic() + 60
    while not come():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def other(ledger, tmp_path):
    with open_ledger(None, tmp_path) as opened:
        yield opened


def test_one_works_and_then_the_other(ledger: Ledger, other: Ledger) -> None:
    with ledger.leased():
        assert ledger.is_held
        with pytest.raises(RemediatorError, match=r"another run is at work on this ledger, on .*its lease ends"):
            other.leased().__enter__()
    with other.leased():
        pass


def test_it_lasts_while_its_run_does(ledger: Ledger, other: Ledger, clock: Clock, monkeypatch) -> None:
    monkeypatch.setattr("remediator.ledger.leases._BEATS", 6_000)  # one in ten milliseconds
    with ledger.leased(MINUTE):
        for _ in range(3):
            clock.pass_(MINUTE * 0.9)
            wait_until(lambda: ends(other) == clock.now + MINUTE)
        with pytest.raises(RemediatorError):
            other.leased().__enter__()


def test_that_of_a_killed_run_ends_by_itself(ledger: Ledger, other: Ledger, clock: Clock, monkeypatch) -> None:
    monkeypatch.setattr("remediator.ledger.leases.Lease.beat", lambda _: None)
    monkeypatch.setattr("remediator.ledger.leases.Lease.release", lambda _: None)
    with ledger.leased(MINUTE):
        pass
    clock.pass_(MINUTE * 0.9)
    with pytest.raises(RemediatorError):
        other.leased().__enter__()
    clock.pass_(MINUTE * 0.1)
    with other.leased():
        pass


def test_a_run_that_lost_it_delivers_nothing_more(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    with ledger.leased(SHORT):
        assert stopped(tmp_path, ledger) is None
        with other._engine.begin() as connection:
            connection.execute(delete(LeaseRow))
        with other.leased():
            wait_until(lambda: not ledger.is_held)
            assert "the lease on the ledger could not be renewed" in (stopped(tmp_path, ledger) or "")
            assert other.is_held
    assert not ledger.is_held


def test_what_it_cannot_renew_for_its_whole_length_is_lost(ledger: Ledger, monkeypatch) -> None:
    def fails(_):
        raise RemediatorError("the database is gone")

    monkeypatch.setattr("remediator.ledger.leases.Lease._renew", fails)
    with ledger.leased(SHORT):
        wait_until(lambda: not ledger.is_held)
