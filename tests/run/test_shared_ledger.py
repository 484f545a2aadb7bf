"""Whole runs whose ledger is a real PostgreSQL server, as jobs on several machines share it."""

import psycopg
import pytest

from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger

from .test_interruptions import assert_one_of_each, killed


@pytest.fixture
def shared(site, postgresql):
    site.tables["run"]["ledger"] = postgresql.make()
    return site


def answered(site) -> str:
    """The URL as the driver takes it."""
    return site.tables["run"]["ledger"].replace("+psycopg", "")


def test_what_is_delivered_is_followed_until_it_is_live_and_said_once(shared) -> None:
    first = shared.run()
    assert (first.failures, len(first.news)) == ((), 3)
    before = shared.delivered()

    second = shared.run(1)
    assert (second.failures, second.news, shared.delivered()) == ((), (), before)

    shared.settle()
    third = shared.run(2)
    assert third.failures == ()
    assert set(shared.statuses(third).values()) == {"live", "opened"}
    assert not list(shared.state_dir.glob("ledger.sqlite*"))
    with Ledger.open(shared.tables["run"]["ledger"]) as ledger:
        assert len(ledger.outcomes()) == 3
        with ledger.leased():  # every run gave it back
            pass


def test_another_machine_waits_for_the_run_that_is_at_work(shared) -> None:
    with open_ledger(shared.tables["run"]["ledger"], shared.state_dir) as ledger, ledger.leased():
        shared.tables["run"]["state_dir"] = str(shared.tmp_path / "other machine")
        with pytest.raises(RemediatorError, match="another run is at work on this ledger, on "):
            shared.run()
    assert not (shared.tmp_path / "other machine" / "outbox").exists()


def test_a_run_that_was_killed_is_completed_once_its_lease_has_ended(shared) -> None:
    def is_opened(site) -> bool:
        return any((site.state_dir / "outbox" / "pulls").glob("*"))

    assert killed(shared, "2026-01-01T00:00:00+00:00", is_opened)
    with pytest.raises(RemediatorError, match="Were it killed, its lease ends by itself at "):
        shared.run()
    with psycopg.connect(answered(shared)) as connection:  # five minutes later
        connection.execute("UPDATE leases SET expires_at = expires_at - interval '5 minutes'")

    summary = shared.run()

    assert summary.failures == ()
    assert_one_of_each(shared, summary)
    assert shared.run(1).news == ()
