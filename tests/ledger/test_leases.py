"""Who may work on a shared ledger; the same holds on PostgreSQL, see there."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.ledger.tables import LeaseRow
from remediator.run.stopping import stopped

SHORT = timedelta(seconds=0.5)


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


def test_it_lasts_while_its_run_does(ledger: Ledger, other: Ledger) -> None:
    with ledger.leased(SHORT):
        time.sleep(3 * SHORT.total_seconds())
        with pytest.raises(RemediatorError):
            other.leased().__enter__()


def test_that_of_a_killed_run_ends_by_itself(ledger: Ledger, other: Ledger, monkeypatch) -> None:
    monkeypatch.setattr("remediator.ledger.leases.Lease.beat", lambda _: None)
    monkeypatch.setattr("remediator.ledger.leases.Lease.release", lambda _: None)
    with ledger.leased(SHORT):
        pass
    with pytest.raises(RemediatorError):
        other.leased().__enter__()
    time.sleep(SHORT.total_seconds())
    with other.leased():
        pass


def test_a_run_that_lost_it_delivers_nothing_more(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    with ledger.leased(SHORT):
        assert stopped(tmp_path, ledger) is None
        with other._engine.begin() as connection:
            connection.execute(delete(LeaseRow))
        with other.leased():
            deadline = time.monotonic() + 10
            while ledger.is_held and time.monotonic() < deadline:
                time.sleep(0.05)
            assert "the lease on the ledger could not be renewed" in (stopped(tmp_path, ledger) or "")
            assert other.is_held
    assert not ledger.is_held


def test_what_it_cannot_renew_for_its_whole_length_is_lost(ledger: Ledger, monkeypatch) -> None:
    def fails(_):
        raise RemediatorError("the database is gone")

    monkeypatch.setattr("remediator.ledger.leases.Lease._renew", fails)
    with ledger.leased(SHORT):
        time.sleep(2 * SHORT.total_seconds())
        assert not ledger.is_held
